/**
 * The reference editions against every scenario, on real parts: the table in docs/scenarios.md is what such a run gives.
 * `FAULTLINE_UPDATE_DOCS=1` writes the table instead of comparing it. And no verdict depends on how long the workers wait between
 * their attempts: the API scenarios once more, with delays ten times as long. The documented delays, for all editions: scripts/nightly.mjs.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { EXIT } from '../../harness/base/errors.ts';
import type { JsonScenario } from '../../harness/reporters/json-document.ts';
import { faultline, projectWith } from '../support/cli.ts';
import { conclusionOf } from '../support/conclusions.ts';
import { EDITIONS, MARKS, PAGE, inPage, saidBy, tableOf } from '../support/editions-table.ts';
import type { Edition } from '../support/editions-table.ts';
import { eventsIn, eventsOf, readJson, violatedIn } from '../support/run-output.ts';

interface Report {
  readonly code: number | null;
  readonly output: string;
  readonly scenarios: readonly JsonScenario[];
}

/** Before the second attempt, ms: the reference workers' own, and ten times that. */
const [SHORT, LONG] = [20, 200] as const;
const WITH_ATTEMPTS = ['api-*', 'no-trainer-free', 'guard-marked-early'];

/** The report's fix differs from the incident in what it does when the API says nothing happened: here so much of it, at night all. */
const IN_SHORT = ['healthy', 'guard-marked-early', 'api-silent-failure'];
const ALL = process.env['FAULTLINE_NIGHTLY'] === '1' || process.env['FAULTLINE_UPDATE_DOCS'] === '1';

const CONFIG = `
  import { defineConfig, referenceWorkers } from 'faultline';
  const sets = ${JSON.stringify(EDITIONS)}.flatMap((edition) =>
    [${SHORT}, ${LONG}].map((ms) => [edition + '-' + ms, referenceWorkers(edition, { retryFirstMs: ms })]),
  );
  export default defineConfig({ workers: Object.fromEntries(sets) });`;

const runEdition = async (edition: Edition, ms: number, scenarios: readonly string[] = []): Promise<Report> => {
  const cwd = projectWith({ 'faultline.config.ts': CONFIG });
  const { code, stdout, stderr } = await faultline(
    ['run', ...scenarios, '--workers', `${edition}-${ms}`, '--seed', '5', '--json', 'run.json'],
    { cwd, timeoutMs: 540_000 },
  );
  const output = stdout + stderr;
  expect([EXIT.ok, EXIT.failed], output).toContain(code);
  return { code, output, scenarios: readJson(join(cwd, 'run.json')).scenarios };
};

const rowIn = ({ scenarios, output }: Report, name: string): JsonScenario => {
  const row = scenarios.find((one) => one.name === name);
  if (row === undefined) throw new Error(`there is no result for ${name}:\n${output}`);
  return row;
};

describe('the reference editions', () => {
  let reports: Readonly<Record<Edition, Report>>;
  let slower: Report;
  beforeAll(async () => {
    // At once: one of them spends most of its time waiting for events that never drain, the shortest leaves time for one more.
    const [incident, reportFix, [hardened, long]] = await Promise.all([
      runEdition('incident', SHORT),
      runEdition('report-fix', SHORT, ALL ? [] : IN_SHORT),
      runEdition('hardened', SHORT).then(
        async (first) => [first, await runEdition('incident', LONG, WITH_ATTEMPTS)] as const,
      ),
    ]);
    reports = { incident, 'report-fix': reportFix, hardened };
    slower = long;
  }, 600_000);

  const rowOf = (edition: Edition, name: string): JsonScenario => rowIn(reports[edition], name);

  test('hardened passes every scenario', () => {
    const rest = reports.hardened.scenarios.filter((row) => row.verdict !== 'passed');
    expect(rest, reports.hardened.output).toEqual([]);
    expect(reports.hardened.code).toBe(EXIT.ok);
  });

  test('report-fix fails guard-marked-early, with the cause named', () => {
    const row = rowOf('report-fix', 'guard-marked-early');
    expect(row.verdict).toBe('failed');
    expect(row.during.causes.map((cause) => cause.id)).toEqual(['guard-marked-without-allocation']);
    expect(violatedIn(row)).toContain('purchase-gets-allocation');
    expect(rowOf('report-fix', 'api-silent-failure').verdict).toBe('passed');
    expect(reports['report-fix'].code).toBe(EXIT.failed);
  });

  test('incident fails api-silent-failure and guard-marked-early, with the causes named', () => {
    const silent = rowOf('incident', 'api-silent-failure');
    expect(silent.verdict).toBe('failed');
    expect(silent.during.causes.map((cause) => cause.id)).toEqual(['guard-marked-without-allocation', 'api-failing']);
    expect(violatedIn(silent)).toContain('mark-follows-effect');
    const guard = rowOf('incident', 'guard-marked-early');
    expect(guard.verdict).toBe('failed');
    expect(guard.during.causes.map((cause) => cause.id)).toEqual(['guard-marked-without-allocation']);
    expect(reports.incident.code).toBe(EXIT.failed);
  });

  test('nothing is unknown', () => {
    for (const edition of EDITIONS) {
      const unknown = reports[edition].scenarios.filter((row) => row.verdict === 'unknown').map((row) => row.name);
      expect(unknown, `${edition}\n${reports[edition].output}`).toEqual([]);
    }
  });

  test('the table in docs/scenarios.md is what this run gave', async () => {
    const { table, having } = inPage();
    // Of what an edition was not put through, the table is believed.
    const said = saidBy(table);
    const actual = tableOf(reports.hardened.scenarios.map(({ name }) => name).sort(), (edition, name) => {
      const row = reports[edition].scenarios.find((one) => one.name === name);
      return row === undefined ? said(edition, name) : MARKS[row.verdict];
    });
    if (process.env['FAULTLINE_UPDATE_DOCS'] === '1') await writeFile(PAGE, having(actual));
    else expect(table).toBe(actual);
  });
  test('with longer delays incident gets the same verdicts, causes and violations', () => {
    const { scenarios } = slower;
    expect(scenarios.length).toBeGreaterThanOrEqual(8);
    for (const row of scenarios) expect(conclusionOf(row), row.name).toEqual(conclusionOf(rowOf('incident', row.name)));
  });

  test('with longer delays it really waited longer, ten times as long between its calls', () => {
    const events = eventsIn(rowIn(slower, 'api-fails-then-recovers').runDir);
    const begins = eventsOf(events, 'http.request').map(({ at }) => at);
    // Three failures and the success.
    expect(begins).toHaveLength(4);
    const shortest = Math.min(...begins.slice(1).map((at, i) => at - (begins[i] ?? 0)));
    // A busy machine makes waits longer, never shorter.
    expect(shortest).toBeGreaterThanOrEqual(0.7 * LONG);
  });
});
