/** What a run prints and writes, by option: read from real runs. */
import { lstatSync, readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '../../harness/base/package-root.ts';
import { CAUSE_IDS, INVARIANT_IDS } from '../../harness/history/verdict.ts';
import type { JsonDocument } from '../../harness/reporters/json-document.ts';
import { faultline, projectWith, startFaultline, startProgram } from '../support/cli.ts';
import type { Ended } from '../support/cli.ts';
import { whileLooking } from '../support/command-lines.ts';
import type { Shown } from '../support/command-lines.ts';
import { readJson, rowOf, runFoldersIn, violatedIn } from '../support/run-output.ts';

const SLOW = { timeout: 180_000 };

const said = ({ stdout, stderr }: Ended): string => stdout + stderr;

/** Of a cluster and a broker of contracts that this run has nothing to do with. */
const OUR_SECRETS = {
  FAULTLINE_KAFKA_PASSWORD: 'kafka-pass-word-41',
  FAULTLINE_POSTGRES_URL: 'postgres://ada:postgres-pass-word-42@db.example/d',
  PACT_BROKER_TOKEN: 'broker-token-43',
};

interface Run {
  readonly cwd: string;
  readonly ended: Ended;
  readonly json: JsonDocument;
}

describe('a run with several reporters', () => {
  let all: Run;
  let shown: Shown;
  beforeAll(async () => {
    const reporters = ['dot', 'junit', 'github', 'json'].flatMap((name) => ['--reporter', name]);
    const args = ['run', 'healthy', 'guard-marked-early', '--workers', 'incident', '--seed', '3', ...reporters];
    const cwd = projectWith({});
    const running = startFaultline([...args, '--json', 'run.json'], {
      cwd,
      env: { ...OUR_SECRETS, GITHUB_WORKSPACE: packageRoot },
    });
    const looked = await whileLooking({ pid: running.pid, secrets: Object.values(OUR_SECRETS) }, running.ended);
    shown = looked[1];
    all = { cwd, ended: looked[0], json: readJson(join(cwd, 'run.json')) };
  }, SLOW.timeout);

  it.runIf(process.platform === 'linux')('shows no secret in a command line, and hands none of ours on', () => {
    expect(shown).toEqual({ commandLines: [], variables: [], programs: expect.any(Number) as number });
    // A broker, a database, Toxiproxy, two workers: it did look.
    expect(shown.programs).toBeGreaterThanOrEqual(5);
  });

  it('ends with 1 because one of two failed', () => {
    expect(all.ended.code, said(all.ended)).toBe(1);
    expect(all.ended.stdout).toMatch(/\nFAILED: 1 of 2 trials: guard-marked-early\n$/);
  });

  it('writes what workers wrote for its own user only', () => {
    const written = [
      'run.json',
      'runs',
      ...readdirSync(join(all.cwd, 'runs'), { recursive: true }).map((name) => join('runs', String(name))),
    ];
    const open = written.filter((name) => (lstatSync(join(all.cwd, name)).mode & 0o077) !== 0);
    expect(open).toEqual(['runs/latest']);
    expect(written.length).toBeGreaterThan(10);
  });

  it('dot: one character a trial, the failure at the end', () => {
    expect(all.ended.stdout).toMatch(/^x\.$/m);
    expect(all.ended.stdout).toMatch(/✗ guard-marked-early {2}failed with the workers incident/);
  });

  it('a failure reads in the promised order, with how it is replayed and where it is', () => {
    const { stdout } = all.ended;
    const order = ['What broke', 'Causes', 'Timeline of ada', 'Seed', 'Replay', 'Folder'];
    const places = order.map((part) => stdout.search(new RegExp(`^ {2}${part}`, 'm')));
    expect(places.every((place) => place > 0)).toBe(true);
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(stdout).toContain('npx faultline run guard-marked-early --seed 3 --workers incident');
    expect(stdout).toContain(rowOf(all.json, 'guard-marked-early').runDir);
  });

  it('junit: a file with one case a trial, and what kind of failure it was', () => {
    const xml = readFileSync(join(all.cwd, 'runs/junit.xml'), 'utf8');
    expect(xml).toMatch(/<testsuites [^>]*tests="2" failures="1" errors="0"/);
    expect(xml).toMatch(/<testcase [^>]*name="healthy"/);
    expect(xml).toMatch(/<testcase [^>]*name="guard-marked-early"[^>]*>\s*<failure [^>]*type="ScenarioFailed"/);
    expect(xml).toContain('purchase-gets-allocation');
  });

  it('github: one annotation a finding, at the scenario that shows it', () => {
    const annotations = all.ended.stdout.split('\n').filter((line) => line.startsWith('::error '));
    expect(annotations).toHaveLength(all.json.findings.length);
    for (const annotation of annotations) expect(annotation).toMatch(/file=[^,]*guard-marked-early\.[jt]s,.*line=\d+,/);
    expect(annotations.join('\n')).toContain('title=purchase-gets-allocation/allocation-worker/');
  });

  it("json: vitest's own report with our verdicts", () => {
    const report = JSON.parse(readFileSync(join(all.cwd, 'runs/vitest.json'), 'utf8')) as {
      readonly testResults: readonly {
        readonly assertionResults: readonly { readonly meta: { readonly faultline?: { readonly verdict: string } } }[];
      }[];
    };
    const tests = report.testResults.flatMap(({ assertionResults }) => assertionResults);
    expect(tests.map(({ meta }) => meta.faultline?.verdict).sort()).toEqual(['failed', 'passed']);
  });

  it('prints no colours where there is no terminal', () => {
    expect(said(all.ended)).not.toContain('\u001b');
    expect(readFileSync(join(all.cwd, 'runs/junit.xml'), 'utf8')).not.toContain('\u001b');
  });

  it('--json: the document that was promised, and nothing else', () => {
    const { json } = all;
    expect(Object.keys(json)).toEqual([
      'version',
      'environment',
      'workers',
      'scenarios',
      'findings',
      'totals',
      'durationMs',
      'contract',
    ]);
    const version = expect.stringMatching(/^\d+\.\d+/) as string;
    const ms = expect.any(Number) as number;
    expect(json).toMatchObject({ version: 1, workers: 'incident', durationMs: ms });
    expect(json.environment).toEqual({ mode: 'embedded', kafka: version, postgres: version, startedInMs: ms });
    expect(json.totals).toEqual({ passed: 1, failed: 1, unknown: 0 });
    for (const row of json.scenarios) {
      expect(Object.keys(row)).toEqual([
        'name',
        'verdict',
        'seed',
        'runDir',
        'during',
        'invariants',
        'faults',
        'findings',
        'timings',
      ]);
      expect(row.seed).toBe(3);
      expect(Object.keys(row.timings)).toEqual(['prepareMs', 'actMs', 'settleMs', 'judgeMs', 'totalMs']);
      expect(row.invariants.map(({ id }) => id)).toEqual(INVARIANT_IDS);
      for (const { verdict, findings } of row.invariants)
        expect(verdict === 'holds' ? findings.length === 0 : findings.length > 0).toBe(true);
    }
    const failed = rowOf(json, 'guard-marked-early');
    expect(failed.verdict).toBe('failed');
    expect(failed.faults).toEqual([{ kind: 'guard-marked', fired: true }]);
    const [cause, ...more] = failed.during.causes;
    expect(more).toEqual([]);
    expect(CAUSE_IDS).toContain(cause?.id);
    expect(cause).toEqual({
      id: 'guard-marked-without-allocation',
      rank: 1,
      evidence: expect.arrayContaining([expect.any(Number)]) as number[],
    });
    expect(violatedIn(failed)).toContain('purchase-gets-allocation');
    expect(json.findings.map(({ id }) => id).sort()).toEqual([...failed.findings].sort());
    expect(json.findings.map(({ state, scenarios }) => [state, ...scenarios])).toEqual(
      failed.findings.map(() => ['new', 'guard-marked-early']),
    );
  });

  it('writes a folder a trial, and points to the latest', () => {
    const folders = runFoldersIn(join(all.cwd, 'runs'));
    expect(folders).toEqual(all.json.scenarios.map(({ runDir }) => runDir));
    for (const [i, folder] of folders.entries()) {
      expect(folder).toMatch(/\/\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d-\d{3}-(?:healthy|guard-marked-early)$/);
      expect(folder.endsWith(all.json.scenarios[i]?.name ?? '?')).toBe(true);
      // One that did not pass has its page.
      const page = all.json.scenarios[i]?.verdict === 'passed' ? [] : ['report.html'];
      expect(readdirSync(folder).sort()).toEqual(['history.ndjson', 'logs', ...page, 'scenario.json', 'verdict.json']);
      expect(readdirSync(join(folder, 'logs')).sort()).toEqual(['allocation-worker.log', 'purchase-worker.log']);
      expect(readFileSync(join(folder, 'logs/allocation-worker.log'), 'utf8')).toContain(
        '"worker":"allocation-worker"',
      );
    }
    expect(join(all.cwd, 'runs', readlinkSync(join(all.cwd, 'runs/latest')))).toBe(folders.at(-1));
  });
});

describe('options of run', () => {
  it.each([
    [['nothing-*'], /no scenario matches nothing-\*/],
    [['--tag', 'smok'], /no scenario has the tag smok.*smoke/],
    [['healthy', '--tag', 'guard'], /nothing matched: healthy with the tag guard/],
  ])('nothing matched by %j: exit code 2, and nothing is begun', SLOW, async (args, message) => {
    const cwd = projectWith({});
    const ended = await faultline(['run', ...args], { cwd });
    expect(ended.code).toBe(2);
    expect(ended.stderr).toMatch(message);
    expect(readdirSync(cwd)).toEqual([]);
  });
});

describe('npx vitest run', () => {
  it('runs scenarios, with variables for options', SLOW, async () => {
    const cwd = projectWith({});
    const vitest = join(packageRoot, 'node_modules/vitest/vitest.mjs');
    const files = ['scenarios/healthy', 'scenarios/guard-marked-early'];
    const command = [process.execPath, vitest, 'run', '--config', 'vitest.scenarios.config.ts', ...files] as const;
    const ended = await startProgram(command, {
      cwd: packageRoot,
      env: {
        NO_COLOR: '1',
        FAULTLINE_WORKERS: 'incident',
        FAULTLINE_SEED: '21',
        FAULTLINE_OUT: join(cwd, 'runs'),
        FAULTLINE_JSON: join(cwd, 'run.json'),
      },
    }).ended;
    expect(ended.code, said(ended)).toBe(1);
    expect(said(ended)).toMatch(/Tests +1 failed \| 1 passed \(2\)/);
    expect(said(ended)).toContain('ScenarioFailed');
    const { scenarios, workers } = readJson(join(cwd, 'run.json'));
    expect(workers).toBe('incident');
    expect(scenarios.map(({ name, verdict, seed }) => [name, verdict, seed]).sort()).toEqual([
      ['guard-marked-early', 'failed', 21],
      ['healthy', 'passed', 21],
    ]);
    expect(runFoldersIn(join(cwd, 'runs'))).toHaveLength(2);
  });
});
