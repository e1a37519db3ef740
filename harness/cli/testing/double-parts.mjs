/**
 * For tests only: the parts behind the commands, with a host that runs nothing. What it says about each scenario comes
 * from the variable DOUBLE, JSON: { open?: 'fails' | 'cannot' | { until }, scenarios: { [name]: { outcome?, ms?, throws?, late?, pacts? } } };
 * `outcome` may be a list, one for every attempt, `late` turns a verdict into unknown after it was given, and `pacts` is
 * the hash of those that judge; what it was asked goes to the file DOUBLE_LOG. In JavaScript, so that it is never compiled
 * into the package.
 */
import { appendFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { FaultlineError } from '../../../dist/harness/base/errors.js';
import { createSealer } from '../../../dist/harness/history/seal.js';

const orders = JSON.parse(process.env.DOUBLE ?? '{}');
const say = (line) => {
  if (process.env.DOUBLE_LOG !== undefined) appendFileSync(process.env.DOUBLE_LOG, `${line}\n`);
};

const INVARIANT = {
  id: 'purchase-gets-allocation',
  verdict: 'violated',
  findings: [
    {
      message: 'the purchase of ada has no allocation',
      evidence: [3],
      subject: 'ada',
      worker: 'allocation-worker',
      shape: 'no-allocation',
    },
  ],
};
const CAUSE = {
  id: 'api-failing',
  rank: 1,
  message: 'admin-service answered 201 and wrote no row',
  subject: 'ada',
  checks: [
    { question: 'did admin-service get the call?', answer: 'yes, once', readFrom: "the stub's record", evidence: [2] },
  ],
  evidence: [2, 3],
};

const verdictOf = (outcome, scenario, pacts = orders.scenarios?.[scenario.name]?.pacts) => ({
  ...(pacts === undefined
    ? {}
    : {
        contract: {
          exercised: [],
          providerStates: [],
          unknownFields: [],
          uncovered: [],
          pinned: { hash: pacts, interactions: [], providerStates: [] },
        },
      }),
  outcome,
  unknown: outcome === 'unknown' ? ['the fault api-behaviour did not fire'] : [],
  during: {
    causes: outcome === 'failed' ? [CAUSE] : [],
    expectation: {
      met: outcome !== 'failed',
      case: 0,
      expected: [],
      actual: outcome === 'failed' ? ['api-failing'] : [],
      message: outcome === 'failed' ? 'no cause was expected, but api-failing was found' : 'as expected',
    },
  },
  after: [],
  invariants: outcome === 'failed' ? [INVARIANT] : [{ ...INVARIANT, verdict: 'holds', findings: [] }],
  faults: scenario.faults.map(({ kind }) => ({ kind, fired: outcome !== 'unknown' })),
});

const historyOf = (scenario, seed) => {
  const correlationId = '1fa90c93-ea40-4ba9-a7bf-4ed47e735b91';
  const ids = { studentId: '809556c1-e184-4b85-8fd6-a5f1c8014bf6', courseId: 'ebefde63-8a3a-4d45-a594-c04275a03092' };
  const json = { ...ids, type: 'PURCHASE_CREATED', _metadata: { correlationId } };
  return [
    {
      kind: 'trial.started',
      source: 'trial',
      scenario: scenario.name,
      seed,
      workers: [],
      workerSet: 'double',
      quietMs: 0,
      subjects: [{ name: 'ada', correlationId, ...ids, mayDeadLetter: false }],
      clocks: { wall: 0, monotonic: 0 },
      sharedClock: true,
      versions: {},
      catalogue: { invariants: [], causes: [] },
      pacts: orders.scenarios?.[scenario.name]?.pacts,
    },
    {
      kind: 'kafka.record',
      source: 'kafka',
      topic: 'purchase-created',
      partition: 1,
      offset: 7,
      timestamp: 0,
      key: correlationId,
      headers: {},
      value: { text: JSON.stringify(json) },
      json,
      correlationId,
    },
    {
      kind: 'postgres.commit',
      source: 'postgres',
      lsn: '0000000000000001',
      xid: 1,
      committedAt: 0,
      writer: null,
      changes: [
        {
          table: 'processed_events',
          op: 'insert',
          row: { event_id: 'e', event_type: 'PURCHASE_CREATED', correlation_id: correlationId },
        },
      ],
    },
  ].map((event, i) => ({ seq: i + 1, at: i * 10, ...event }));
};

const storeRun = (scenario, seed, result) => {
  mkdirSync(result.runDir, { recursive: true });
  const file = (name) => join(result.runDir, name);
  writeFileSync(file('scenario.json'), JSON.stringify({ scenario, seed, workers: result.workers }));
  const lines = historyOf(scenario, seed).map((e) => `${JSON.stringify(e)}\n`);
  writeFileSync(file('history.ndjson'), lines.join(''));
  const sealer = createSealer();
  lines.forEach(sealer.add);
  const sealed = { ...result, sealed: sealer.seal() };
  writeFileSync(file('verdict.json'), JSON.stringify(sealed));
  return sealed;
};

let folders = 0;
const attempts = new Map();

/** The outcome ordered for this attempt; the last of the list for those after it. */
const outcomeOf = (name, outcome = 'passed') => {
  const attempt = attempts.get(name) ?? 0;
  attempts.set(name, attempt + 1);
  return typeof outcome === 'string' ? outcome : outcome[Math.min(attempt, outcome.length - 1)];
};

const openHost = async ({ outDir, workers, fresh, patienceMs, settleDeadlineMs, progress, onRevised }) => {
  progress('starting Kafka, PostgreSQL and Toxiproxy');
  if (orders.open?.until !== undefined) {
    say('opening');
    // At once, and not in a later turn: whoever sends a signal meanwhile finds the process as it was when this was called.
    while (!existsSync(orders.open.until)) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    await delay(60_000);
  }
  if (orders.open === 'fails')
    throw new FaultlineError('environment', 'Kafka did not answer', 'Run `faultline doctor`.');
  const waiting = patienceMs === undefined ? '' : ` patience ${patienceMs} settle ${settleDeadlineMs}`;
  say(`opened${fresh ? ' fresh' : ''}${waiting}`);
  return {
    environment: { mode: 'embedded', kafka: '4.2.0', postgres: '18.4', startedInMs: 812 },
    run: async ({ scenario, seed }) => {
      const order = orders.scenarios?.[scenario.name] ?? {};
      say(`begin ${scenario.name} ${seed}`);
      await delay(order.ms ?? 1);
      // Until the test has seen what it waits for, however slow the machine is.
      while (order.until !== undefined && !existsSync(order.until)) await delay(5);
      if (order.throws === 'bug') throw new TypeError('x is not a function');
      if (order.throws !== undefined) throw new FaultlineError(order.throws, 'it is gone', 'Look for it.');
      say(`end ${scenario.name} ${seed}`);
      folders += 1;
      const result = storeRun(scenario, seed, {
        name: scenario.name,
        title: scenario.title,
        seed,
        workers: workers.name,
        verdict: verdictOf(outcomeOf(scenario.name, order.outcome), scenario),
        runDir: join(outDir, `2026-11-23T14-00-00-${String(folders).padStart(3, '0')}-${scenario.name}`),
        timings: { prepareMs: 1, actMs: 2, settleMs: 3, judgeMs: 4, totalMs: 10 },
      });
      const revised = { ...result, verdict: { ...result.verdict, outcome: 'unknown', unknown: ['judged too early'] } };
      if (order.late && attempts.get(scenario.name) === 1) setTimeout(() => onRevised(revised), 5);
      return result;
    },
    close: async () => say('closed'),
    kill: () => say('killed'),
  };
};

export const doubleParts = {
  openHost,
  checkEnvironment: async () => {
    if (orders.open === 'cannot') throw new FaultlineError('environment', 'no engine answers', 'Start one.');
  },
  judge: async (_events, scenario, pacts) => {
    const order = orders.scenarios?.[scenario.name];
    if (order?.pacts !== undefined) say(`judged by ${pacts ?? 'none'}`);
    return verdictOf(order?.outcome ?? 'passed', scenario);
  },
  openStanding: async () => ({
    addresses: { KAFKA_BROKERS: '127.0.0.1:9092', DATABASE_URL: "postgres://w:it's@127.0.0.1:5432/x" },
    close: async () => say('closed'),
    kill: () => say('killed'),
  }),
  ensureSetup: async () => say('set up'),
  inspectMachine: async ({ cacheDir }) => ({
    healthy: true,
    tools: [{ name: 'node', state: 'there', detail: process.version }],
    parts: [],
    memory: { free: 1, total: 2 },
    places: [],
    leftovers: [],
    cacheDir,
  }),
};
