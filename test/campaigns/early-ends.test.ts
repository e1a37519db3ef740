/**
 * A proof that settling will never come ends a trial as the full wait would: the incident's workers, both ways. All scenarios, and
 * other workers: npm run bench:early.
 */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { differencesOf } from '../../bench/early/compare.ts';
import type { JsonScenario } from '../../harness/reporters/json-document.ts';
import { faultline, temporaryFolder } from '../support/cli.ts';
import { eventsIn, eventsOf, readJson, rowOf } from '../support/run-output.ts';

const PLAYED = ['poison-event', 'odd-metadata'];

/** Longer than patience and than a cycle takes to prove; a standstill takes longer than a test may. */
const DEADLINE = '20s';

const play = async (...more: readonly string[]): Promise<readonly JsonScenario[]> => {
  const folder = await temporaryFolder();
  const json = join(folder, 'run.json');
  const options = ['--workers', 'incident', '--seed', '11', '--settle-deadline', DEADLINE];
  await faultline(['run', ...PLAYED, ...options, '--out', folder, '--json', json, ...more], { timeoutMs: 240_000 });
  return readJson(json).scenarios;
};

const earlyEnds = (rows: readonly JsonScenario[]): readonly string[] =>
  rows.filter(({ runDir }) => eventsOf(eventsIn(runDir), 'trial.ended-early').length > 0).map(({ name }) => name);

describe('trials that never settle', () => {
  test('come out the same ended early and waited out', { timeout: 500_000 }, async () => {
    const [early, waitedOut] = await Promise.all([play(), play('--wait-out')]);
    expect(early.map(({ name }) => name).sort()).toEqual([...PLAYED].sort());
    expect(earlyEnds(early)).not.toEqual([]);
    expect(earlyEnds(waitedOut)).toEqual([]);
    for (const row of early) {
      const other = rowOf({ scenarios: waitedOut }, row.name);
      expect(row.verdict, row.name).toBe('failed');
      expect(differencesOf(row, other, true), row.name).toEqual([]);
    }
  });

  const row = (invariant: 'holds' | 'violated', causes: readonly string[] = []) =>
    ({
      name: 'x',
      verdict: invariant === 'holds' ? 'passed' : 'failed',
      invariants: [{ id: 'groups-drain', verdict: invariant, findings: [], notes: [] }],
      during: { causes: causes.map((id, i) => ({ id, rank: i + 1 })) },
    }) as unknown as JsonScenario;

  test('would be told apart by verdict, invariant and cause', () => {
    expect(differencesOf(row('holds'), row('violated'), true)).toEqual([
      'verdict: passed when ended early, failed when waited out',
      'groups-drain: holds when ended early, violated when waited out',
    ]);
    const [one, other] = [row('violated', ['topic-missing']), row('violated', ['api-failing'])];
    expect(differencesOf(one, other, true)).toEqual([
      'causes: 1. topic-missing when ended early, 1. api-failing when waited out',
    ]);
    expect(differencesOf(one, other, false)).toEqual([]);
  });
});
