/** What an announcement says of a row, against the row that it names. */
import type { Call, History, PipelineEvent } from '../history/history.ts';
import { sameId } from '../history/ids.ts';
import { idsNamedBy } from '../history/named.ts';
import { short } from '../history/names.ts';
import { CLOCK_SLACK_MS, provablyBefore } from '../history/order.ts';
import { versionsOf } from '../history/rows.ts';
import type { Version } from '../history/rows.ts';
import { eventsOf, paymentsByPair } from '../history/subjects.ts';
import type { Naming } from '../pipeline/queries.ts';
import { ITS_ID, lieAbout } from './ids-agree-lies.ts';
import type { Disagreement } from './ids-agree-lies.ts';

/** What tells of a row, with the fields that must equal its columns. */
export interface Agreeing extends Naming {
  readonly agrees: Readonly<Record<string, string>>;
}

const isSame = (told: unknown, is: unknown): boolean => sameId(told, is) || (told ?? null) === (is ?? null);

/** Is the field of the event not what its column holds? What a row leaves empty that is via another, the other may tell. */
const differs = ({ agrees, entity }: Agreeing, event: PipelineEvent, { values }: Version, field: string): boolean => {
  const is = values[agrees[field] ?? ''];
  const isLeftOut = entity.via !== undefined && (is ?? null) === null;
  return !isLeftOut && !isSame(event.body?.[field], is);
};

const differingIn = (naming: Agreeing, event: PipelineEvent, version: Version): readonly string[] =>
  Object.keys(naming.agrees).filter((field) => differs(naming, event, version, field));

/** Is the row, in this state, what is told of it? */
const isAsTold = (naming: Agreeing, event: PipelineEvent, version: Version): boolean => {
  for (const field in naming.agrees) if (differs(naming, event, version, field)) return false;
  return true;
};

/**
 * Was the row in this state before it was announced? By proven order; and a worker's own change by the clocks of its
 * host: it wrote the row, and stamped the record later. What another did meanwhile it need not have seen.
 */
const precedes = (history: History, { commit }: Version, { record }: PipelineEvent): boolean =>
  provablyBefore(history, commit, record) ||
  (history.started.sharedClock && commit.writer === null && record.timestamp > commit.committedAt + CLOCK_SLACK_MS);

/** States that may be announced: the latest that provably precedes the announcement, and those after it. Of one state nothing need be proven. */
const announceable = (history: History, event: PipelineEvent, versions: readonly Version[]): readonly Version[] =>
  versions.length < 2
    ? versions
    : versions.slice(
        Math.max(
          0,
          versions.findLastIndex((version) => precedes(history, version, event)),
        ),
      );

/** Events of the row's own payments carry their ids; the worker may have got another one with its event. */
const isForeignId = (history: History, event: PipelineEvent, { values }: Version): boolean => {
  const owners = paymentsByPair(history, values['student_id'], values['course_id']);
  const { correlationId } = event;
  if (correlationId === undefined || owners.length === 0) return false;
  if (owners.some((owner) => sameId(owner.correlationId, correlationId))) return false;
  return !history.pipeline
    .announcersOf(event.type)
    .flatMap((role) => owners.flatMap((owner) => eventsOf(history, owner, history.pipeline.stage(role).consumes)))
    .some((consumed) => sameId(consumed.correlationId, correlationId));
};

/** A row of another student or course, named by a false answer: then the id is what is wrong, and all else follows. */
const isFalselyNamed = (calls: readonly Call[], id: string, { values }: Version): boolean => {
  const lie = lieAbout(calls, ITS_ID, id);
  return (
    lie !== undefined && !(sameId(values['student_id'], lie.studentId) && sameId(values['course_id'], lie.courseId))
  );
};

/** Was the row announced as it is in the end as well? Then what told of it before was only late: an outbox is relayed in order. */
const isToldAnew = (
  history: History,
  naming: Agreeing,
  { type }: PipelineEvent,
  id: string,
  last: Version | undefined,
): boolean =>
  last !== undefined &&
  history.pipelineEvents.some(
    (event) =>
      event.type === type &&
      idsNamedBy(history, event).some((named) => sameId(named, id)) &&
      isAsTold(naming, event, last),
  );

const inWords = ({ agrees }: Agreeing, fields: readonly string[]): string =>
  fields.map((field) => agrees[field]?.replace('_', '-')).join('-');

/** What is wrong of what is announced, where no committed state of the row that it may mean is that. */
export const disagreesWithRow = (
  history: History,
  event: PipelineEvent,
  naming: Agreeing,
  id: string,
  calls: readonly Call[],
): Disagreement | undefined => {
  const versions = versionsOf(history, naming.entity.table, id);
  const last = versions.at(-1);
  // The last state may always be announced; where it is what was told, and every other that is that as well is its payment's, all is right.
  if (
    last !== undefined &&
    isAsTold(naming, event, last) &&
    !versions.some((version) => isAsTold(naming, event, version) && isForeignId(history, event, version))
  )
    return undefined;
  const [may, ...others] = announceable(history, event, versions);
  const row = `${naming.name} ${short(id)}`;
  if (may === undefined)
    return {
      message: `names ${row}, which was never committed`,
      evidence: [],
      wrong: [{ place: ITS_ID, value: id }],
      shape: 'never-committed',
      restsOn: ['postgres', 'kafka'],
    };
  const fieldsIn = (version: Version): readonly string[] => differingIn(naming, event, version);
  const closest = others.reduce((best, each) => (fieldsIn(each).length < fieldsIn(best).length ? each : best), may);
  const differing = fieldsIn(closest);
  if (differing.length > 0) {
    const wasSo = versions.some((version) => isAsTold(naming, event, version));
    if (wasSo && isToldAnew(history, naming, event, id, last)) return undefined;
    const details = differing.map(
      (field) =>
        `${field} ${short(event.body?.[field])} instead of ${short(closest.values[naming.agrees[field] ?? ''])}`,
    );
    return {
      message: `names ${row} with ${details.join(', ')}${wasSo ? ', which it had been before' : ''}`,
      evidence: [closest.commit.seq],
      wrong: isFalselyNamed(calls, id, closest)
        ? [{ place: ITS_ID, value: id }]
        : differing.map((field) => ({ place: field, value: event.body?.[field] })),
      shape: `${wasSo ? 'outdated' : 'another'}-${inWords(naming, differing)}`,
      restsOn: ['postgres', 'kafka'],
    };
  }
  if (!isForeignId(history, event, closest)) return undefined;
  return {
    message: `names ${row} under the correlation id ${short(event.correlationId)}, which is not its ${history.pipeline.subject.called}'s`,
    evidence: [closest.commit.seq],
    wrong: [],
    shape: 'foreign-correlation-id',
    restsOn: ['kafka', 'postgres'],
  };
};
