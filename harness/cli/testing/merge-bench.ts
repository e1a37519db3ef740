/** For tests only: two whole shards of one run in the folder whole/, and copies of them that were tampered with. */
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect } from 'vitest';
import type { ShardDocument } from '../../reporters/shard-file.ts';
import { useDouble } from './double-bench.ts';
import { runHere } from './run-here.ts';
import type { ScenarioOrder } from './spawn.mjs';

export const NAMES = ['healthy', 'no-trainer-free', 'worker-down', 'worker-hung', 'worker-killed-mid-call'];
export const ORDERS: Readonly<Record<string, ScenarioOrder>> = {
  'worker-down': { outcome: 'failed' },
  'worker-hung': { outcome: ['unknown', 'passed'] },
};

export const SHARD_1 = 'shard-1/shard-1-of-2.json';
export const SHARD_2 = 'shard-2/shard-2-of-2.json';

/** Registers the hooks; the shards are there as soon as tests run. */
export const useShards = () => {
  const { cwd, faultline } = useDouble('merge');
  let copies = 0;
  const read = (file: string): ShardDocument => JSON.parse(readFileSync(join(cwd, file), 'utf8')) as ShardDocument;
  beforeAll(async () => {
    for (const index of [1, 2]) {
      const shard = ['--shard', `${index}/2`, '--seed', '7', '--out', `whole/shard-${index}`];
      const { code, stderr } = await faultline(['run', ...NAMES, ...shard], ORDERS);
      expect([0, 1], stderr).toContain(code);
    }
  }, 120_000);

  return {
    cwd,
    faultline,
    /** In this process: merging starts nothing. */
    here: (args: readonly string[]) => runHere(args, { cwd, env: {} }),
    read,
    /** A copy of the two whole shards, with these of the documents changed; its folder. */
    changed: (files: readonly string[], change: (document: ShardDocument) => unknown): string => {
      const folder = `copy-${++copies}`;
      cpSync(join(cwd, 'whole'), join(cwd, folder), { recursive: true });
      for (const file of files) writeFileSync(join(cwd, folder, file), JSON.stringify(change(read(`whole/${file}`))));
      return folder;
    },
  };
};

export type ShardBench = ReturnType<typeof useShards>;
