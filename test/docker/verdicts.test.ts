/** The same scenarios, the same seed, two environments: the verdicts are the same. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { packageRoot } from '../../harness/base/package-root.ts';
import type { JsonDocument } from '../../harness/reporters/json-document.ts';
import type { TrialResult } from '../../harness/verdict/result.ts';
import { projectWith, startFaultline } from '../support/cli.ts';
import { readJson } from '../support/run-output.ts';
import { madeBy } from './support/engine.ts';

type Row = JsonDocument['scenarios'][number];

/** Where the scenario says nothing about causes, or allows any, what the moment of the observation shows is no part of its verdict. */
const saysCauses = ({ runDir }: Row): boolean => {
  const { verdict } = JSON.parse(readFileSync(join(runDir, 'verdict.json'), 'utf8')) as Pick<TrialResult, 'verdict'>;
  return verdict.during.expectation.expected !== null;
};

/**
 * All that a verdict says, but for what differs from run to run: times, folders and numbers of events. Causes are asserted where the
 * scenario does so in both: how far a worker had come when they were looked for decides which of its cases holds.
 */
const verdictsIn = ({ scenarios }: JsonDocument, other: JsonDocument): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    scenarios.map(({ name, verdict, during, invariants, faults }) => [
      name,
      {
        verdict,
        causes: [scenarios, other.scenarios].every((rows) => rows.some((row) => row.name === name && saysCauses(row)))
          ? // Whether a worker has died of its missing topic yet, when causes are looked for, is chance.
            during.causes.flatMap(({ id, rank, consequenceOf }) => (consequenceOf === undefined ? [{ id, rank }] : []))
          : 'not asserted',
        invariants: Object.fromEntries(invariants.map((one) => [one.id, one.verdict])),
        faults: faults.map(({ kind, fired }) => ({ kind, fired })),
      },
    ]),
  );

const SCENARIOS = readdirSync(join(packageRoot, 'scenarios')).filter((name) => !name.endsWith('.test.ts'));

/** All scenarios with workers that pass them, and those that find something in workers that do not, without the minutes of waiting. */
const FINDINGS = ['api-late-commit', 'api-silent-failure', 'api-wrong-id', 'emitter-pre-marks', 'guard-marked-early'];

/** For what must come about, ms: long, so that a busy machine changes nothing. */
const PATIENCE_MS = 600_000;

it.each([
  ['hardened', 0, []],
  ['incident', 1, FINDINGS],
] as const)(
  'with the workers %s every scenario has the same verdict, causes, invariants and faults in both environments',
  { timeout: 2 * PATIENCE_MS },
  async (workers, expected, names) => {
    const cwd = projectWith({});
    const run = async (environment: string): Promise<JsonDocument> => {
      const json = `${environment}.json`;
      const args = ['run', ...names, '--workers', workers, '--env', environment, '--seed', '7', '--json', json];
      const started = startFaultline(args, { cwd, timeoutMs: PATIENCE_MS });
      const { code, stdout, stderr } = await started.ended;
      const said = stdout + stderr;
      expect(code, said).toBe(expected);
      expect(said).toContain(`${environment} environment: Kafka 4.2.0, PostgreSQL 18.4`);
      expect(madeBy(started.pid)).toEqual([]);
      return readJson(join(cwd, json));
    };
    const embedded = await run('embedded');
    const docker = await run('docker');
    expect(docker.environment.mode).toBe('docker');
    expect(docker.scenarios.length).toBe(names.length === 0 ? SCENARIOS.length : names.length);
    expect(verdictsIn(docker, embedded)).toEqual(verdictsIn(embedded, docker));
  },
);
