/** Several rows that are one effect: had once there are enough of them, by whomever and in however many transactions. */
import type { EntityDeclaration } from '../pipeline/declaration.ts';
import { idOf, normalId } from './ids.ts';
import { ownerOf, pairOf, viaOf } from './turns.ts';
import type { Effect, Turn, Values } from './turns.ts';

type Open = { -readonly [K in keyof Effect]: Effect[K] };

/** The rows of one effect: of one row that they are via, or of one student and course. */
interface Rows {
  /** Those that count, or did until somebody else than a worker made something else of them. */
  readonly ids: Set<string>;
  /** Rows that are older than the history: how many more there are nothing tells. */
  isOlder: boolean;
  last: Values;
  readonly effects: Open[];
}

const rowId = ({ id }: Values): string => normalId(idOf(id) ?? JSON.stringify(id) ?? '');

const turn = (groups: Map<string, Rows>, entity: EntityDeclaration, { was, is, isTakenBack }: Turn): void => {
  const rowsOf = (values: Values): Rows => {
    const key = ownerOf(entity, values);
    const rows = groups.get(key) ?? { ids: new Set(), isOlder: false, last: values, effects: [] };
    groups.set(key, rows);
    return rows;
  };
  if (was !== undefined) {
    const rows = rowsOf(was);
    if (!rows.ids.has(rowId(was))) rows.isOlder = true;
    // What a service or a person made of it takes nothing away of what was brought about.
    if (isTakenBack) rows.ids.delete(rowId(was));
  }
  if (is !== undefined) {
    const rows = rowsOf(is);
    rows.ids.add(rowId(is));
    rows.last = is;
  }
};

/** Begins and ends effects, after all that one transaction did. */
const settle = (entity: EntityDeclaration, groups: Iterable<Rows>, since: Effect['since']): void => {
  for (const rows of groups) {
    const open = rows.effects.findLast(({ endedBy }) => endedBy === undefined);
    const areEnough = rows.isOlder || rows.ids.size >= (entity.rows ?? 1);
    if (areEnough && open === undefined)
      rows.effects.push({
        values: rows.last,
        via: viaOf(entity, rows.last),
        since,
        endedBy: undefined,
        undoneBy: undefined,
      });
    if (areEnough || open === undefined) continue;
    open.endedBy = since;
    open.undoneBy = since;
  }
};

/** By student and course, in commit order. */
export const effectsOfSeveral = (
  entity: EntityDeclaration,
  turns: readonly Turn[],
): ReadonlyMap<string, readonly Effect[]> => {
  const groups = new Map<string, Rows>();
  for (const [i, each] of turns.entries()) {
    turn(groups, entity, each);
    if (turns[i + 1]?.commit !== each.commit) settle(entity, groups.values(), each.commit);
  }
  const byPair = new Map<string, Effect[]>();
  for (const { last, effects } of groups.values())
    byPair.set(pairOf(last), [...(byPair.get(pairOf(last)) ?? []), ...effects]);
  return byPair;
};
