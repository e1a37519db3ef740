import type { RowChange, Subject } from '../history/events.ts';
import { effectsEverBy, isDoneInPlace, isOverFor, wasHad } from '../history/effects.ts';
import type { History } from '../history/history.ts';
import { viaNamedBy } from '../history/named.ts';
import { nameOf } from '../history/names.ts';
import { changesIn } from '../history/rows.ts';
import type { Commit, NetChange } from '../history/rows.ts';
import { eventsNaming, eventsOf, paymentById } from '../history/subjects.ts';
import type { Ids } from '../history/subjects.ts';
import type { EntityDeclaration, GuardDeclaration } from '../pipeline/declaration.ts';
import { fits } from '../pipeline/queries.ts';
import type { OnTheWay, Pipeline } from '../pipeline/queries.ts';
import { notCommitted } from '../pipeline/words.ts';
import { missingBy, takenBackOf } from './taken-back.ts';
import type { TakenBack } from './taken-back.ts';
import type { Claim, Invariant } from './types.ts';

/** Did it make the row a mark: inserted it, or, where rows wait before they are marks, changed one that waited? */
const madeMark = ({ marks }: GuardDeclaration, { op, old }: RowChange): boolean =>
  op === 'insert' || (marks !== undefined && old !== undefined && !fits(old, marks));

/** A mark that this transaction made and left there. */
const isMade = ({ guard }: Pipeline, { commit, after }: NetChange): boolean =>
  after !== undefined &&
  commit.changes.some(
    (change) => change.table === guard.table && madeMark(guard, change) && change.row?.[guard.key] === after[guard.key],
  );

/** Was an effect committed by then, in this transaction or an earlier one, that no worker had taken back by then? */
const hadBy = (history: History, commit: Commit, role: string, ids: Ids): boolean =>
  effectsEverBy(history, role, ids).some((effect) => wasHad(effect, commit));

/** Was it done by then to the very row that the event names, which may be another's than the event says? */
const wasDoneInPlace = (history: History, commit: Commit, { stage, entity }: OnTheWay, subject: Subject): boolean =>
  entity !== undefined &&
  eventsNaming(history, stage.consumes, subject).some((event) => isDoneInPlace(history, entity, event, commit));

/** Was what the event tells of over by then, so that nothing was to be brought about any more? */
const isOverBy = (history: History, commit: Commit, role: string, subject: Subject): boolean =>
  history.pipeline.broughtAboutBy(role)?.via !== undefined &&
  eventsOf(history, subject, history.pipeline.stage(role).consumes).some((event) =>
    isOverFor(history, role, event, commit),
  );

/** What was taken back by then of what the payment's events of the stage tell of, by any row that one of them names. */
const goneBy = (history: History, by: Commit, role: string, subject: Subject): TakenBack | undefined => {
  const entity = history.pipeline.broughtAboutBy(role);
  const events = eventsOf(history, subject, history.pipeline.stage(role).consumes);
  const named = [...new Set(events.map((event) => entity && viaNamedBy(history, event, entity)))];
  const gone = (named.length === 0 ? [undefined] : named).map((via) =>
    takenBackOf(history, role, subject, { via, by }),
  );
  return gone.find((one) => one !== undefined);
};

/** Stages of which the mark may be: those that consume the event and keep the guard, or of several the one that the row says wrote it. */
const markedBy = ({ guard, way }: Pipeline, type: string, row: NetChange['after']): readonly OnTheWay[] => {
  const all = way.filter(({ stage }) => stage.consumes === type && stage.unguarded !== true);
  if (all.length < 2) return all;
  const writers = all.filter(({ role }) => guard.writer !== undefined && row?.[guard.writer] === role);
  return writers.length > 0 ? writers : all;
};

/** What was not there yet of any stage of which the mark may be; undefined: nothing proves that anything was missing. */
const missingAt = (
  history: History,
  commit: Commit,
  stages: readonly OnTheWay[],
  subject: Subject,
): { readonly entity: EntityDeclaration; readonly role: string | undefined } | undefined => {
  const [first, ...others] = stages;
  if (
    first === undefined ||
    stages.some(
      (each) =>
        each.entity === undefined ||
        hadBy(history, commit, each.role, subject) ||
        wasDoneInPlace(history, commit, each, subject) ||
        isOverBy(history, commit, each.role, subject),
    )
  )
    return undefined;
  return first.entity && { entity: first.entity, role: others.length === 0 ? first.role : undefined };
};

export const markFollowsEffect: Invariant = {
  id: 'mark-follows-effect',
  title: 'A worker marks an event processed only when its effect is committed, at the latest in the same transaction.',
  // Kafka tells which payments there are. The claim itself needs nothing more: commits are read in their order.
  needs: ['postgres', 'kafka'],
  byAnEvent: true,
  check: (history) => {
    const { guard } = history.pipeline;
    const violations: Claim[] = [];
    for (const change of changesIn(history, guard.table)) {
      const { commit, after } = change;
      if (commit.writer !== null || !isMade(history.pipeline, change)) continue;
      const type = String(after?.[guard.type]);
      const subject = paymentById(history, after?.[guard.correlation]);
      if (subject === undefined) continue;
      const missing = missingAt(history, commit, markedBy(history.pipeline, type, after), subject);
      if (missing === undefined) continue;
      // Of two workers it may have been the other one.
      const takenBack = missing.role === undefined ? undefined : goneBy(history, commit, missing.role, subject);
      violations.push({
        message: `${type} of ${nameOf(subject)} was marked processed by a worker while ${notCommitted(history.pipeline, missing.entity)}`,
        evidence: [...new Set([...(takenBack?.evidence ?? []), commit.seq])],
        subject: subject.name,
        shape: 'mark-before-effect',
        ...missingBy(history, missing.role, takenBack),
        // What an event tells of may be over by then, where its rows are via that.
        restsOn: missing.entity.via === undefined ? [] : ['kafka'],
      });
    }
    return { violations };
  },
};
