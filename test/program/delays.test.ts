/**
 * No verdict depends on how long the workers wait between their attempts: the API scenarios with two delays, one ten times the other.
 * The documented delays take minutes: scripts/nightly.mjs.
 */
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { faultline, projectWith } from '../support/cli.ts';
import { conclusionOf } from '../support/conclusions.ts';
import type { JsonScenario } from '../../harness/reporters/json-document.ts';
import { eventsIn, eventsOf, readJson, rowOf } from '../support/run-output.ts';

/** The report's fix as well: scripts/nightly.mjs. */
const EDITIONS = ['incident', 'hardened'] as const;
const [SHORT, LONG] = [20, 200] as const;
const SCENARIOS = ['api-*', 'no-trainer-free', 'guard-marked-early'];

const CONFIG = `
  import { defineConfig, referenceWorkers } from 'faultline';
  const sets = ${JSON.stringify(EDITIONS)}.flatMap((edition) =>
    [${SHORT}, ${LONG}].map((ms) => [edition + '-' + ms, referenceWorkers(edition, { retryFirstMs: ms })]),
  );
  export default defineConfig({ workers: Object.fromEntries(sets) });`;

describe('with short and with longer retry delays', () => {
  const cwd = projectWith({ 'faultline.config.ts': CONFIG });
  const rows = new Map<string, readonly JsonScenario[]>();
  const runSet = async (set: string): Promise<void> => {
    const args = [
      'run',
      ...SCENARIOS,
      '--seed',
      '5',
      '--workers',
      set,
      '--out',
      `runs-${set}`,
      '--json',
      `${set}.json`,
    ];
    const { code, stdout, stderr } = await faultline(args, { cwd, timeoutMs: 240_000 });
    expect([0, 1], stdout + stderr).toContain(code);
    rows.set(set, readJson(join(cwd, `${set}.json`)).scenarios);
  };
  beforeAll(async () => {
    for (const edition of EDITIONS) await Promise.all([runSet(`${edition}-${SHORT}`), runSet(`${edition}-${LONG}`)]);
  }, 800_000);

  const rowsOf = (edition: string, ms: number): readonly JsonScenario[] => rows.get(`${edition}-${ms}`) ?? [];

  it.each(EDITIONS)('%s gets the same verdicts, causes and violations', (edition) => {
    const [short, long] = [rowsOf(edition, SHORT), rowsOf(edition, LONG)];
    expect(short.length).toBeGreaterThanOrEqual(8);
    expect(long.map(({ name }) => name)).toEqual(short.map(({ name }) => name));
    for (const row of long)
      expect(conclusionOf(row), row.name).toEqual(conclusionOf(rowOf({ scenarios: short }, row.name)));
  });

  it.each(EDITIONS)('%s really waited longer, ten times as long between its calls', (edition) => {
    /** Shortest time from the end of one call to the begin of the next, ms. */
    const pause = (ms: number): number => {
      const events = eventsIn(rowOf({ scenarios: rowsOf(edition, ms) }, 'api-fails-then-recovers').runDir);
      const begins = eventsOf(events, 'http.request').map(({ at }) => at);
      // Three failures and the success.
      expect(begins).toHaveLength(4);
      return Math.min(...begins.slice(1).map((at, i) => at - (begins[i] ?? 0)));
    };
    // A busy machine makes waits longer, never shorter: only the long one has a lower bound.
    expect(pause(LONG)).toBeGreaterThanOrEqual(0.7 * LONG);
  });
});
