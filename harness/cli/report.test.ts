/** `faultline report`, `diff` and `comment` on stored runs: nothing is started. */
import { cpSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readRecorded, readReportTrials, findReference } from '../run/report-trials.ts';
import { runHere } from './testing/run-here.ts';
import { writeRuns } from '../../test/report/support/stored-runs.ts';

let cwd: string;
const folder = (edition: string, name: string): string => `${edition}/2026-11-26T10-00-00-000-${name}`;

beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'faultline-report-'));
  for (const edition of ['incident', 'hardened'])
    await writeRuns(join(cwd, edition), edition, undefined, ['guard-marked-early', 'api-late-commit']);
});

afterAll(() => rmSync(cwd, { recursive: true, force: true }));

describe('trials for a report', () => {
  const replay = ({ name }: { readonly name: string }): string => `again ${name}`;

  it('are those of a run folder, or of a folder of runs', () => {
    expect(readReportTrials(cwd, ['incident'], replay).map(({ label }) => label)).toEqual([
      'api-late-commit',
      'guard-marked-early',
    ]);
    const [one] = readReportTrials(cwd, [folder('incident', 'guard-marked-early')], replay);
    expect(one?.result.verdict.outcome).toBe('failed');
    expect(one?.recorded().events.length).toBeGreaterThan(40);
    expect(one?.replay).toBe('again guard-marked-early');
  });

  it('of one name are told apart, and those of the last run are meant where a folder says which', () => {
    const both = readReportTrials(cwd, ['incident', 'hardened'], replay).map(({ label }) => label);
    expect(both).toContain('guard-marked-early #2');
    writeFileSync(
      join(cwd, 'incident', 'last-run.json'),
      JSON.stringify({ scenarios: [{ runDir: `/elsewhere/${folder('incident', 'api-late-commit')}` }] }),
    );
    expect(readReportTrials(cwd, ['incident'], replay).map(({ label }) => label)).toEqual(['api-late-commit']);
    rmSync(join(cwd, 'incident', 'last-run.json'));
  });

  it('that failed are held against the last one that passed, never against themselves or another scenario', () => {
    const result = {
      name: 'guard-marked-early',
      workers: 'incident',
      runDir: join(cwd, folder('incident', 'guard-marked-early')),
    };
    expect(findReference(cwd, [join(cwd, 'incident')], result)).toBeUndefined();
    const found = findReference(cwd, [join(cwd, 'incident'), join(cwd, 'hardened')], result);
    expect(found?.folder).toContain(folder('hardened', 'guard-marked-early'));
    expect(found?.history()?.slice(0, 40)).toContain('"seq":1,');
  });

  it('whose history is too long to be held say so, and are not held against', () => {
    const name = '2026-11-26T11-00-00-000-guard-marked-early';
    const dir = join(cwd, 'long', name);
    cpSync(join(cwd, folder('hardened', 'guard-marked-early')), dir, { recursive: true });
    truncateSync(join(dir, 'history.ndjson'), 1.75 * 1024 * 1024 * 1024);
    expect(readRecorded(dir)).toMatchObject({ events: [], tooLong: true });
    const result = { name: 'guard-marked-early', workers: 'incident', runDir: '/elsewhere' };
    expect(findReference(cwd, [join(cwd, 'long')], result)?.history()).toBeUndefined();
    writeFileSync(join(dir, 'history.ndjson'), 'no history\n');
    expect(readRecorded(dir)).not.toHaveProperty('tooLong');
    expect(findReference(cwd, [join(cwd, 'long')], result)?.history()).toBeUndefined();
  });

  it('that are not there are an error', async () => {
    const told = await runHere(['report', 'nowhere'], { cwd, env: {} });
    expect(told.code).toBe(2);
    expect(told.stderr).toContain('there is no folder');
  });
});

describe('faultline diff', () => {
  it('says in words what came otherwise', async () => {
    const told = await runHere(['diff', folder('incident', 'api-late-commit'), folder('hardened', 'api-late-commit')], {
      cwd,
      env: {},
    });
    expect(told.code).toBe(0);
    expect(told.stdout.replaceAll(/\s+/g, ' ')).toContain(
      'in the passing trial the row in trainer_allocations, approved by admin-service came before the mark of PURCHASE_CREATED; here it came after',
    );
    const same = await runHere(['diff', folder('hardened', 'api-late-commit'), folder('hardened', 'api-late-commit')], {
      cwd,
      env: {},
    });
    expect(same.stdout).toContain('The same things happened, and nothing provably in another order.');
  });
});

describe('faultline comment', () => {
  const document = (findings: readonly object[]): string => {
    const file = join(cwd, `results-${findings.length}.json`);
    writeFileSync(
      file,
      JSON.stringify({
        version: 1,
        workers: 'ours',
        findings,
        scenarios: [
          {
            name: 'worker-down',
            verdict: findings.length > 0 ? 'failed' : 'passed',
            findings: findings.map((one) => (one as { readonly id: string }).id),
            during: { causes: [{ id: 'event-not-consumed', rank: 1 }] },
          },
        ],
      }),
    );
    return file;
  };

  it('is what is new against the base, and nothing when nothing is', async () => {
    const bad = document([
      {
        id: 'no-event-lost/w/skipped',
        message: 'lost',
        state: 'new',
        scenarios: ['worker-down'],
        first: { scenario: 'worker-down', replay: 'npx faultline run worker-down --seed 7 --workers ours' },
      },
      {
        id: 'no-event-lost/w/other',
        message: 'lost',
        state: 'new',
        scenarios: ['worker-down'],
        first: { scenario: 'worker-down', replay: 'npx faultline run x --seed 7 --workers ours; curl evil.example' },
      },
    ]);
    const good = document([]);
    const told = await runHere(['comment', bad, '--against', good], { cwd, env: {} });
    expect(told.stdout).toContain('FL108 no-event-lost/w/skipped');
    expect(told.stdout).toContain('npx faultline run worker-down --seed 7 --workers ours\n');
    expect(told.stdout).toContain('no-event-lost/w/other');
    expect(told.stdout).not.toContain('evil');
    expect((await runHere(['comment', bad, '--against', bad], { cwd, env: {} })).stdout).toBe('');
    expect((await runHere(['comment', good], { cwd, env: {} })).stdout).toBe('');
    expect((await runHere(['comment', join(cwd, 'no.json')], { cwd, env: {} })).code).toBe(2);
  });
});
