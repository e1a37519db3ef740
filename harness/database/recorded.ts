/** Is what becomes of the pipeline's tables still told whole? Their owner, a worker, may change what the recorder stands on. */
import { PUBLICATION } from './tags.ts';
import type { SlotDatabase } from './slot-database.ts';

interface Told {
  readonly table: string;
  /** As pg_class has it: f is FULL. */
  readonly identity: string;
  readonly published: boolean;
}

/** From tables of the catalogue alone: the view of a publication's tables waits for whoever has locked one of them. */
const TOLD = `
  SELECT c.relname AS table, c.relreplident AS identity, EXISTS (
    SELECT 1 FROM pg_publication_rel r JOIN pg_publication p ON p.oid = r.prpubid
    WHERE r.prrelid = c.oid AND p.pubname = $2
  ) AS published
  FROM pg_class c
  WHERE c.relname = ANY ($1) AND c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')`;

const IDENTITIES: Readonly<Record<string, string>> = { d: 'DEFAULT', n: 'NOTHING', i: 'an index' };

const whatOf = ({ identity, published }: Told): string | undefined => {
  if (!published) return 'it was made anew, or taken out of the publication';
  return identity === 'f' ? undefined : `its replica identity was changed to ${IDENTITIES[identity] ?? identity}`;
};

/** One sentence for every table of which not everything is recorded any more; what has become of one that is gone was, up to its end. Errors: those of the server. */
export const unrecordedTables = async (database: Pick<SlotDatabase, 'ask' | 'tables'>): Promise<readonly string[]> => {
  const rows = await database.ask<Told & Record<string, unknown>>('unrecorded', TOLD, [database.tables, PUBLICATION]);
  return rows.flatMap((row) => {
    const what = whatOf(row);
    return what === undefined ? [] : [`not all that becomes of the table ${row.table} was recorded: ${what}`];
  });
};
