/** An event that the outside world tells, of any pipeline. */
import type { Told } from './acts.ts';
import type { ActDeclaration, IdKind } from './declaration.ts';
import type { Message } from './message.ts';
import type { Pipeline } from './queries.ts';

/** Whom it is about. */
interface Whom {
  readonly correlationId: string;
  readonly studentId: string;
  readonly courseId: string;
}

const SOURCE = 'outside-world';
const VERSION = '1.0.0';

/** As an act's event is told: in the name of the stage that announces it, or else of who acts. */
export const toldBy = ({ event, announcerOf }: Pipeline, { about, as }: ActDeclaration): Told => ({
  type: about,
  topic: event(about).topic,
  source: announcerOf(about) ?? as,
});

/** As its declaration has it: as a number, or as text. */
const asTold = ({ drawn }: { readonly drawn?: IdKind }, id: string): string | number =>
  drawn === 'number' ? Number(id) : id;

/** The subject's id and the two ids that tie rows to it, with these fields. `now`: ms since the epoch. */
export const tellingOf = (
  pipeline: Pipeline,
  type: string,
  { correlationId, studentId, courseId }: Whom,
  options: { readonly eventId: string; readonly now: number; readonly fields?: Readonly<Record<string, unknown>> },
): Message => {
  const { eventId, now, fields = {} } = options;
  const [student, course] = pipeline.pair;
  const { subject } = pipeline;
  const { id } = subject;
  return {
    topic: pipeline.event(type).topic,
    key: correlationId,
    headers: { eventId, correlationId, eventType: type, source: SOURCE, version: VERSION },
    value: JSON.stringify({
      type,
      timestamp: now,
      ...(id === undefined ? {} : { [id]: asTold(subject, correlationId) }),
      [student.field]: asTold(student, studentId),
      [course.field]: asTold(course, courseId),
      ...fields,
      _metadata: { eventId, correlationId, source: SOURCE, version: VERSION, timestamp: now },
    }),
  };
};
