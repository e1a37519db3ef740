import type { Subject } from '../history/events.ts';
import type { History, PipelineEvent } from '../history/history.ts';
import { sameId } from '../history/ids.ts';
import { idsNamedBy } from '../history/named.ts';
import { eventName, nameOf, short } from '../history/names.ts';
import { writtenBeforeCommit } from '../history/order.ts';
import { versionsOf } from '../history/rows.ts';
import type { Commit, Version } from '../history/rows.ts';
import { ownersOf, paymentsOfStudent } from '../history/subjects.ts';
import type { EntityDeclaration } from '../pipeline/declaration.ts';
import { counts, fits } from '../pipeline/queries.ts';
import type { Naming } from '../pipeline/queries.ts';
import { publishedBy } from './judging.ts';
import type { Claim, Invariant } from './types.ts';

/** Whose it is: by the event's own ids, or, under a stranger's, by the row it names. */
const subjectOf = (history: History, event: PipelineEvent, versions: readonly Version[]): Subject | undefined =>
  ownersOf(history, event)[0] ?? paymentsOfStudent(history, versions[0]?.values['student_id'])[0];

/** Is the first that is read of the row its very beginning? A row that was there before the history was there before. */
const isBeginning = ({ commit, values }: Version, table: string): boolean =>
  commit.changes.some(
    (change) => change.table === table && change.op === 'insert' && sameId(change.row?.['id'], values['id']),
  );

/** Is it what is announced, or was that and has ended as such do? */
const isOne = (entity: EntityDeclaration, { values }: Version): boolean =>
  counts(entity, values) || (entity.done ?? []).some((test) => fits(values, test));

/**
 * Was there never such a row? There is none of that id, or, where several entities are rows of one table, it was from its beginning
 * nothing but what an earlier stage makes of it. Of a state that belongs to no stage nothing is known.
 */
const wasNever = ({ pipeline }: History, entity: EntityDeclaration, versions: readonly Version[]): boolean => {
  const [first] = versions;
  if (first === undefined) return true;
  // So are nearly all.
  if (isOne(entity, first)) return false;
  const earlier = pipeline
    .entitiesOfTable(entity.table)
    .filter((other) => other !== entity && pipeline.precedes(other, entity));
  return (
    isBeginning(first, entity.table) &&
    versions.every((version) => !isOne(entity, version) && earlier.some((other) => counts(other, version.values)))
  );
};

/**
 * The commit with which the row came to be what is announced: it was inserted, or, where several entities are rows of one table, updated
 * from a state in which it was another one. Undefined: it may have been that before the history.
 */
const becameOne = (
  { pipeline }: History,
  entity: EntityDeclaration,
  versions: readonly Version[],
): Commit | undefined => {
  const isShared = pipeline.entitiesOfTable(entity.table).length > 1;
  const at = isShared ? versions.findIndex((version) => isOne(entity, version)) : 0;
  const version = versions[at];
  return version !== undefined && (at > 0 || isBeginning(version, entity.table)) ? version.commit : undefined;
};

const claimOf = (history: History, event: PipelineEvent, announced: Naming, id: string): Claim | undefined => {
  const versions = versionsOf(history, announced.entity.table, id);
  const isNone = wasNever(history, announced.entity, versions);
  const commit = isNone ? undefined : becameOne(history, announced.entity, versions);
  if (!isNone && (commit === undefined || !writtenBeforeCommit(history, event.record, commit))) return undefined;
  const subject = subjectOf(history, event, versions);
  if (subject === undefined) return undefined;
  const what = `${eventName(event)} of ${nameOf(subject)} announces ${announced.name} ${short(id)}, which`;
  // Whose it is, the events of the other payments tell.
  const isNamed = sameId(event.correlationId, subject.correlationId);
  const common = { subject: subject.name, ...publishedBy(history, event.type) };
  return commit === undefined
    ? {
        message: `${what} was never committed`,
        evidence: [event.record.seq],
        ...common,
        shape: `${announced.name}-never-committed`,
        restsOn: isNamed ? ['postgres'] : ['postgres', 'kafka'],
      }
    : {
        message: `${what} was committed only later`,
        evidence: [event.record.seq, commit.seq],
        ...common,
        shape: `${announced.name}-committed-later`,
        restsOn: isNamed ? [] : ['kafka'],
      };
};

export const announcedMeansCommitted: Invariant = {
  id: 'announced-means-committed',
  title: 'What an event announces is committed by the time it is announced.',
  byAnEvent: true,
  needs: ['postgres', 'kafka'],
  check: (history) => {
    const violations: Claim[] = [];
    for (const event of history.pipelineEvents) {
      const announced = event.byHarness ? undefined : history.pipeline.namedBy(event.type);
      if (announced === undefined) continue;
      // Without an id it announces nothing: that is for messages-honour-contract.
      for (const id of idsNamedBy(history, event)) {
        const claim = claimOf(history, event, announced, id);
        if (claim !== undefined) violations.push(claim);
      }
    }
    return { violations };
  },
};
