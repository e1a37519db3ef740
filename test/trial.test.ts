import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kafka, Partitioners, logLevel } from 'kafkajs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '../harness/base/package-root.ts';
import { loadConfig } from '../harness/config/load.ts';
import type { WorkerConfig, WorkerSet } from '../harness/config/types.ts';
import type { EventKind, HistoryEvent } from '../harness/history/events.ts';
import { defineScenario } from '../harness/scenario/define.ts';
import type { Scenario } from '../harness/scenario/types.ts';
import { openHost } from '../harness/trial/host.ts';
import type { HostOptions, TrialHost, TrialResult } from '../harness/trial/types.ts';
import { scenario as eventNeverEmitted } from '../scenarios/event-never-emitted.ts';
import { scenario as healthy } from '../scenarios/healthy.ts';
import { scenario as topicMissing } from '../scenarios/topic-missing.ts';
import { scenario as workerDown } from '../scenarios/worker-down.ts';
import { descendantsOf, eventually } from './support/processes.ts';
import { eventsIn, readVerdict, runFoldersIn } from './support/run-output.ts';

let out: string;
let host: TrialHost;
let seed = 1;
const revised: TrialResult[] = [];

/** The worker, which first writes down the addresses it was given. */
const telling = (worker: WorkerConfig): WorkerConfig => ({
  ...worker,
  command: ['/bin/sh', '-c', 'env > "$0"; exec "$@"', join(out, `${worker.role}.env`), ...worker.command],
});

/** purchase-worker reads from the beginning, allocation-worker (the incident's) from the end. */
const mixedSet = (sets: Readonly<Record<string, WorkerSet>>): WorkerSet => {
  const pick = (set: string, role: WorkerConfig['role']): WorkerConfig => {
    const worker = sets[set]?.workers.find((one) => one.role === role);
    if (worker === undefined) throw new Error(`no ${role} in ${set}`);
    return telling(worker);
  };
  return {
    name: 'mixed',
    workers: [pick('hardened', 'purchase-worker'), pick('incident', 'allocation-worker')],
    quietMs: 20,
  };
};

const open = async (over: Partial<HostOptions> = {}): Promise<TrialHost> => {
  const config = await loadConfig({ cwd: out });
  const workers = mixedSet(config.workerSets);
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

beforeAll(async () => {
  out = mkdtempSync(join(tmpdir(), 'faultline-trial-'));
  host = await open({ onRevised: (result) => void revised.push(result) });
});
afterAll(async () => {
  await host.close();
  rmSync(out, { recursive: true, force: true });
});

interface Ran {
  readonly result: TrialResult;
  readonly events: readonly HistoryEvent[];
  of<K extends EventKind>(kind: K): readonly HistoryEvent<K>[];
}

const run = async (scenario: Scenario, on: TrialHost = host, withSeed = (seed += 1)): Promise<Ran> => {
  const result = await on.run({ scenario, seed: withSeed });
  const events = eventsIn(result.runDir);
  const of = <K extends EventKind>(kind: K): readonly HistoryEvent<K>[] =>
    events.filter((event) => event.kind === kind) as unknown as readonly HistoryEvent<K>[];
  return { result, events, of };
};

/** Worker pids by role, as seen when the trial had begun. */
const pidsOf = ({ of }: Ran): Readonly<Record<string, readonly number[]>> => {
  const pids: Record<string, number[]> = {};
  for (const { worker, pid } of [...of('process.started'), ...of('process.log')])
    if (pids[worker]?.includes(pid) !== true) pids[worker] = [...(pids[worker] ?? []), pid];
  return pids;
};
/** Had every topic no record when the trial began? */
const beganEmpty = ({ of }: Ran): boolean =>
  Object.values(of('kafka.positions')[0]?.ends ?? {}).every((ends) => Object.values(ends).every((end) => end === 0));
const outcomesOf = (ran: readonly Ran[]) => ran.map(({ result }) => result.verdict.outcome);
const violatedIn = ({ result }: Ran): readonly string[] =>
  result.verdict.invariants.flatMap(({ id, verdict }) => (verdict === 'violated' ? [id] : []));

/** One payment, with what the test is about. */
const scenarioOf = (name: string, over: Partial<Scenario>): Scenario =>
  defineScenario({
    name,
    title: 'A test.',
    tags: ['test'],
    given: { subjects: { ada: {} } },
    faults: [],
    act: [{ do: 'pay', subjects: ['ada'] }],
    ...over,
  });

/** The broker, through the allocation-worker's own relay. */
const kafka = (): Kafka => {
  const env = readFileSync(join(out, 'allocation-worker.env'), 'utf8');
  const broker = /^KAFKA_BROKERS=(.*)$/m.exec(env)?.[1] ?? '';
  return new Kafka({ brokers: [broker], logLevel: logLevel.NOTHING });
};

/** A process that is killed from outside while the scenario waits for it: to the harness it exits by itself. */
const killFromOutside = async (pid: number, during: Promise<Ran>): Promise<Ran> => {
  const waits = (): boolean => {
    const latest = runFoldersIn(join(out, 'runs')).findLast((dir) => dir.endsWith('-crash'));
    return latest !== undefined && eventsIn(latest).at(-1)?.kind === 'trial.phase';
  };
  expect(await eventually(waits, (is) => is, 30_000)).toBe(true);
  process.kill(pid, 'SIGKILL');
  return during;
};

describe('a slot serves one trial after the other', () => {
  it('with the same workers, as long as nothing touched them', async () => {
    const ran = [await run(healthy), await run(healthy), await run(healthy)] as const;
    expect(outcomesOf(ran)).toEqual(['passed', 'passed', 'passed']);
    const [first, second, third] = ran;
    expect(first.of('process.started')).toHaveLength(2);
    expect(Object.values(pidsOf(first)).every((pids) => pids.length === 1)).toBe(true);
    for (const later of [second, third]) {
      expect(later.of('process.started')).toEqual([]);
      expect(pidsOf(later)).toEqual(pidsOf(first));
      expect(beganEmpty(later)).toBe(false);
    }
  });

  it('with workers restarted after a fault that struck a process', async () => {
    const struck = await run(workerDown);
    const next = await run(healthy);
    const after = await run(healthy);
    expect(outcomesOf([struck, next, after])).toEqual(['passed', 'passed', 'passed']);
    expect(
      next
        .of('process.started')
        .map(({ worker }) => worker)
        .sort(),
    ).toEqual(['allocation-worker', 'purchase-worker']);
    expect(beganEmpty(next)).toBe(false);
    expect(after.of('process.started')).toEqual([]);
    const pids = pidsOf(next);
    for (const [worker, was] of Object.entries(pidsOf(struck)))
      expect(pids[worker]?.some((pid) => was.includes(pid))).toBe(false);
    // The dead left their groups: nobody waited for their sessions to end.
    expect(next.result.timings.prepareMs).toBeLessThan(20_000);
  });

  it('with topics made anew after a fault that struck one', async () => {
    const struck = await run(topicMissing);
    const next = await run(healthy);
    expect(outcomesOf([struck, next])).toEqual(['passed', 'passed']);
    expect(beganEmpty(next)).toBe(true);
    expect(next.of('kafka.topic-created').length).toBeGreaterThan(0);
    expect(next.of('offsets.committed').some(({ by }) => by === 'harness')).toBe(true);
  });

  it('also for the same ids again, whether the scenario or the seed fixes them', async () => {
    const ran = [await run(eventNeverEmitted), await run(eventNeverEmitted)];
    expect(outcomesOf(ran)).toEqual(['passed', 'passed']);
    expect(ran.map(beganEmpty)).toEqual([false, true]);
    const again = [await run(healthy, host, 4711), await run(healthy, host, 4711)];
    expect(outcomesOf(again)).toEqual(['passed', 'passed']);
    expect(again.map(beganEmpty)).toEqual([false, true]);
  });
});

describe('a verdict', () => {
  it('is unknown when the fault could not fire', async () => {
    const ran = await run(
      scenarioOf('never-fires', {
        given: { subjects: { ada: {}, ben: {} } },
        faults: [{ kind: 'api-behaviour', behaviour: 'fails', subject: 'ben' }],
        observeUntil: { decided: { worker: 'allocation-worker', subject: 'ada' } },
      }),
    );
    expect(ran.result.verdict).toMatchObject({
      outcome: 'unknown',
      unknown: ['the fault api-behaviour did not fire'],
      faults: [{ kind: 'api-behaviour', fired: false }],
    });
    expect(violatedIn(ran)).toEqual([]);
  });

  it('is unknown, and not an accusation, when a step waits in vain', async () => {
    const ran = await run(
      scenarioOf('waits-in-vain', {
        act: [
          { do: 'pay', subjects: ['ada'] },
          { do: 'wait', until: { deadLettered: {} }, deadlineMs: 300 },
          { do: 'publish-raw', topic: 'purchase-created', subject: 'ada', value: 'not reached' },
        ],
      }),
    );
    expect(ran.result.verdict.outcome).toBe('unknown');
    expect(ran.result.verdict.unknown.join()).toMatch(
      /waited \d+ ms in vain for a dead-letter record of every payment/,
    );
    expect(ran.of('kafka.produced')).toHaveLength(1);
  });

  it('becomes unknown when something about its ids comes afterwards, and the slot is made anew', async () => {
    const ran = await run(healthy);
    expect(ran.result.verdict.outcome).toBe('passed');
    const announced = ran.of('kafka.record').find(({ topic }) => topic === 'trainer-allocated');
    const producer = kafka().producer({ createPartitioner: Partitioners.DefaultPartitioner });
    await producer.connect();
    await producer.send({
      topic: 'trainer-allocated',
      messages: [{ key: announced?.key ?? null, value: announced?.value?.text ?? null }],
    });
    await producer.disconnect();
    const heard = await eventually(
      () => revised.find(({ runDir }) => runDir === ran.result.runDir),
      (one) => one !== undefined,
      10_000,
    );
    expect(heard?.verdict).toMatchObject({
      outcome: 'unknown',
      unknown: ['judged too early: kafka.record arrived after the verdict'],
    });
    expect(readVerdict(ran.result.runDir).verdict.outcome).toBe('unknown');
    expect(readFileSync(join(ran.result.runDir, 'late.ndjson'), 'utf8')).toContain('trainer-allocated');
    expect(eventsIn(ran.result.runDir)).toHaveLength(ran.events.length);
    const next = await run(healthy);
    expect([next.result.verdict.outcome, beganEmpty(next)]).toEqual(['passed', true]);
    expect(revised).toHaveLength(1);
  });
});

describe('a worker that exits by itself', () => {
  const crash = (over: Partial<Scenario>): Scenario =>
    scenarioOf('crash', {
      act: [
        { do: 'wait', until: { exited: { worker: 'allocation-worker' } } },
        { do: 'pay', subjects: ['ada'] },
      ],
      observeUntil: { emitted: { event: 'PURCHASE_CREATED' } },
      ...over,
    });
  const crashing = async (scenario: Scenario): Promise<Ran> => {
    const before = await run(healthy);
    const [pid = 0] = pidsOf(before)['allocation-worker'] ?? [];
    return killFromOutside(pid, run(scenario));
  };
  const startedAfterExit = ({ of }: Ran): number => {
    const exit = of('process.exited').find(({ requested }) => !requested);
    return of('process.started').filter(({ seq }) => seq > (exit?.seq ?? Infinity)).length;
  };

  it('is started again when healing, and its exit is no violation', async () => {
    const ran = await crashing(crash({}));
    expect(ran.result.verdict).toMatchObject({ outcome: 'passed', unknown: [] });
    expect(startedAfterExit(ran)).toBe(1);
  });

  it('stays down where the scenario says so, and is there again for the next trial', async () => {
    const ran = await crashing(crash({ restart: 'never', settleDeadlineMs: 1_000 }));
    expect(ran.result.verdict.outcome).toBe('failed');
    expect(violatedIn(ran)).toContain('groups-drain');
    expect(startedAfterExit(ran)).toBe(0);
    const next = await run(healthy);
    expect([next.result.verdict.outcome, next.of('process.started').length]).toEqual(['passed', 2]);
  });
});

describe('switches that a scenario can turn', () => {
  /** The worker comes only when its event is there. */
  const lateWorker = (worker: 'purchase-worker' | 'allocation-worker', over: Partial<Scenario>): Scenario =>
    scenarioOf('late-worker', {
      faults: [{ kind: 'worker-stopped', worker }],
      observeUntil: { emitted: { event: worker === 'purchase-worker' ? 'PURCHASE_CONFIRMED' : 'PURCHASE_CREATED' } },
      ...over,
    });

  it('primeOffsets false: a worker that reads from the end loses what came before it, one that reads from the beginning does not', async () => {
    const primed = await run(lateWorker('allocation-worker', {}));
    const lost = await run(lateWorker('allocation-worker', { primeOffsets: false, settleDeadlineMs: 2_000 }));
    const kept = await run(lateWorker('purchase-worker', { primeOffsets: false }));
    expect(outcomesOf([primed, lost, kept])).toEqual(['passed', 'failed', 'passed']);
    expect(violatedIn(lost)).toContain('purchase-gets-allocation');
    for (const ran of [lost, kept]) {
      expect(beganEmpty(ran)).toBe(true);
      expect(ran.of('offsets.committed').filter(({ by }) => by === 'harness')).toEqual([]);
      expect(ran.of('kafka.positions')[0]?.committed).toEqual({
        'purchase-creation-workers': { 'purchase-confirmed': {} },
        'trainer-allocation-workers': { 'purchase-created': {} },
      });
    }
    // The workers that began without offsets are not the next trial's.
    const next = await run(healthy);
    expect([next.result.verdict.outcome, next.of('process.started').length]).toEqual(['passed', 2]);
  });

  it('removeDeadMembers false: a killed worker keeps its place, and the one after it gets none', async () => {
    const ran = await run(lateWorker('allocation-worker', { removeDeadMembers: false, settleDeadlineMs: 1_000 }));
    const removed = (from: Ran) =>
      from.of('offsets.member-removed').filter(({ group }) => group === 'trainer-allocation-workers');
    expect(removed(ran)).toEqual([]);
    const described = ran.of('offsets.group-described').findLast(({ group }) => group === 'trainer-allocation-workers');
    expect(described?.members).toHaveLength(1);
    expect(violatedIn(ran)).toContain('groups-drain');
    // It does not keep it for the next trial.
    const next = await run(healthy);
    expect(next.result.verdict.outcome).toBe('passed');
    expect(next.result.timings.prepareMs).toBeLessThan(20_000);
  });
});

describe('a host of its own', () => {
  let own: TrialHost | undefined;
  afterEach(async () => {
    await own?.close();
    own = undefined;
  });

  it('fresh: everything is made anew for every trial; a broker that dies ends the trial at once', async () => {
    const brokers = () => descendantsOf(process.pid).filter(({ command }) => command.includes('kafka.Kafka'));
    const others = brokers().map(({ pid }) => pid);
    own = await open({ fresh: true });
    const once = scenarioOf('fresh-one', {});
    const ran = [await run(once, own), await run(once, own)] as const;
    expect(outcomesOf(ran)).toEqual(['passed', 'passed']);
    expect(ran.map(beganEmpty)).toEqual([true, true]);
    expect(ran.map(({ of }) => of('process.started').length)).toEqual([2, 2]);

    const forEver = run(scenarioOf('for-ever', { act: [{ do: 'wait', until: { deadLettered: {} } }] }), own);
    const broker = brokers().find(({ pid }) => !others.includes(pid));
    const began = performance.now();
    process.kill(broker?.pid ?? NaN, 'SIGKILL');
    const end = await forEver.catch((error: unknown) => error);
    expect(performance.now() - began).toBeLessThan(30_000);
    if (!(end instanceof Error)) expect((end as Ran).result.verdict.outcome).toBe('unknown');
    await expect(run(once, own)).rejects.toThrow(/kafka/i);
  });
});
