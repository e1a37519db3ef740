/**
 * Effects as events: an effect is had once it is committed, whatever becomes of the row later. A worker that takes it
 * back by a transaction of its own has undone it.
 */
import type { EntityDeclaration } from '../pipeline/declaration.ts';
import { counts } from '../pipeline/queries.ts';
import { isFromCallOrWorker } from './allocations.ts';
import { effectsOfSeveral } from './effects-of-several.ts';
import type { History, PipelineEvent } from './history.ts';
import { sameId } from './ids.ts';
import { perHistory } from './memo.ts';
import { idsNamedBy, viaNamedBy } from './named.ts';
import { rowsIn, tablesAt, tablesAtEnd, versionsOf } from './rows.ts';
import type { Commit } from './rows.ts';
import { pairKey } from './subjects.ts';
import type { Ids } from './subjects.ts';
import { pairOf, turnsOf, viaOf } from './turns.ts';
import type { Effect, Turn, Values } from './turns.ts';

type Open = { -readonly [K in keyof Effect]: Effect[K] };
type ByPair = ReadonlyMap<string, readonly Effect[]>;

/** Each row is an effect. */
const effectsOfOne = (entity: EntityDeclaration, turns: readonly Turn[]): ByPair => {
  const byPair = new Map<string, Open[]>();
  /** A row that is older than the history counted all the time. */
  const openedOf = (since: Commit, values: Values): Open => {
    const known = byPair.get(pairOf(values)) ?? [];
    const isIt = ({ endedBy, values: { id } }: Open): boolean => endedBy === undefined && sameId(id, values['id']);
    const open = known.findLast(isIt);
    if (open !== undefined) return open;
    const effect: Open = { values, via: viaOf(entity, values), since, endedBy: undefined, undoneBy: undefined };
    byPair.set(pairOf(values), [...known, effect]);
    return effect;
  };
  for (const { commit, was, is, isTakenBack } of turns) {
    if (was !== undefined && (is === undefined || pairOf(was) !== pairOf(is))) {
      const effect = openedOf(commit, was);
      effect.endedBy = commit;
      if (isTakenBack) effect.undoneBy = commit;
    }
    if (is !== undefined) openedOf(commit, is);
  }
  return byPair;
};

const effects = perHistory((history): ReadonlyMap<EntityDeclaration, ByPair> => {
  const all = [...turnsOf(history)].map(([entity, turns]): [EntityDeclaration, ByPair] => [
    entity,
    entity.rows === undefined ? effectsOfOne(entity, turns) : effectsOfSeveral(entity, turns),
  ]);
  return new Map(all);
});

/** Every row of the entity that ever came to count for this student and course, in commit order, undone ones too. */
export const effectsEverOf = (
  history: History,
  entity: EntityDeclaration,
  { studentId, courseId }: Ids,
): readonly Effect[] => effects(history).get(entity)?.get(pairKey(studentId, courseId)) ?? [];

/** Of what the stage brings about; of one that brings about no rows none. */
export const effectsEverBy = (history: History, role: string, ids: Ids): readonly Effect[] => {
  const entity = history.pipeline.broughtAboutBy(role);
  return entity === undefined ? [] : effectsEverOf(history, entity, ids);
};

/** Those that were had: committed, and not taken back by a worker. */
export const effectsHadBy = (history: History, role: string, ids: Ids): readonly Effect[] =>
  effectsEverBy(history, role, ids).filter(({ undoneBy }) => undoneBy === undefined);

/** What tells of the payment, or of its student and course. */
const isAbout = (event: PipelineEvent, ids: Ids): boolean =>
  sameId(event.correlationId, ids.correlationId) ||
  (sameId(event.studentId, ids.studentId) && sameId(event.courseId, ids.courseId));

/**
 * A stage that brings about no rows has had its effect once all that it announces is there, whoever told it. Of one that
 * announces nothing either nothing is seen: it is held to nothing.
 */
const hasPassedOn = (history: History, role: string, ids: Ids): boolean =>
  history.pipeline
    .stage(role)
    .announces.every((type) => history.pipelineEvents.some((event) => event.type === type && isAbout(event, ids)));

/**
 * What a stage that brings about no rows has passed on, where a worker told each of what it announces and no other stage announces
 * it: then it has done its part. Empty: nothing shows that.
 */
export const passedOnBy = (history: History, role: string, ids: Ids): readonly PipelineEvent[] => {
  const { pipeline, pipelineEvents } = history;
  if (pipeline.broughtAboutBy(role) !== undefined) return [];
  const told = pipeline
    .stage(role)
    .announces.map((type) =>
      pipeline.announcerOf(type) === role
        ? pipelineEvents.find((event) => event.type === type && !event.byHarness && isAbout(event, ids))
        : undefined,
    );
  const found = told.flatMap((event) => event ?? []);
  return found.length === told.length ? found : [];
};

/** Has the stage had its effect for this student and course? */
export const hadEffectBy = (history: History, role: string, ids: Ids): boolean =>
  history.pipeline.broughtAboutBy(role) === undefined
    ? hasPassedOn(history, role, ids)
    : effectsHadBy(history, role, ids).length > 0;

/** Those that a worker brought about, itself or by its call: not what the scenario gave, nor another service. */
export const effectsByWorkers = (history: History, role: string, ids: Ids): readonly Effect[] =>
  effectsHadBy(history, role, ids).filter(({ since, values }) => isFromCallOrWorker(history, since, values['id']));

/** Of the rows that are via this one; without one, and of rows that are via none, of its student and course. */
export const hadEffectVia = (history: History, role: string, ids: Ids, via: string | undefined): boolean =>
  via === undefined || history.pipeline.broughtAboutBy(role)?.via === undefined
    ? hadEffectBy(history, role, ids)
    : effectsHadBy(history, role, ids).some((effect) => sameId(effect.via, via));

/** Has the stage had its effect for this very event? One that names the row via which its rows are has none by another's. */
export const hadEffectOf = (history: History, role: string, event: PipelineEvent, ids: Ids): boolean => {
  const entity = history.pipeline.broughtAboutBy(role);
  return hadEffectVia(history, role, ids, entity && viaNamedBy(history, event, entity));
};

/**
 * Is the row via which the event's effect would be over, by this commit or in the end: does it count no more, or is it gone?
 * Then nothing is to be brought about any more.
 */
export const isOverFor = (history: History, role: string, event: PipelineEvent, by?: Commit): boolean => {
  const naming = history.pipeline.namedBy(event.type);
  const via = history.pipeline.broughtAboutBy(role)?.via;
  if (naming === undefined || via === undefined || naming.name !== via.entity) return false;
  const tables = by === undefined ? tablesAtEnd(history) : tablesAt(history, by);
  return idsNamedBy(history, event).some((id) => {
    const versions = versionsOf(history, naming.entity.table, id).filter(
      ({ commit }) => by === undefined || commit.lsn <= by.lsn,
    );
    const first = versions.findIndex(({ values }) => counts(naming.entity, values));
    const isThere = rowsIn(tables, naming.entity.table).some(({ values }) => sameId(values['id'], id));
    return first >= 0 && (!isThere || versions.slice(first).some(({ values }) => !counts(naming.entity, values)));
  });
};

/** What the event brings about, of any stage that consumes it. */
export const effectsHad = (history: History, type: string, ids: Ids): readonly Effect[] =>
  history.pipeline.consumersOf(type).flatMap((role) => effectsHadBy(history, role, ids));

/** Nothing of it is ever seen: it brings about no rows, and announces nothing. */
const isSilent = ({ pipeline }: History, role: string): boolean =>
  pipeline.broughtAboutBy(role) === undefined && pipeline.stage(role).announces.length === 0;

/** Has any stage that consumes the event had its effect for this student and course? One of which nothing is seen shows none. */
export const hadEffect = (history: History, type: string, ids: Ids): boolean => {
  const consumers = history.pipeline.consumersOf(type);
  const seen = consumers.filter((role) => !isSilent(history, role));
  return (seen.length === 0 ? consumers : seen).some((role) => hadEffectBy(history, role, ids));
};
