/** Rows of many payments, a few at once. */
import type { Pipeline } from '../../pipeline/queries.ts';
import { readRowsOf, readTraces } from '../read-rows.ts';
import { valueOf } from '../snapshot.ts';
import type { RowSeen, RowsSeen, Snapshot, Told } from '../snapshot.ts';
import { through } from '../ways.ts';
import type { Ways } from '../ways.ts';

/** Rows are asked for so many payments at once. */
const AT_ONCE = 200;

interface Going {
  readonly pipeline: Pipeline;
  readonly ways: Ways;
}

/** What there is of each of them. */
export const readRows = async (
  { pipeline, ways }: Going,
  subjects: readonly Snapshot['subject'][],
): Promise<readonly Told<RowsSeen>[]> => {
  const all: Told<RowsSeen>[] = [];
  for (let from = 0; from < subjects.length; from += AT_ONCE) {
    const some = subjects.slice(from, from + AT_ONCE);
    const told = await through(ways.postgres, 'the rows', (client) =>
      readRowsOf(client, pipeline, some, { effects: true, guards: true }),
    );
    all.push(...some.map((_, i): Told<RowsSeen> => ('why' in told ? told : { value: told.value[i]! })));
  }
  return all;
};

/** Of each payment its own row: it tells when it began, as where one is looked at. */
export const readOwnRows = async (
  { pipeline, ways }: Going,
  subjects: readonly Snapshot['subject'][],
): Promise<readonly RowSeen[]> => {
  const { table } = pipeline.subject;
  const all: RowSeen[] = [];
  if (table === undefined) return all;
  for (let from = 0; from < subjects.length; from += AT_ONCE) {
    const ids = subjects.slice(from, from + AT_ONCE).map(({ correlationId }) => correlationId);
    const told = await through(ways.postgres, `the table ${table}`, (client) =>
      readTraces(client, { pipeline, table, column: 'id', ids }),
    );
    all.push(...(valueOf(valueOf(told) ?? { why: '' }) ?? []));
  }
  return all;
};
