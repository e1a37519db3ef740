/** Stored runs judged and replayed, and one clear message with the right exit code for everything that a user can get wrong. */
import { cpSync, existsSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { faultline, leftOf, projectWith, startFaultline } from '../support/cli.ts';
import type { CliOptions, Ended, RunningCli } from '../support/cli.ts';
import { leftAfter } from '../support/processes.ts';
import { eventsIn, eventsOf, readJson, readVerdict, rowOf, runFoldersIn, violatedIn } from '../support/run-output.ts';

const SLOW = { timeout: 180_000 };

const said = ({ stdout, stderr }: Ended): string => stdout + stderr;

/** An error message of ours: neither a stack nor the word for our own bugs. */
const isClear = (ended: Ended): void => {
  expect(said(ended)).not.toMatch(/\n\s+at .*[(/]/);
  expect(said(ended)).not.toContain('bug in Faultline');
};

/** The reaper, which sees to that, is the last to go. */
const nothingIsLeft = async (run: RunningCli): Promise<void> => expect(await leftAfter(() => leftOf(run))).toEqual([]);

describe('a stored run', () => {
  const cwd = projectWith({});
  let passed: string;
  let failed: string;
  beforeAll(async () => {
    const args = ['run', 'healthy', 'guard-marked-early', '--workers', 'incident', '--seed', '11', '--json', 'o.json'];
    const ended = await faultline(args, { cwd });
    expect(ended.code, said(ended)).toBe(1);
    const json = readJson(join(cwd, 'o.json'));
    passed = rowOf(json, 'healthy').runDir;
    failed = rowOf(json, 'guard-marked-early').runDir;
  }, SLOW.timeout);

  /** No Java, no PostgreSQL, no Toxiproxy to be found: nothing could be started. */
  const barren = (): CliOptions => ({ cwd, env: { PATH: cwd, JAVA_HOME: undefined, FAULTLINE_HOME: projectWith({}) } });

  it('is judged again without anything to run it with: the same verdict', SLOW, async () => {
    const before = runFoldersIn(join(cwd, 'runs'));
    const [good, bad] = await Promise.all([
      faultline(['judge', passed], barren()),
      faultline(['judge', failed], barren()),
    ]);
    expect(good.code, said(good)).toBe(0);
    expect(good.stdout).toContain('the same verdict as stored: passed');
    expect(bad.code, said(bad)).toBe(1);
    expect(bad.stdout).toContain('the same verdict as stored: failed');
    expect(bad.stdout).toContain('guard-marked-without-allocation');
    expect(bad.stdout).toContain('--seed 11 --workers incident');
    expect(runFoldersIn(join(cwd, 'runs'))).toEqual(before);
  });

  it('whose stored verdict is another one is told apart', SLOW, async () => {
    const folder = join(projectWith({}), 'edited');
    cpSync(failed, folder, { recursive: true });
    const stored = readVerdict(folder);
    const edited = { ...stored, verdict: { ...stored.verdict, outcome: 'passed', invariants: [] } };
    writeFileSync(join(folder, 'verdict.json'), JSON.stringify(edited));
    const ended = await faultline(['judge', folder], barren());
    expect(ended.code, said(ended)).toBe(1);
    expect(ended.stdout).toContain('not the stored verdict');
  });

  it('is replayed with its scenario, seed and workers: the same verdict', SLOW, async () => {
    const before = runFoldersIn(join(cwd, 'runs'));
    const ended = await faultline(['replay', failed], { cwd });
    expect(ended.code, said(ended)).toBe(1);
    expect(ended.stdout).toContain('the same verdict as stored: failed');
    const again = runFoldersIn(join(cwd, 'runs')).filter((dir) => !before.includes(dir));
    expect(again).toHaveLength(1);
    const [first, second] = [readVerdict(failed), readVerdict(again[0] ?? '')];
    expect(second.seed).toBe(11);
    expect(violatedIn(second.verdict)).toEqual(violatedIn(first.verdict));
    const idsIn = (dir: string): unknown => eventsOf(eventsIn(dir), 'trial.started')[0]?.subjects;
    expect(idsIn(again[0] ?? '')).toEqual(idsIn(failed));
  });

  it('whose history is damaged is refused with the line', SLOW, async () => {
    const folder = join(projectWith({}), 'damaged');
    cpSync(failed, folder, { recursive: true });
    const file = join(folder, 'history.ndjson');
    const lines = readFileSync(file, 'utf8').split('\n');
    lines[6] = (lines[6] ?? '').slice(0, 20);
    writeFileSync(file, lines.join('\n'));
    const ended = await faultline(['judge', folder], barren());
    expect(ended.code).toBe(2);
    expect(ended.stderr).toContain(`${file}: line 7: `);
    isClear(ended);
  });

  it('that is not there is refused with the folder', SLOW, async () => {
    const ended = await faultline(['judge', 'runs/nowhere'], barren());
    expect(ended.code).toBe(2);
    expect(ended.stderr).toContain(join(cwd, 'runs/nowhere'));
    isClear(ended);
  });
});

const configured = (workers: string): string =>
  projectWith({
    'faultline.config.ts': `
      import { defineConfig, referenceWorkers } from 'faultline';
      const { workers: [purchase, allocation], ...rest } = referenceWorkers('hardened');
      export default defineConfig({ workers: { ours: { ...rest, workers: ${workers} } } });`,
  });

describe('bad input', () => {
  it('an unknown scenario: the nearest names', SLOW, async () => {
    const ended = await faultline(['run', 'helthy']);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toMatch(/there is no scenario helthy.*healthy/);
    isClear(ended);
  });

  it('an invalid configuration: key, value and what is allowed', SLOW, async () => {
    const cwd = configured(`[purchase, { ...allocation, ready: { timeoutMs: 'soon' } }]`);
    const ended = await faultline(['run', 'healthy'], { cwd });
    expect(ended.code).toBe(2);
    expect(ended.stderr).toContain('workers.ours.workers[1].ready.timeoutMs');
    expect(ended.stderr).toContain('"soon"');
    isClear(ended);
  });

  it("a worker's command that is not there: the command", SLOW, async () => {
    const cwd = configured(`[purchase, { ...allocation, command: ['our-worker', '--fast'] }]`);
    const run = startFaultline(['run', 'healthy', '--json', 'o.json'], { cwd });
    const ended = await run.ended;
    expect(ended.code, said(ended)).toBe(2);
    expect(ended.stderr).toMatch(/^error: allocation-worker: its command was not found: our-worker/);
    // It is known before anything starts.
    expect(ended.stdout).toBe('');
    await nothingIsLeft(run);
    expect(existsSync(join(cwd, 'o.json'))).toBe(false);
    isClear(ended);
  });

  it('no Java and no Docker engine: exit code 4 and where to get them', SLOW, async () => {
    const bin = projectWith({});
    symlinkSync('/bin/sh', join(bin, 'sh'));
    const run = startFaultline(['run', 'healthy'], {
      env: { PATH: bin, JAVA_HOME: undefined, FAULTLINE_HOME: projectWith({}), DOCKER_HOST: 'unix:///nowhere.sock' },
    });
    const ended = await run.ended;
    expect(ended.code, said(ended)).toBe(4);
    expect(ended.stderr).toMatch(
      /embedded: .*java is not on the PATH.*\n.*no Docker engine answers.*\n.*install a Java/,
    );
    await nothingIsLeft(run);
    isClear(ended);
  });
});

/** Prints its DATABASE_URL in every way that is likely, and gives the test the password by a file. */
const INDISCREET = `
  import { writeFileSync } from 'node:fs';
  const url = process.env.DATABASE_URL;
  writeFileSync(process.env.SECRET_FILE, new URL(url).password);
  console.log('connecting to ' + url);
  console.error(JSON.stringify({ message: 'settings', env: process.env }));
  console.log('password ' + new URL(url).password + ' of ' + new URL(url).username);
`;

describe("a worker that prints its database's password", () => {
  /** Text of every file below a folder. */
  const everythingIn = (folder: string): string =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
      .join('\n');

  const secretIsHidden = (cwd: string, ended: Ended): void => {
    const secret = readFileSync(join(cwd, 'secret'), 'utf8');
    expect(secret.length).toBeGreaterThan(5);
    expect(said(ended).includes(secret)).toBe(false);
    const written = everythingIn(join(cwd, 'runs'));
    // It was printed, and recorded without the secret.
    expect(written).toContain('connecting to postgres');
    expect(written.includes(secret)).toBe(false);
  };

  it('gets its verdict, and the password is nowhere', SLOW, async () => {
    const cwd = configured(`[purchase, {
      ...allocation,
      command: [process.execPath, import.meta.dirname + '/worker.mjs', allocation.command[1]],
      env: { ...allocation.env, SECRET_FILE: import.meta.dirname + '/secret' },
    }]`);
    writeFileSync(join(cwd, 'worker.mjs'), `${INDISCREET}\nawait import(process.argv[2]);`);
    const ended = await faultline(['run', 'healthy', '--reporter', 'list', '--reporter', 'junit'], { cwd });
    expect(ended.code, said(ended)).toBe(0);
    secretIsHidden(cwd, ended);
  });

  it('and never gets ready: its last lines are shown, without the password', SLOW, async () => {
    const cwd = configured(`[purchase, {
      ...allocation,
      command: [process.execPath, import.meta.dirname + '/worker.mjs'],
      env: { SECRET_FILE: import.meta.dirname + '/secret' },
      ready: { timeoutMs: 3000 },
    }]`);
    const worker = `${INDISCREET}\nconsole.log('waiting for redis');\nsetInterval(() => undefined, 1000);`;
    writeFileSync(join(cwd, 'worker.mjs'), worker);
    const run = startFaultline(['run', 'healthy', '--json', 'o.json'], { cwd });
    const ended = await run.ended;
    expect(ended.code, said(ended)).toBe(2);
    expect(ended.stderr).toContain('allocation-worker was not ready after 3000 ms');
    expect(ended.stderr).toContain('waiting for redis');
    await nothingIsLeft(run);
    secretIsHidden(cwd, ended);
    isClear(ended);
  });
});
