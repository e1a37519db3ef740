import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { loadOwnConfig } from './own-config.ts';

const SHARD = JSON.stringify({ version: 1, faultline: '1.0.0', shard: { index: 1, count: 2 } });

it.each<[string, Readonly<Record<string, string>>, boolean]>([
  ['a scenario of the team’s', { 'scenario.json': '{}' }, true],
  ['the kept document of a run', { 'last-run.json': '{}' }, true],
  ['the pieces of something else', { 'shard-1-of-2.json': '{"rows":[]}', 'shard-2-of-2.json': 'no JSON' }, true],
  ['what a trial leaves', { 'scenario.json': '{}', 'history.ndjson': '' }, false],
  ['what `diagnose --save` leaves', { 'history.ndjson': '' }, false],
  ['what a shard leaves', { 'shard-1-of-2.json': SHARD }, false],
  ['what a run leaves', { 'last-run.json': '{}', 'r/scenario.json': '{}', 'r/history.ndjson': '' }, false],
])('a configuration beside %s: is it the project’s own', async (_, files, own) => {
  const folder = mkdtempSync(join(tmpdir(), 'faultline-own-'));
  try {
    for (const [name, text] of Object.entries({ ...files, 'faultline.config.mjs': 'export default {}' })) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    const loaded = loadOwnConfig(folder);
    if (own) expect((await loaded).root).toBe(folder);
    else await expect(loaded).rejects.toThrow('no code of those is run');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
