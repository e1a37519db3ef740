/**
 * Effects as events: an effect is had once it is committed, whatever becomes of the row later. A worker that takes it
 * back by a transaction of its own has undone it.
 */
import type { EntityDeclaration } from '../pipeline/declaration.ts';
import { counts } from '../pipeline/queries.ts';
import { isFromCallOrWorker } from './allocations.ts';
import type { History } from './history.ts';
import { sameId } from './ids.ts';
import { perHistory } from './memo.ts';
import { walkCommits } from './rows.ts';
import type { Commit } from './rows.ts';
import { pairKey } from './subjects.ts';
import type { Ids } from './subjects.ts';

type Values = Readonly<Record<string, unknown>>;

/** A row that came to count as an event's effect. */
export interface Effect {
  readonly table: string;
  /** The row as it was when it began to count. */
  readonly values: Values;
  /** The commit with which it began to count. */
  readonly since: Commit;
  /** The commit after which it counted no more; undefined: it counts to the history's end. */
  readonly endedBy: Commit | undefined;
  /** A worker took it back by a transaction of its own: then it was not had. */
  readonly undoneBy: Commit | undefined;
}

const pairOf = (values: Values): string => pairKey(values['student_id'], values['course_id']);

/** What a row that stops counting has become: done with in the ordinary way, or taken back. */
const isTakenBack = (commit: Commit, after: Values | undefined): boolean =>
  commit.writer === null && after?.['status'] !== 'completed';

type Open = { -readonly [K in keyof Effect]: Effect[K] };

const effects = perHistory((history) => {
  const byPair = new Map<string, Open[]>();
  const begin = (since: Commit, table: string, values: Values): Open => {
    const key = `${table} ${pairOf(values)}`;
    const effect: Open = { table, values, since, endedBy: undefined, undoneBy: undefined };
    byPair.set(key, [...(byPair.get(key) ?? []), effect]);
    return effect;
  };
  const openOf = (table: string, values: Values): Open | undefined =>
    byPair
      .get(`${table} ${pairOf(values)}`)
      ?.findLast((effect) => effect.endedBy === undefined && sameId(effect.values['id'], values['id']));
  /** A row that is older than the history counted all the time. */
  const openedOf = (commit: Commit, table: string, values: Values): Open =>
    openOf(table, values) ?? begin(commit, table, values);
  walkCommits(history, (commit, _, changes) => {
    for (const { table, before, after } of changes) {
      const entity = history.pipeline.entityOfTable(table);
      if (entity === undefined) continue;
      const was = before !== undefined && counts(entity, before) ? before : undefined;
      const is = after !== undefined && counts(entity, after) ? after : undefined;
      if (was !== undefined && (is === undefined || pairOf(was) !== pairOf(is))) {
        const effect = openedOf(commit, table, was);
        effect.endedBy = commit;
        if (isTakenBack(commit, after)) effect.undoneBy = commit;
      }
      if (is !== undefined) openedOf(commit, table, is);
    }
  });
  return byPair;
});

/** Every row of the entity that ever came to count for this student and course, in commit order, undone ones too. */
export const effectsEverOf = (
  history: History,
  { table }: EntityDeclaration,
  { studentId, courseId }: Ids,
): readonly Effect[] => effects(history).get(`${table} ${pairKey(studentId, courseId)}`) ?? [];

/** Of what the event brings about. */
export const effectsEver = (history: History, type: string, ids: Ids): readonly Effect[] => {
  const entity = history.pipeline.effectOf(type);
  return entity === undefined ? [] : effectsEverOf(history, entity, ids);
};

/** Those that were had: committed, and not taken back by a worker. */
export const effectsHad = (history: History, type: string, ids: Ids): readonly Effect[] =>
  effectsEver(history, type, ids).filter(({ undoneBy }) => undoneBy === undefined);

/** Has the event had its effect for this student and course? */
export const hadEffect = (history: History, type: string, ids: Ids): boolean =>
  effectsHad(history, type, ids).length > 0;

/** Those that a worker brought about, itself or by its call: not what the scenario gave, nor another service. */
export const effectsByWorkers = (history: History, type: string, ids: Ids): readonly Effect[] =>
  effectsHad(history, type, ids).filter(({ since, values }) => isFromCallOrWorker(history, since, values['id']));
