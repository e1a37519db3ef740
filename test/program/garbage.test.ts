/** A worker that sends garbage to everything it can reach harms nobody: it is recorded, and judged. */
import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '../../harness/base/package-root.ts';
import type { HistoryEvent } from '../../harness/history/events.ts';
import type { JsonScenario } from '../../harness/reporters/json-document.ts';
import { faultline, projectWith } from '../support/cli.ts';
import type { Ended } from '../support/cli.ts';
import { LARGE_BYTES, NOT_JSON, largeBody, largeRecord } from '../support/garbage/litter.ts';
import { eventsIn, eventsOf, readJson, violatedIn } from '../support/run-output.ts';

const config = (littered: string): string => `
  import { defineConfig, referenceWorkers } from 'faultline';
  const { workers: [purchase, allocation], ...rest } = referenceWorkers('hardened');
  const command = [
    process.execPath,
    '--import',
    ${JSON.stringify(pathToFileURL(join(packageRoot, 'node_modules/jiti/lib/jiti-register.mjs')).href)},
    ${JSON.stringify(join(packageRoot, 'test/support/garbage/allocation-worker.ts'))},
  ];
  const env = { ...allocation.env, LITTERED: ${JSON.stringify(littered)} };
  export default defineConfig({
    workers: { garbage: { ...rest, quietMs: 500, workers: [purchase, { ...allocation, command, env }] } },
  });`;

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

describe('a worker that sends garbage', () => {
  let ended: Ended;
  let scenarios: readonly JsonScenario[];
  let events: readonly HistoryEvent[];
  beforeAll(async () => {
    const cwd = projectWith({});
    const project = projectWith({ 'faultline.config.ts': config(join(cwd, 'littered')) });
    const args = [
      'run',
      'healthy',
      '--repeat',
      '2',
      '--workers',
      join(project, 'faultline.config.ts'),
      '--json',
      'o.json',
    ];
    ended = await faultline(args, { cwd, timeoutMs: 500_000 });
    scenarios = readJson(join(cwd, 'o.json')).scenarios;
    events = eventsIn(scenarios[0]?.runDir ?? '');
  }, 600_000);

  it('fails for the records and calls that do not fit the contract, and for nothing else', () => {
    expect(ended.code, ended.stdout + ended.stderr).toBe(1);
    expect(ended.stdout + ended.stderr).not.toContain('bug in Faultline');
    const [first] = scenarios;
    expect(first?.verdict).toBe('failed');
    expect(violatedIn(first ?? { invariants: [] })).toEqual(['messages-honour-contract', 'calls-honour-contract']);
    const findings = first?.invariants.flatMap((one) => (one.verdict === 'violated' ? one.findings : [])) ?? [];
    // Records: not JSON, no value at all, and the large one. Calls: not JSON, bytes, and nested too deep.
    expect(findings).toHaveLength(6);
    expect(findings.every(({ evidence }) => evidence.every((seq) => events.some((event) => event.seq === seq)))).toBe(
      true,
    );
  });

  it('has done its work all the same, and the next trial with it passes', () => {
    expect(scenarios.map(({ verdict }) => verdict)).toEqual(['failed', 'passed']);
    const announced = eventsOf(events, 'kafka.record').filter(({ topic }) => topic === 'trainer-allocated');
    expect(
      announced.filter(({ json }) => (json as { type?: string } | undefined)?.type === 'TRAINER_ALLOCATED'),
    ).toHaveLength(5);
  });

  it('is recorded: records whole or cut, with odd headers and keys', () => {
    const records = eventsOf(events, 'kafka.record').filter(({ topic }) => topic === 'trainer-allocated');
    const [notJson] = records.filter(({ value }) => value?.text === NOT_JSON);
    expect(notJson).toBeDefined();
    expect(notJson).not.toHaveProperty('json');
    expect(Object.keys(notJson?.headers ?? {})).toContain('x\u0000y');
    expect(records.filter(({ value, control }) => value === null && control === undefined)).toHaveLength(1);
    const large = records.filter(({ value }) => value?.truncated !== undefined);
    expect(large.map(({ value }) => value?.truncated)).toEqual([{ bytes: LARGE_BYTES, sha256: sha256(largeRecord()) }]);
    expect(large[0]?.value?.text).toMatch(/^r+$/);
  });

  it('is recorded: calls with their bodies and how they were answered', () => {
    const calls = eventsOf(events, 'http.request');
    const statusOf = (request: HistoryEvent<'http.request'> | undefined): number | null | undefined =>
      eventsOf(events, 'http.response').find(({ call }) => call === request?.call)?.status;
    expect(statusOf(calls.find(({ body }) => body.text === NOT_JSON))).toBe(400);
    const large = calls.find(({ body }) => body.truncated?.bytes === LARGE_BYTES);
    expect(large?.body.truncated?.sha256).toBe(sha256(largeBody()));
    expect(statusOf(large)).toBe(413);
    expect(calls.some(({ headers }) => headers['x-odd'] !== undefined)).toBe(true);
  });

  it('is recorded: what it printed, cut to something a reader can open', () => {
    const lines = eventsOf(events, 'process.log').filter(({ worker }) => worker === 'allocation-worker');
    expect(lines.some(({ line }) => line.startsWith('long line long line'))).toBe(true);
    expect(Math.max(...lines.map(({ line }) => line.length))).toBeLessThan(1_000_000);
    // Neither the record nor the body nor the line is in there as a whole.
    expect(statSync(join(scenarios[0]?.runDir ?? '', 'history.ndjson')).size).toBeLessThan(5_000_000);
  });
});
