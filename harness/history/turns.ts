/** Rows that begin and stop to count as what their stage is for, commit by commit. */
import type { EntityDeclaration } from '../pipeline/declaration.ts';
import { counts, fits } from '../pipeline/queries.ts';
import type { History } from './history.ts';
import { idOf, normalId } from './ids.ts';
import type { AppliedCommit, Commit, NetChange } from './rows.ts';
import { pairKey } from './keys.ts';

export type Values = Readonly<Record<string, unknown>>;

/** A row that came to count as an event's effect; where several rows are one, the one with which there were enough. */
export interface Effect {
  /** The row as it was when it began to count. */
  readonly values: Values;
  /** The row that it is via, by its id. */
  readonly via: string | undefined;
  /** The commit with which it began to count. */
  readonly since: Commit;
  /** The commit after which it counted no more; undefined: it counts to the history's end. */
  readonly endedBy: Commit | undefined;
  /** A worker took it back by a transaction of its own: then it was not had. */
  readonly undoneBy: Commit | undefined;
}

/** A row that began or stopped to count for an entity, or went on counting: as it was and as it is. */
export interface Turn {
  readonly commit: Commit;
  readonly was: Values | undefined;
  readonly is: Values | undefined;
  /** It stopped to count, or became somebody else's, and a worker took it back by that. */
  readonly isTakenBack: boolean;
}

/** Effects of one entity, kept up to date transaction by transaction. */
export interface EffectFold {
  /** All turns of one transaction, in its order. */
  observe(turns: readonly Turn[]): void;
  /** Effects of a student and course, by the first that was told of them. */
  of(studentId: unknown, courseId: unknown): readonly Effect[];
}

export const pairOf = (values: Values): string => pairKey(values['student_id'], values['course_id']);

/** The row that this one is via, by its id. */
export const viaOf = ({ via }: EntityDeclaration, values: Values): string | undefined => {
  const id = idOf(via && values[via.column]);
  return id === undefined ? undefined : normalId(id);
};

/** Whose effect a row is: of the row that it is via, and of a student and course. */
export const ownerOf = (entity: EntityDeclaration, values: Values): string =>
  `${viaOf(entity, values) ?? ''} ${pairOf(values)}`;

/** Has it become somebody else's? One that is via another row stays its own, also when that is gone. */
const isAnothers = (entity: EntityDeclaration, was: Values, is: Values): boolean =>
  entity.via === undefined ? pairOf(was) !== pairOf(is) : viaOf(entity, was) !== viaOf(entity, is);

/** Is the row now what another stage makes of it, an earlier one or a later one? */
const isOfAnother = (
  { pipeline }: History,
  entity: EntityDeclaration,
  which: 'earlier' | 'later',
  isIt: (other: EntityDeclaration) => boolean,
): boolean =>
  pipeline
    .entitiesOfTable(entity.table)
    .some((other) => other !== entity && pipeline.precedes(other, entity) === (which === 'earlier') && isIt(other));

/** Is what a row that stopped counting has become no ordinary end of it, nor what a stage that follows makes of it? */
const isTakenBack = (
  history: History,
  commit: Commit,
  entity: EntityDeclaration,
  was: Values | undefined,
  after: Values | undefined,
): boolean => {
  if (commit.writer !== null) return false;
  if (after === undefined || (was !== undefined && isAnothers(entity, was, after))) return true;
  const isPutBackTo = (other: EntityDeclaration): boolean =>
    counts(other, after) && was !== undefined && !counts(other, was);
  if (isOfAnother(history, entity, 'earlier', isPutBackTo)) return true;
  if (entity.done === undefined || entity.done.some((test) => fits(after, test))) return false;
  return !isOfAnother(history, entity, 'later', (other) => counts(other, after));
};

/** What one transaction did to one entity's rows, in its order. */
export interface EntityTurns {
  readonly entity: EntityDeclaration;
  readonly turns: readonly Turn[];
}

/** The turn of the entity that a change is; undefined: it is none. */
const turnOf = (history: History, entity: EntityDeclaration, change: NetChange): Turn | undefined => {
  const { commit, before, after } = change;
  const was = before !== undefined && counts(entity, before) ? before : undefined;
  const is = after !== undefined && counts(entity, after) ? after : undefined;
  if (was === undefined && is === undefined) return undefined;
  const isStill = was === undefined || (is !== undefined && ownerOf(entity, was) === ownerOf(entity, is));
  return { commit, was, is, isTakenBack: !isStill && isTakenBack(history, commit, entity, before, after) };
};

/** What of a transaction's changes are turns, by their entities; hardly any has those of more than one. */
export const turnsIn = (history: History, { changes }: AppliedCommit): readonly EntityTurns[] => {
  const found: { readonly entity: EntityDeclaration; readonly turns: Turn[] }[] = [];
  for (const change of changes)
    for (const entity of history.pipeline.entitiesOfTable(change.table)) {
      const turn = turnOf(history, entity, change);
      if (turn === undefined) continue;
      const known = found.find((each) => each.entity === entity);
      if (known === undefined) found.push({ entity, turns: [turn] });
      else known.turns.push(turn);
    }
  return found;
};
