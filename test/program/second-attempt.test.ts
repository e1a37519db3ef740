/** An unknown trial is run once more with the same seed, in a real environment: once unknown for good, once only the first time. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { projectWith, startFaultline } from '../support/cli.ts';
import { descendantsOf, eventually } from '../support/processes.ts';
import { eventsIn, readJson, readVerdict, rowOf, runFoldersIn } from '../support/run-output.ts';

const scenario = (name: string, rest: string): string => `
export const scenario = {
  name: '${name}',
  title: 'A scenario of the test.',
  tags: [],
  given: { subjects: { ada: {}, ben: {} } },
  act: [{ do: 'pay', subjects: ['ada'] }],
  during: [{ when: { always: true }, causes: [] }],
  ${rest},
};
`;

/** Right workers that wait before their calls for a file: no trial can have passed before the test has seen it act. */
const CONFIG = `
import { defineConfig, referenceWorkers } from 'faultline';
const set = referenceWorkers('hardened');
const env = { NODE_OPTIONS: '--import=' + new URL('hold.mjs', import.meta.url).href, HELD_UNTIL: new URL('go', import.meta.url).pathname };
const workers = set.workers.map((worker) => ({ ...worker, env: { ...worker.env, ...env } }));
export default defineConfig({ scenarios: ['mine'], workers: { held: { ...set, workers } } });
`;
const HOLD = `
import { existsSync } from 'node:fs';
import http from 'node:http';
import { syncBuiltinESMExports } from 'node:module';
const { request } = http;
http.request = (...args) => {
  while (!existsSync(process.env.HELD_UNTIL)) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
  return request(...args);
};
syncBuiltinESMExports();
`;

const SCENARIOS = {
  'faultline.config.mjs': CONFIG,
  'hold.mjs': HOLD,
  // Nobody pays for ben, so nothing calls for him.
  'mine/never-fires.mjs': scenario(
    'never-fires',
    `faults: [{ kind: 'api-behaviour', behaviour: 'no-trainer', subject: 'ben' }], observeUntil: { always: true }`,
  ),
  'mine/attempted-twice.mjs': scenario('attempted-twice', `faults: [], observeUntil: { always: true }`),
};

it(
  'a second unknown ends with 3; a second attempt that passes counts, and both are kept',
  { timeout: 240_000 },
  async () => {
    const cwd = projectWith(SCENARIOS);
    const args = ['run', 'attempted-twice', 'never-fires', '--workers', 'held', '--seed', '7', '--json', 'run.json'];
    const run = startFaultline([...args, '--reporter', 'list', '--reporter', 'junit'], { cwd });
    const outDir = join(cwd, 'runs');
    const first = (): string => runFoldersIn(outDir).find((dir) => dir.endsWith('attempted-twice')) ?? '';
    const said = (): string => run.stdout() + run.stderr();

    // The trial has begun to act. From here on PostgreSQL tells nobody of its commits: the barrier cannot come back.
    const acts = (): boolean =>
      first() !== '' && eventsIn(first()).some((e) => e.kind === 'trial.phase' && e.phase === 'act');
    expect(await eventually(acts, Boolean, 120_000), said()).toBe(true);
    const senders = descendantsOf(run.pid).filter(({ command }) => /postgres: .*walsender/.test(command));
    expect(senders.length, said()).toBeGreaterThan(0);
    for (const { pid } of senders) process.kill(pid, 'SIGSTOP');
    writeFileSync(join(cwd, 'go'), '');
    try {
      const missed = (): boolean => eventsIn(first()).some((e) => e.kind === 'trial.barrier' && !e.passed);
      expect(await eventually(missed, Boolean, 120_000), said()).toBe(true);
    } finally {
      // A stopped process outlives its server.
      for (const { pid } of senders) process.kill(pid, 'SIGCONT');
    }

    const { code, stdout, stderr } = await run.ended;
    expect(code, stdout + stderr).toBe(3);
    const document = readJson(join(cwd, 'run.json'));
    expect(document.totals).toEqual({ passed: 1, failed: 0, unknown: 1 });
    const folders = runFoldersIn(outDir);
    expect(folders).toHaveLength(4);
    for (const [name, then] of [
      ['attempted-twice', 'passed'],
      ['never-fires', 'unknown'],
    ] as const) {
      const row = rowOf(document, name);
      expect(row.verdict).toBe(then);
      expect(row.attempts?.map(({ verdict }) => verdict)).toEqual(['unknown', then]);
      const stored = row.attempts?.map(({ runDir }) => readVerdict(runDir)) ?? [];
      expect(stored.map(({ seed, verdict }) => [seed, verdict.outcome])).toEqual([
        [7, 'unknown'],
        [7, then],
      ]);
    }
    expect(rowOf(document, 'attempted-twice').attempts?.[0]?.unknown.join()).toMatch(/barrier/);
    expect(rowOf(document, 'never-fires').faults).toEqual([{ kind: 'api-behaviour', fired: false }]);
    expect(stdout).toMatch(/✓ attempted-twice .*at the second attempt; the first was unknown/);
    expect(stdout).toMatch(/run again: never-fires: unknown \(.*\), then unknown/);
    expect(readFileSync(join(outDir, 'junit.xml'), 'utf8')).toMatch(
      /attempt 1 of the same seed: unknown[^]*attempt 2 of the same seed: passed/,
    );
  },
);
