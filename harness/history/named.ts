/** The rows that an event names: one, or several by a list of ids. */
import { text } from './history.ts';
import type { History, PipelineEvent } from './history.ts';
import { normalId } from './ids.ts';
import { versionsOf } from './rows.ts';
import type { Version } from './rows.ts';
import { pairKey } from './subjects.ts';
import type { EntityDeclaration } from '../pipeline/declaration.ts';

/** The ids that it names, as it says; none: it names nothing. What is no text is no id. */
export const idsNamedBy = ({ pipeline }: History, { type, body }: PipelineEvent): readonly string[] => {
  const naming = pipeline.namedBy(type);
  const named = naming && body?.[naming.by];
  return (Array.isArray(named) ? named : [named]).flatMap((id) => text(id) ?? []);
};

const isOfPair = ({ studentId, courseId }: PipelineEvent, { values }: Version): boolean =>
  pairKey(values['student_id'], values['course_id']) === pairKey(studentId, courseId);

/**
 * The row via which the event's rows are its own: the one that it names, where that is committed and of its student and
 * course. Undefined: it names none, or one of somebody else's; then all rows of its student and course may be its own.
 */
export const viaNamedBy = (history: History, event: PipelineEvent, entity: EntityDeclaration): string | undefined => {
  const naming = history.pipeline.namedBy(event.type);
  const [id] = idsNamedBy(history, event);
  if (entity.via === undefined || naming?.name !== entity.via.entity || id === undefined) return undefined;
  const versions = versionsOf(history, naming.entity.table, id);
  return versions.some((version) => isOfPair(event, version)) ? normalId(id) : undefined;
};
