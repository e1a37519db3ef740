/** Goes through all rows of a live database, one after the other: who lacks what should follow is noted, and all else forgotten. */
import pg from 'pg';
import type { ClientBase } from 'pg';
import { findColumns } from '../../database/columns.ts';
import { idOf } from '../../history/ids.ts';
import { count } from '../../history/names.ts';
import type { EntityDeclaration } from '../../pipeline/declaration.ts';
import { fits, isOwed } from '../../pipeline/queries.ts';
import type { Pipeline } from '../../pipeline/queries.ts';
import { STANDBY } from '../gaps.ts';
import { inSnapshot, serverOf, whyUnread } from '../read-rows.ts';
import type { RowSeen } from '../snapshot.ts';
import type { Pair } from '../whose.ts';
import { eachRow } from './each-row.ts';
import type { Selected } from './each-row.ts';
import { createFilter } from './filter.ts';
import type { Filter } from './filter.ts';
import type { Plan, Step } from './plan.ts';
import { createRepeated } from './repeated.ts';
import { keyOf } from './suspects.ts';
import type { Suspects } from './suspects.ts';

const { escapeIdentifier, escapeLiteral } = pg;

export interface Sifting {
  readonly pipeline: Pipeline;
  readonly plan: Plan;
  readonly suspects: Suspects;
  /** Rows of before are owed nothing here, ms since the epoch; undefined: all are looked at. */
  readonly since: number | undefined;
  /** What is younger is in work, ms. */
  readonly ripeMs: number;
  readonly progress: (line: string) => void;
}

export interface RowsSifted {
  /** By name of what stages bring about: whose there is. What is not among them could not be read. */
  readonly effects: ReadonlyMap<string, Filter>;
  readonly rows: number;
  readonly unread: readonly string[];
}

const pairIn = (row: RowSeen): Pair | undefined => {
  const [studentId, courseId] = [idOf(row['pair_0']), idOf(row['pair_1'])];
  return studentId === undefined || courseId === undefined ? undefined : { studentId, courseId };
};

interface Way {
  readonly client: ClientBase;
  readonly columns: Awaited<ReturnType<typeof findColumns>>;
}

const hasColumn = ({ columns }: Way, table: string, name: string): boolean =>
  columns.some((one) => one.table === table && one.column === name);

const mayNotRead = (way: Way, table: string, needed: readonly string[]): Promise<string | undefined> =>
  inSnapshot(way.client, () => whyUnread(way, table, needed));

/** When the row was made, as it says itself, ms since the epoch; null: it does not. And by how much that is past. */
const created = (way: Way, table: string, ripeMs: number): readonly string[] =>
  hasColumn(way, table, 'created_at')
    ? [
        '(extract(epoch FROM "created_at") * 1000)::float8 AS made',
        `coalesce("created_at" < now() - interval '${ripeMs} milliseconds', true) AS is_ripe`,
      ]
    : ['NULL::float8 AS made', 'true AS is_ripe'];

/** Is it of the time that is asked about, and not in work any more? Of a row that does not say when it is, nobody knows, and it is. */
const isAskedAbout = ({ is_ripe: isRipe, made }: RowSeen, since: number | undefined): boolean =>
  isRipe === true && (since === undefined || typeof made !== 'number' || made >= since);

const testedColumns = ({ counts, owed, oneOf }: EntityDeclaration): readonly string[] => [
  ...new Set([...counts, owed ?? {}, oneOf?.rows ?? {}].flatMap((test) => Object.keys(test))),
];

const selectOf = (way: Way, entity: EntityDeclaration, { pipeline: { pair }, ripeMs }: Sifting): Selected => ({
  table: entity.table,
  columns: [
    ...pair.map(({ column }, i) => `${escapeIdentifier(column)}::text AS pair_${i}`),
    ...testedColumns(entity).map(escapeIdentifier),
    ...created(way, entity.table, ripeMs),
  ],
});

/** Is there to be one of them at most? */
const isOneOf = ({ oneOf, rows = 1 }: EntityDeclaration, row: RowSeen): boolean =>
  oneOf !== undefined && rows === 1 && fits(row, oneOf.rows);

/** Errors: those of the server. Gives why its rows cannot be read, or how many there were. */
const siftStep = async (
  way: Way,
  step: Step,
  sifting: Sifting,
  effects: Map<string, Filter>,
): Promise<string | number> => {
  const { pipeline, suspects, since } = sifting;
  const { entity, name, next } = step;
  const { table } = entity;
  const needed = [...pipeline.pair.map(({ column }) => column), ...testedColumns(entity)];
  const why = await mayNotRead(way, table, needed);
  if (why !== undefined) return why;
  const filter = createFilter();
  const ones = createRepeated();
  const selected = selectOf(way, entity, sifting);
  const rows = await eachRow(way.client, selected, (row) => {
    const whose = pairIn(row);
    if (whose === undefined) return;
    const key = keyOf(whose);
    // Also one that counts no more may have been the effect.
    filter.add(key);
    if (isOneOf(entity, row)) ones.guess(key);
    if (!isAskedAbout(row, since) || !isOwed(entity, row)) return;
    for (const later of next)
      if (effects.get(later)?.has(key) === false) suspects.note(whose, `${name} without ${later}`);
  });
  // Of rows that were not all read nothing is known to be missing.
  if (typeof rows === 'string') return rows;
  effects.set(name, filter);
  if (!ones.isAny()) return rows;
  const counted = await eachRow(way.client, selected, (row) => {
    const whose = isOneOf(entity, row) ? pairIn(row) : undefined;
    if (whose !== undefined && ones.count(keyOf(whose))) suspects.note(whose, `${name} twice`);
  });
  if (typeof counted === 'string') return counted;
  return ones.beyond() === 0 ? rows : `${table}: not all of its rows that may be there twice were counted`;
};

export interface Untold {
  /** `allocation without TRAINER_ALLOCATED`. */
  readonly kind: string;
  readonly type: string;
  readonly pair: Pair;
}

const wayOf = (client: ClientBase, pipeline: Pipeline): Promise<Way> =>
  inSnapshot(client, async () => ({ client, columns: await findColumns(client, pipeline.tables) }));

/** Rows of whom nothing was told. `from`: by event, since when its topic is known whole; without one nothing is concluded. */
export const siftUntold = async (
  client: ClientBase,
  sifting: Sifting,
  told: ReadonlyMap<string, Filter>,
  from: ReadonlyMap<string, number>,
  found: (untold: Untold) => void,
): Promise<void> => {
  const { pipeline, plan, since } = sifting;
  const way = await wayOf(client, pipeline);
  for (const { entity, name, told: types } of plan.steps) {
    const known = types.filter((type) => from.has(type));
    if (known.length === 0) continue;
    const read = await eachRow(client, selectOf(way, entity, sifting), (row) => {
      const pair = pairIn(row);
      if (pair === undefined || !isAskedAbout(row, since) || !isOwed(entity, row)) return;
      const made = typeof row['made'] === 'number' ? row['made'] : -Infinity;
      for (const type of known)
        if (made >= (from.get(type) ?? Infinity) && told.get(type)?.has(keyOf(pair)) === false)
          found({ kind: `${name} without ${type}`, type, pair });
    });
    if (typeof read === 'string') throw new Error(read);
  }
};

/** The outside world's own rows: whose they are, and who of them has nothing. */
const siftSubjects = async (
  way: Way,
  table: string,
  { pipeline, plan, suspects, since, ripeMs }: Sifting,
  effects: ReadonlyMap<string, Filter>,
): Promise<string | number> => {
  const why = await mayNotRead(way, table, ['id']);
  if (why !== undefined) return why;
  const first = pipeline.eventTypes.filter(pipeline.begins).flatMap((type) => plan.effectsOf.get(type) ?? []);
  const sources = pipeline.pair.map(({ column, field }) => {
    if (hasColumn(way, table, column)) return `${escapeIdentifier(column)}::text`;
    return hasColumn(way, table, 'metadata') ? `"metadata"::jsonb ->> ${escapeLiteral(field)}` : undefined;
  });
  if (sources.includes(undefined)) return `${table} does not say whose its rows are`;
  const columns = [
    '"id"::text AS id',
    ...sources.map((source, i) => `${source} AS pair_${i}`),
    ...created(way, table, ripeMs),
  ];
  return eachRow(way.client, { table, columns }, (row) => {
    const whose = pairIn(row);
    const id = idOf(row['id']);
    if (whose === undefined || id === undefined) return;
    const key = keyOf(whose);
    const lacking = isAskedAbout(row, since) ? first.filter((name) => effects.get(name)?.has(key) === false) : [];
    for (const name of lacking) suspects.note(whose, `${pipeline.subject.called} without ${name}`);
    const suspect = suspects.of(key);
    if (suspect !== undefined) suspects.name(suspect, id);
  });
};

/**
 * One table after the other: what lacks something only because it was written meanwhile is found to have it when it is looked at by
 * itself.
 */
export const siftRows = async (client: ClientBase, sifting: Sifting): Promise<RowsSifted> => {
  const { pipeline, plan, progress } = sifting;
  const way = await wayOf(client, pipeline);
  const effects = new Map<string, Filter>();
  const { standby = false } = await inSnapshot(client, () => serverOf(client));
  const unread: string[] = standby ? [STANDBY] : [];
  let rows = 0;
  const add = (table: string, found: string | number): void => {
    if (typeof found === 'string') unread.push(found);
    else {
      rows += found;
      progress(`${count(found, 'row')} of ${table}`);
    }
  };
  for (const step of plan.steps) add(step.entity.table, await siftStep(way, step, sifting, effects));
  const { table } = pipeline.subject;
  if (table !== undefined) add(table, await siftSubjects(way, table, sifting, effects));
  return { effects, rows, unread };
};
