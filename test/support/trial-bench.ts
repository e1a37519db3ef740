/** One host for all trials of one test file, with reference workers that tell what addresses they were given. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kafka, logLevel } from 'kafkajs';
import { afterAll, beforeAll } from 'vitest';
import { packageRoot } from '../../harness/base/package-root.ts';
import { loadConfig } from '../../harness/config/load.ts';
import type { WorkerConfig, WorkerSet } from '../../harness/config/types.ts';
import type { EventKind, HistoryEvent } from '../../harness/history/events.ts';
import { defineScenario } from '../../harness/scenario/define.ts';
import type { Scenario } from '../../harness/scenario/types.ts';
import { openHost } from '../../harness/trial/host.ts';
import type { HostOptions, TrialHost } from '../../harness/trial/types.ts';
import type { TrialResult } from '../../harness/verdict/result.ts';
import { eventsIn } from './run-output.ts';
import { shippedPipeline } from '../../harness/pipeline/shipped.ts';
import type { ShippedVocabulary } from '../../harness/pipeline/shipped.ts';

/** The worker, which first writes down the addresses it was given. */
const telling = (worker: WorkerConfig, out: string): WorkerConfig => ({
  ...worker,
  command: ['/bin/sh', '-c', 'env > "$0"; exec "$@"', join(out, `${worker.role}.env`), ...worker.command],
});

/** purchase-worker reads from the beginning, allocation-worker (the incident's) from the end. */
const mixedSet = (sets: Readonly<Record<string, WorkerSet>>, out: string): WorkerSet => {
  const pick = (set: string, role: WorkerConfig['role']): WorkerConfig => {
    const worker = sets[set]?.workers.find((one) => one.role === role);
    if (worker === undefined) throw new Error(`no ${role} in ${set}`);
    return telling(worker, out);
  };
  return {
    name: 'mixed',
    pipeline: shippedPipeline,
    stubs: sets['hardened']?.stubs ?? {},
    acts: sets['hardened']?.acts ?? {},
    workers: [pick('hardened', 'purchase-worker'), pick('incident', 'allocation-worker')],
    quietMs: 20,
    patienceMs: 200,
  };
};

const openIn = async (out: string, over: Partial<HostOptions>): Promise<TrialHost> => {
  const config = await loadConfig({ cwd: out });
  const workers = mixedSet(config.workerSets, out);
  const env = { FAULTLINE_HOME: join(packageRoot, '.faultline'), ...process.env };
  return openHost({
    config,
    workers,
    fresh: false,
    outDir: join(out, 'runs'),
    progress: () => undefined,
    env,
    ...over,
  });
};

export interface Ran {
  readonly result: TrialResult;
  readonly events: readonly HistoryEvent[];
  of<K extends EventKind>(kind: K): readonly HistoryEvent<K>[];
}

/** Worker pids by role, as seen when the trial had begun. */
export const pidsOf = ({ of }: Ran): Readonly<Record<string, readonly number[]>> => {
  const pids: Record<string, number[]> = {};
  for (const { worker, pid } of [...of('process.started'), ...of('process.log')])
    if (pids[worker]?.includes(pid) !== true) pids[worker] = [...(pids[worker] ?? []), pid];
  return pids;
};

/** Had every topic no record when the trial began? */
export const beganEmpty = ({ of }: Ran): boolean =>
  Object.values(of('kafka.positions')[0]?.ends ?? {}).every((ends) => Object.values(ends).every((end) => end === 0));

export const outcomesOf = (ran: readonly Ran[]) => ran.map(({ result }) => result.verdict.outcome);

export const violatedIn = ({ result }: Ran): readonly string[] =>
  result.verdict.invariants.flatMap(({ id, verdict }) => (verdict === 'violated' ? [id] : []));

/** One payment, with what the test is about. */
export const scenarioOf = (name: string, over: Partial<Scenario<ShippedVocabulary>>): Scenario =>
  defineScenario({
    name,
    title: 'A test.',
    tags: ['test'],
    given: { subjects: { ada: {} } },
    faults: [],
    act: [{ do: 'pay', subjects: ['ada'] }],
    ...over,
  });

interface Bench {
  readonly host: TrialHost;
  /** Where runs go, and the workers' addresses. */
  readonly out: string;
}

/** Registers the hooks; the host is there as soon as tests run. */
export const useTrials = () => {
  let bench: Bench | undefined;
  let seed = 1;
  const revised: TrialResult[] = [];
  const now = (): Bench => {
    if (!bench) throw new Error('the host is there only inside a test');
    return bench;
  };
  beforeAll(async () => {
    const out = mkdtempSync(join(tmpdir(), 'faultline-trial-'));
    bench = { out, host: await openIn(out, { onRevised: (result) => void revised.push(result) }) };
  });
  afterAll(async () => {
    const { host, out } = now();
    await host.close();
    rmSync(out, { recursive: true, force: true });
  });

  return {
    now,
    /** Verdicts that were changed after they had been given. */
    revised: revised as readonly TrialResult[],
    /** Another host, which whoever opens it closes. */
    open: (over: Partial<HostOptions>): Promise<TrialHost> => openIn(now().out, over),
    run: async (scenario: Scenario, on: TrialHost = now().host, withSeed = (seed += 1)): Promise<Ran> => {
      const result = await on.run({ scenario, seed: withSeed });
      const events = eventsIn(result.runDir);
      const of = <K extends EventKind>(kind: K): readonly HistoryEvent<K>[] =>
        events.filter((event) => event.kind === kind) as unknown as readonly HistoryEvent<K>[];
      return { result, events, of };
    },
    /** The broker, through the allocation-worker's own relay. */
    kafka: (): Kafka => {
      const env = readFileSync(join(now().out, 'allocation-worker.env'), 'utf8');
      const broker = /^KAFKA_BROKERS=(.*)$/m.exec(env)?.[1] ?? '';
      return new Kafka({ brokers: [broker], logLevel: logLevel.NOTHING });
    },
  };
};

export type TrialBench = ReturnType<typeof useTrials>;
