/** Several rows that are one effect: had once there are enough of them, by whomever and in however many transactions. */
import type { EntityDeclaration } from '../pipeline/declaration.ts';
import { idOf, normalId } from './ids.ts';
import { pairKey } from './keys.ts';
import { ownerOf, pairOf, viaOf } from './turns.ts';
import type { Effect, EffectFold, Turn, Values } from './turns.ts';

type Open = { -readonly [K in keyof Effect]: Effect[K] };

/** The rows of one effect: of one row that they are via, or of one student and course. */
interface Rows {
  /** Which of all it is. */
  readonly place: number;
  /** Those that count, or did until somebody else than a worker made something else of them. */
  readonly ids: Set<string>;
  /** Rows that are older than the history: how many more there are nothing tells. */
  isOlder: boolean;
  last: Values;
  readonly effects: Open[];
}

const rowId = ({ id }: Values): string => normalId(idOf(id) ?? JSON.stringify(id) ?? '');

/** Tells the rows of the turn; returns those that it is about. */
const turn = (rowsOf: (values: Values) => Rows, { was, is, isTakenBack }: Turn): readonly Rows[] => {
  const about: Rows[] = [];
  if (was !== undefined) {
    const rows = rowsOf(was);
    about.push(rows);
    if (!rows.ids.has(rowId(was))) rows.isOlder = true;
    // What a service or a person made of it takes nothing away of what was brought about.
    if (isTakenBack) rows.ids.delete(rowId(was));
  }
  if (is !== undefined) {
    const rows = rowsOf(is);
    about.push(rows);
    rows.ids.add(rowId(is));
    rows.last = is;
  }
  return about;
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
export const effectsOfSeveral = (entity: EntityDeclaration): EffectFold => {
  const groups = new Map<string, Rows>();
  /** Groups that ever had a row of the student and course. */
  const byPair = new Map<string, Set<Rows>>();
  const rowsOf = (values: Values): Rows => {
    const key = ownerOf(entity, values);
    const rows = groups.get(key) ?? { place: groups.size, ids: new Set(), isOlder: false, last: values, effects: [] };
    groups.set(key, rows);
    const ofPair = byPair.get(pairOf(values)) ?? new Set<Rows>();
    byPair.set(pairOf(values), ofPair.add(rows));
    return rows;
  };
  return {
    observe: (turns) => {
      const touched = new Set(turns.flatMap((each) => turn(rowsOf, each)));
      const since = turns.at(-1)?.commit;
      if (since !== undefined) settle(entity, touched, since);
    },
    of: (studentId, courseId) => {
      const pair = pairKey(studentId, courseId);
      return [...(byPair.get(pair) ?? [])]
        .filter(({ last }) => pairOf(last) === pair)
        .sort((a, b) => a.place - b.place)
        .flatMap(({ effects }) => effects);
    },
  };
};
