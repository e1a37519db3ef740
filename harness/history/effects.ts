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
import { folded } from './memo.ts';
import type { Fold } from './memo.ts';
import { idsNamedBy, viaNamedBy } from './named.ts';
import { appliedCommits, versionsOf, wasThere } from './rows.ts';
import type { AppliedCommit, Commit } from './rows.ts';
import { byPairOf } from './keys.ts';
import { eventsNaming } from './subjects.ts';
import type { Ids } from './subjects.ts';
import { pairOf, turnsIn, viaOf } from './turns.ts';
import type { Effect, EffectFold, Values } from './turns.ts';

type Open = { -readonly [K in keyof Effect]: Effect[K] };

/** Each row is an effect. */
const effectsOfOne = (entity: EntityDeclaration): EffectFold => {
  const byPair = byPairOf<Open>();
  /** A row that is older than the history counted all the time. */
  const openedOf = (since: Commit, values: Values): Open => {
    const isIt = ({ endedBy, values: { id } }: Open): boolean => endedBy === undefined && sameId(id, values['id']);
    const { student_id: student, course_id: course } = values;
    const open = byPair.get(student, course).findLast(isIt);
    if (open !== undefined) return open;
    const effect: Open = { values, via: viaOf(entity, values), since, endedBy: undefined, undoneBy: undefined };
    byPair.add(student, course, effect);
    return effect;
  };
  return {
    of: byPair.get,
    observe: (turns) => {
      for (const { commit, was, is, isTakenBack } of turns) {
        if (was !== undefined && (is === undefined || pairOf(was) !== pairOf(is))) {
          const effect = openedOf(commit, was);
          effect.endedBy = commit;
          if (isTakenBack) effect.undoneBy = commit;
        }
        if (is !== undefined) openedOf(commit, is);
      }
    },
  };
};

const effects = folded({
  list: appliedCommits,
  begin: (history): Fold<AppliedCommit, ReadonlyMap<EntityDeclaration, EffectFold>> => {
    const facts = new Map<EntityDeclaration, EffectFold>(
      history.pipeline.entities.map((entity) => [
        entity,
        entity.rows === undefined ? effectsOfOne(entity) : effectsOfSeveral(entity),
      ]),
    );
    return {
      facts,
      observe: (commit) => {
        for (const { entity, turns } of turnsIn(history, commit)) facts.get(entity)?.observe(turns);
      },
    };
  },
});

/** Every row of the entity that ever came to count for this student and course, in commit order, undone ones too. */
export const effectsEverOf = (
  history: History,
  entity: EntityDeclaration,
  { studentId, courseId }: Ids,
): readonly Effect[] => effects(history).get(entity)?.of(studentId, courseId) ?? [];

/** Of what the stage brings about; of one that brings about no rows none. */
export const effectsEverBy = (history: History, role: string, ids: Ids): readonly Effect[] => {
  const entity = history.pipeline.broughtAboutBy(role);
  return entity === undefined ? [] : effectsEverOf(history, entity, ids);
};

const isHad = ({ undoneBy }: Effect): boolean => undoneBy === undefined;

/** Those that were had: committed, and not taken back by a worker. */
export const effectsHadBy = (history: History, role: string, ids: Ids): readonly Effect[] => {
  const ever = effectsEverBy(history, role, ids);
  return ever.every(isHad) ? ever : ever.filter(isHad);
};

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
    .announces.every((type) => eventsNaming(history, type, ids).some((event) => isAbout(event, ids)));

/**
 * What a stage that brings about no rows has passed on, where a worker told each of what it announces and no other stage announces
 * it: then it has done its part. Empty: nothing shows that.
 */
export const passedOnBy = (history: History, role: string, ids: Ids): readonly PipelineEvent[] => {
  const { pipeline } = history;
  if (pipeline.broughtAboutBy(role) !== undefined) return [];
  const told = pipeline
    .stage(role)
    .announces.map((type) =>
      pipeline.announcerOf(type) === role
        ? eventsNaming(history, type, ids).find((event) => !event.byHarness && isAbout(event, ids))
        : undefined,
    );
  const found = told.flatMap((event) => event ?? []);
  return found.length === told.length ? found : [];
};

/** Has the stage had its effect for this student and course? */
export const hadEffectBy = (history: History, role: string, ids: Ids): boolean =>
  history.pipeline.broughtAboutBy(role) === undefined
    ? hasPassedOn(history, role, ids)
    : effectsEverBy(history, role, ids).some(isHad);

/** Those that a worker brought about, itself or by its call: not what the scenario gave, nor another service. */
export const effectsByWorkers = (history: History, role: string, ids: Ids): readonly Effect[] =>
  effectsHadBy(history, role, ids).filter(({ since, values }) => isFromCallOrWorker(history, since, values['id']));

/** Of the rows that are via this one; without one, and of rows that are via none, of its student and course. */
export const hadEffectVia = (history: History, role: string, ids: Ids, via: string | undefined): boolean =>
  via === undefined || history.pipeline.broughtAboutBy(role)?.via === undefined
    ? hadEffectBy(history, role, ids)
    : effectsHadBy(history, role, ids).some((effect) => sameId(effect.via, via));

/** Was the effect there by this commit, or in the end, and not taken back by a worker? */
export const wasHad = ({ since, undoneBy }: Effect, by?: Commit): boolean =>
  by === undefined ? undoneBy === undefined : since.lsn <= by.lsn && (undoneBy === undefined || undoneBy.lsn > by.lsn);

/**
 * Is the very row that the event names what the stage makes of it, by this commit or in the end, whosever ids the event has? That is
 * so of what is updated in place.
 */
export const isDoneInPlace = (
  history: History,
  entity: EntityDeclaration,
  event: PipelineEvent,
  by?: Commit,
): boolean => {
  if (history.pipeline.namedBy(event.type)?.entity.table !== entity.table) return false;
  return idsNamedBy(history, event).some((id) =>
    versionsOf(history, entity.table, id).some((version) =>
      (effects(history).get(entity)?.of(version.values['student_id'], version.values['course_id']) ?? []).some(
        (effect) => wasHad(effect, by) && sameId(effect.values['id'], id),
      ),
    ),
  );
};

/** Has the stage had its effect for this very event? One that names the row via which its rows are has none by another's. */
export const hadEffectOf = (history: History, role: string, event: PipelineEvent, ids: Ids): boolean => {
  const entity = history.pipeline.broughtAboutBy(role);
  return (
    hadEffectVia(history, role, ids, entity && viaNamedBy(history, event, entity)) ||
    (entity !== undefined && isDoneInPlace(history, entity, event))
  );
};

/**
 * Is the row via which the event's effect would be over, by this commit or in the end: does it count no more, or is it gone?
 * Then nothing is to be brought about any more.
 */
export const isOverFor = (history: History, role: string, event: PipelineEvent, by?: Commit): boolean => {
  const naming = history.pipeline.namedBy(event.type);
  const via = history.pipeline.broughtAboutBy(role)?.via;
  if (naming === undefined || via === undefined || naming.name !== via.entity) return false;
  return idsNamedBy(history, event).some((id) => {
    const versions = versionsOf(history, naming.entity.table, id).filter(
      ({ commit }) => by === undefined || commit.lsn <= by.lsn,
    );
    const first = versions.findIndex(({ values }) => counts(naming.entity, values));
    const isThere = wasThere(history, naming.entity.table, id, by);
    return first >= 0 && (!isThere || versions.slice(first).some(({ values }) => !counts(naming.entity, values)));
  });
};

/** Nothing of it is ever seen: it brings about no rows, and announces nothing. */
const isSilent = ({ pipeline }: History, role: string): boolean =>
  pipeline.broughtAboutBy(role) === undefined && pipeline.stage(role).announces.length === 0;

/** Has any stage that consumes the event had its effect for this student and course? One of which nothing is seen shows none. */
export const hadEffect = (history: History, type: string, ids: Ids): boolean => {
  const consumers = history.pipeline.consumersOf(type);
  const areAllSilent = consumers.every((role) => isSilent(history, role));
  return consumers.some((role) => (areAllSilent || !isSilent(history, role)) && hadEffectBy(history, role, ids));
};
