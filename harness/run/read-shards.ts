/** Shards' files as they were found: read and checked one by one. Whether they belong together: check-shards.ts. */
import { existsSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { isWithin } from '../base/paths.ts';
import { readStoredFile } from '../base/read-own.ts';
import { z } from 'zod';
import { FaultlineError } from '../base/errors.ts';
import { SHARD_FILE, SHARD_FILE_VERSION, withRunDirs } from '../reporters/shard-file.ts';
import type { ShardDocument } from '../reporters/shard-file.ts';
import { attempt, scenarioName, whole } from './stored-shape.ts';

export interface StoredShard {
  /** Absolute. */
  readonly file: string;
  /** `runDir` absolute, where the folder would be now. */
  readonly document: ShardDocument;
}

/** As far as merging and reporting read it. */
const shape = z.object({
  version: z.literal(SHARD_FILE_VERSION),
  faultline: z.string(),
  shard: z
    .object({ index: whole.min(1), count: whole.min(1) })
    .refine(({ index, count }) => index <= count, 'the index is larger than the count'),
  seed: whole,
  repeat: whole.min(1),
  fresh: z.boolean(),
  waiting: z.object({
    patienceMs: z.number().optional(),
    settleDeadlineMs: z.number().optional(),
    waitOut: z.boolean().optional(),
  }),
  workers: z.object({ name: z.string(), note: z.string().optional() }),
  selection: z.record(z.string(), z.string()),
  notApplicable: z.array(z.object({ name: z.string(), reason: z.string() })),
  planned: z.array(z.object({ name: scenarioName, label: z.string(), seed: whole })),
  environment: z
    .object({ mode: z.string(), kafka: z.string(), postgres: z.string(), startedInMs: z.number() })
    .nullable(),
  results: z.array(
    z
      .object({
        label: z.string(),
        result: attempt.extend({ earlier: z.array(attempt).optional() }).loose(),
        standing: z.literal('known').optional(),
      })
      .refine(
        ({ result, standing }) => standing === undefined || result.verdict.outcome === 'failed',
        'only what failed can be known',
      ),
  ),
  durationMs: z.number(),
  exitCode: whole.nullable(),
});

const HINT =
  'A shard leaves its file in its folder of runs (`faultline run --shard i/n --out DIR`); collect it whole, or run that shard again.';

const unreadable = (file: string, why: string): FaultlineError =>
  new FaultlineError('usage', `cannot read the shard's results ${file}: ${why}`, HINT);

const readShard = (file: string): StoredShard => {
  let content: unknown;
  try {
    content = JSON.parse(readStoredFile(file, 'document'));
  } catch (error) {
    throw unreadable(file, error instanceof SyntaxError ? 'it is not JSON' : (error as Error).message);
  }
  const parsed = shape.safeParse(content);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw unreadable(file, `${issue?.path.join('.') || 'the document'}: ${issue?.message ?? 'not as expected'}`);
  }
  // As it was written: what is checked is not all that it says.
  const document = content as ShardDocument;
  const folder = realpathSync(dirname(file));
  const inFolder = (runDir: string): string => {
    // Empty: there was none.
    if (runDir === '' || isWithin(folder, runDir)) return resolve(folder, runDir);
    throw unreadable(file, `its run folder ${JSON.stringify(runDir)} is not below it`);
  };
  return {
    file,
    document: {
      ...document,
      results: document.results.map(({ result, ...entry }) => ({
        ...entry,
        result: withRunDirs(result, inFolder),
      })),
    },
  };
};

const shardFilesIn = (folder: string): readonly string[] => {
  const entries = readdirSync(folder, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && SHARD_FILE.test(entry.name))
    .map(({ name }) => join(folder, name))
    .sort();
};

/** The shards of a folder: its own, or those of the folders in it, as a CI's download of artifacts lays them. */
const shardFilesOf = (folder: string): readonly string[] => {
  if (!existsSync(folder) || !statSync(folder).isDirectory())
    throw new FaultlineError('usage', `there is no folder ${folder}`, HINT);
  const own = shardFilesIn(folder);
  if (own.length > 0) return own;
  const below = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) => shardFilesIn(join(folder, name)))
    .sort();
  if (below.length === 0) throw new FaultlineError('usage', `there are no shard's results in ${folder}`, HINT);
  return below;
};

/** Every shard in the folders, in the order found. Errors: FaultlineError 'usage' for the first that cannot be read. */
export const readShards = (cwd: string, folders: readonly string[]): readonly StoredShard[] =>
  folders.flatMap((folder) => shardFilesOf(resolve(cwd, folder))).map(readShard);
