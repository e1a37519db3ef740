/** Commands that tell of what was stored: whatever a worker, a broker or a row has named, no line of theirs is begun by it. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { presentable } from '../base/presentable.ts';
import { jsonFileReporter, lastRunFile } from '../reporters/json-file.ts';
import { endOf, resultWith, shownAs } from '../reporters/testing/results.ts';
import { scenario } from '../../scenarios/healthy.ts';
import { NO_PREMISES } from '../verdict/premises.ts';
import { found, verdictWith } from '../verdict/testing/trials.ts';
import { EVIL, EVIL_HISTORY, evilResult } from './testing/hostile-shard.ts';
import { runHere } from './testing/run-here.ts';

const HARMFUL = /[\0-\u0008\u000B-\u001F\u007F-\u009F\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069]/;

const shown = found('x', { worker: 'w', shape: 'skipped' });
const result = evilResult({
  ...resultWith('healthy', verdictWith([['no-event-lost', shown]], { unknown: ['x'] })),
  workers: EVIL,
});

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'faultline-hostile-'));
  const lay = (dir: string, history: string): void => {
    mkdirSync(join(folder, dir), { recursive: true });
    const scenarioFile = JSON.stringify({ scenario, seed: 7, workers: EVIL });
    for (const [name, text] of [
      ['scenario.json', scenarioFile],
      ['history.ndjson', history],
    ] as const)
      writeFileSync(join(folder, dir, name), text);
  };
  lay('evil', EVIL_HISTORY);
  writeFileSync(join(folder, 'evil', 'verdict.json'), JSON.stringify(result));
  lay('quiet', EVIL_HISTORY.split('\n').slice(0, 1).join('\n'));
  const options = { workers: EVIL, sinceStart: () => 0, premises: NO_PREMISES, replayOf: () => EVIL };
  const document = jsonFileReporter(lastRunFile(folder), options);
  document.onResult?.(shownAs(result));
  document.onEnd?.(endOf([result]));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const until = ['--until', '2999-12-31'];
test.each([
  [['judge', 'evil'], 1],
  [['diff', 'evil', 'quiet'], 0],
  [['diff', 'quiet', 'evil'], 0],
  [['comment', '.'], 0],
  [['accept', '--all', '--from', '.', '--owner', EVIL, '--reason', EVIL, ...until], 0],
  [['accept', 'nothing-of-it', '--from', '.', '--owner', EVIL, '--reason', EVIL, ...until], 2],
])('%j', async (args, wanted) => {
  const parts = { judge: () => Promise.resolve(result.verdict) };
  const { code, stdout, stderr } = await runHere(args, { cwd: folder, env: {}, parts });
  const text = presentable(stdout) + presentable(stderr);
  expect({ code, text }).toEqual({ code: wanted, text: expect.stringMatching(/./) as string });
  expect(HARMFUL.exec(text)).toBeNull();
  expect(text.split('\n').filter((line) => /^\s*::|^✓ forged|^~~~|##[\w-]*\[/.test(line))).toEqual([]);
});
