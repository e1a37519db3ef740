/** Is what becomes of the pipeline's tables still told whole? Their owner, a worker, may change what the recorder stands on. */
import { PUBLICATION } from './tags.ts';
import type { SlotDatabase } from './database.ts';

interface Told {
  readonly table: string;
  /** As pg_class has it: f is FULL; null: the table is gone. */
  readonly identity: string | null;
  readonly published: boolean;
}

/** From tables of the catalogue alone: the view of a publication's tables waits for whoever has locked one of them. */
const TOLD = `
  SELECT t.name AS table, c.relreplident AS identity, p.oid IS NOT NULL AS published
  FROM unnest($1::text[]) AS t(name)
  LEFT JOIN pg_class c ON c.relname = t.name AND c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
  LEFT JOIN pg_publication_rel r ON r.prrelid = c.oid
  LEFT JOIN pg_publication p ON p.oid = r.prpubid AND p.pubname = $2`;

const IDENTITIES: Readonly<Record<string, string>> = { d: 'DEFAULT', n: 'NOTHING', i: 'an index' };

const whatOf = ({ identity, published }: Told): string | undefined => {
  if (identity === null) return 'it is gone';
  if (!published) return 'it was made anew, or taken out of the publication';
  return identity === 'f' ? undefined : `its replica identity was changed to ${IDENTITIES[identity] ?? identity}`;
};

/** One sentence for every table of which not everything is recorded any more. Errors: those of the server. */
export const unrecordedTables = async (database: Pick<SlotDatabase, 'ask' | 'tables'>): Promise<readonly string[]> => {
  const rows = await database.ask<Told & Record<string, unknown>>('unrecorded', TOLD, [database.tables, PUBLICATION]);
  return rows.flatMap((row) => {
    const what = whatOf(row);
    return what === undefined ? [] : [`not all that becomes of the table ${row.table} was recorded: ${what}`];
  });
};
