/**
 * The reference editions against every scenario, on real parts: the README's table is what such a run gives.
 * `FAULTLINE_UPDATE_README=1` writes the table instead of comparing it.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { packageRoot } from '../../harness/base/package-root.ts';
import { EXIT } from '../../harness/base/errors.ts';
import { faultline, temporaryFolder } from '../support/cli.ts';

const EDITIONS = ['incident', 'report-fix', 'hardened'] as const;
type Edition = (typeof EDITIONS)[number];

interface Row {
  readonly name: string;
  readonly verdict: 'passed' | 'failed' | 'unknown';
  readonly during: { readonly causes: readonly { readonly id: string }[] };
  readonly invariants: readonly { readonly id: string; readonly verdict: string }[];
}

interface Report {
  readonly code: number | null;
  readonly output: string;
  readonly scenarios: readonly Row[];
}

const runEdition = async (edition: Edition): Promise<Report> => {
  const folder = await temporaryFolder();
  const json = join(folder, 'run.json');
  const { code, stdout, stderr } = await faultline(['run', '--workers', edition, '--out', folder, '--json', json], {
    timeoutMs: 540_000,
  });
  const { scenarios } = JSON.parse(await readFile(json, 'utf8')) as { scenarios: readonly Row[] };
  return { code, output: stdout + stderr, scenarios };
};

const MARKS = { passed: '✓', failed: '✗', unknown: '?' } as const;

const tableOf = (reports: Readonly<Record<Edition, Report>>): string => {
  const names = reports.hardened.scenarios.map((row) => row.name).sort();
  const mark = (edition: Edition, name: string): string => {
    const row = reports[edition].scenarios.find((one) => one.name === name);
    return row === undefined ? '–' : MARKS[row.verdict];
  };
  return [
    `| scenario | ${EDITIONS.join(' | ')} |`,
    `|---|${EDITIONS.map(() => ':-:').join('|')}|`,
    ...names.map((name) => `| ${name} | ${EDITIONS.map((edition) => mark(edition, name)).join(' | ')} |`),
  ].join('\n');
};

const BEGIN = '<!-- editions: begin -->';
const END = '<!-- editions: end -->';
const readme = join(packageRoot, 'README.md');

const inReadme = async (): Promise<{ readonly before: string; readonly table: string; readonly after: string }> => {
  const content = await readFile(readme, 'utf8');
  const [before = '', rest = ''] = content.split(BEGIN);
  const [table = '', after = ''] = rest.split(END);
  return { before, table: table.trim(), after };
};

describe('the reference editions', () => {
  let reports: Readonly<Record<Edition, Report>>;
  beforeAll(async () => {
    // At once: two of them spend two minutes waiting for events that never drain.
    const [incident, reportFix, hardened] = await Promise.all(EDITIONS.map(runEdition));
    reports = { incident: incident!, 'report-fix': reportFix!, hardened: hardened! };
  }, 600_000);

  const rowOf = (edition: Edition, name: string): Row => {
    const row = reports[edition].scenarios.find((one) => one.name === name);
    if (row === undefined) throw new Error(`${edition} has no result for ${name}:\n${reports[edition].output}`);
    return row;
  };
  const violated = (row: Row): readonly string[] =>
    row.invariants.filter((one) => one.verdict === 'violated').map((one) => one.id);

  test('hardened passes every scenario', () => {
    const rest = reports.hardened.scenarios.filter((row) => row.verdict !== 'passed');
    expect(rest, reports.hardened.output).toEqual([]);
    expect(reports.hardened.code).toBe(EXIT.ok);
  });

  test('report-fix fails guard-marked-early, with the cause named', () => {
    const row = rowOf('report-fix', 'guard-marked-early');
    expect(row.verdict).toBe('failed');
    expect(row.during.causes.map((cause) => cause.id)).toEqual(['guard-marked-without-allocation']);
    expect(violated(row)).toContain('purchase-gets-allocation');
    expect(rowOf('report-fix', 'api-silent-failure').verdict).toBe('passed');
    expect(reports['report-fix'].code).toBe(EXIT.failed);
  });

  test('incident fails api-silent-failure and guard-marked-early, with the causes named', () => {
    const silent = rowOf('incident', 'api-silent-failure');
    expect(silent.verdict).toBe('failed');
    expect(silent.during.causes.map((cause) => cause.id)).toEqual(['guard-marked-without-allocation', 'api-failing']);
    expect(violated(silent)).toContain('mark-follows-effect');
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

  test("the README's table is what this run gave", async () => {
    const { before, table, after } = await inReadme();
    const actual = tableOf(reports);
    if (process.env['FAULTLINE_UPDATE_README'] === '1')
      await writeFile(readme, `${before}${BEGIN}\n${actual}\n${END}${after}`);
    else expect(table).toBe(actual);
  });
});
