/** One trial: prepare → inject → act → observe → diagnose → heal → settle → judge. */
import { playerOf } from '../config/parts.ts';
import { withDeadline } from '../base/waiting.ts';
import { createJudgingAhead } from '../invariants/calls-honour-contract-judged.ts';
import type { WaitingOptions, WorkerSet } from '../config/types.ts';
import type { Contract } from '../contract/contract.ts';
import { pipelineOf } from '../pipeline/queries.ts';
import { resolveSubjects } from '../scenario/subjects.ts';
import type { ResolvedSubject } from '../scenario/subjects.ts';
import type { Scenario } from '../scenario/types.ts';
import { createActiveFaults } from './active-faults.ts';
import { createActor } from './actor.ts';
import { PHASE_DEADLINE_MS } from './deadlines.ts';
import { createFaultContext } from './fault-context.ts';
import { finalVerdict } from '../verdict/final-verdict.ts';
import { watchLags } from './lags.ts';
import { createLateSink } from './late.ts';
import { observe } from './observe.ts';
import { leftBy } from './renewal.ts';
import { openRunFolder } from './run-folder.ts';
import { openOrchestrator } from '../slot/orchestrator.ts';
import type { Renewal, Slot } from '../slot/slot.ts';
import { createStopwatch } from './stopwatch.ts';
import { openTrialLog } from './trial-log.ts';
import type { TrialLog } from './trial-log.ts';
import type { TrialRequest } from './types.ts';
import type { TrialResult } from '../verdict/result.ts';
import { createWaiting } from './waiting.ts';

export interface TrialParts {
  readonly slot: Slot;
  readonly workers: WorkerSet;
  /** What calls and records are judged by. */
  readonly contract: Contract;
  readonly outDir: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly sharedClock: boolean;
  readonly waiting: WaitingOptions;
  /** Hears what is waited for. */
  readonly waitsFor: (what: string) => void;
  /** What of the slot must be made anew first. */
  readonly renewal: Renewal;
  /** Problems of the harness while that was cleared, when no history was open for them. */
  readonly problemsOfClearing: () => readonly string[];
  /** The trial's verdict has turned out to be given too early. */
  readonly onRevised: (result: TrialResult) => void;
}

export interface TrialEnd {
  readonly result: TrialResult;
  /** What must be renewed before the next trial. */
  readonly dirty: Renewal;
}

interface Running {
  readonly scenario: Scenario;
  readonly subjects: readonly ResolvedSubject[];
  readonly log: TrialLog;
  readonly parts: TrialParts;
}

/** More than a worker needs for what it does. */
const MANY_CONNECTIONS = 50;

/** Makes the slot ready and notes where everything stands: the baseline of the trial. */
const prepare = async ({ scenario, log, parts }: Running, renewal: Renewal): Promise<void> => {
  const { slot } = parts;
  log.phase('prepare');
  parts.waitsFor('the workers to be ready');
  const work = slot.provide(renewal, { primeOffsets: scenario.primeOffsets !== false });
  await withDeadline(work, PHASE_DEADLINE_MS, 'making the slot ready');
  slot.traffic();
  log.record(await slot.positions());
  await slot.look();
};

/** Records what can be seen of the database beside its events: a table that was altered or emptied, a lock that is held. */
const lookAround = async ({ log, parts }: Running): Promise<void> => {
  const emptied = log.events.flatMap((event) =>
    event.kind === 'postgres.commit'
      ? event.changes.flatMap(({ op, table }) =>
          op === 'truncate' ? [`${event.writer ?? 'a worker'} emptied the table ${table} by TRUNCATE`] : [],
        )
      : [],
  );
  const { notes: seen, hinders } = await parts.slot.database.lookAround();
  const greedy = parts.slot.workers.roles.flatMap((role) => {
    const open = parts.slot.wires(role).backends().length;
    return open < MANY_CONNECTIONS ? [] : [`${role} has ${open} connections to PostgreSQL open`];
  });
  const notes = [...emptied, ...seen, ...greedy];
  if (notes.length > 0) log.record({ kind: 'postgres.seen', source: 'postgres', notes, hinders });
};

/** Everything the scenario tells, from the fault to the settled pipeline; true when it settled. */
const play = async (running: Running, lap: (phase: 'act' | 'settle') => void): Promise<boolean> => {
  const { scenario, subjects, log, parts } = running;
  const { slot, workers, contract } = parts;
  const keepDeadMembers = scenario.removeDeadMembers === false;
  const waiting = createWaiting({
    scenario,
    contract,
    subjects,
    workers,
    slot,
    log,
    options: parts.waiting,
    tell: parts.waitsFor,
  });
  const { awaitCondition } = waiting;
  const actor = createActor({ slot, subjects, log, awaitCondition, acts: workers.acts });
  const faults = createActiveFaults({
    specs: scenario.faults,
    pipeline: pipelineOf(workers.pipeline),
    log,
    namesOf: (role) => {
      const player = playerOf(workers.workers, role);
      return player === undefined ? [] : [player.role];
    },
    contextOf: (fired) => createFaultContext({ slot, subjects, workers, log, keepDeadMembers, fired }),
  });
  const always = scenario.restart !== 'never';
  /** As an orchestrator would while the fault lasts: by what the workers' configurations say. */
  const meanwhile = always
    ? openOrchestrator(slot.workers, {
        leaveGroup: !keepDeadMembers,
        wants: slot.workers.restartsAtOnce,
        ready: 'none',
        onError: log.problem,
      })
    : undefined;
  try {
    log.phase('inject');
    await faults.inject();
    log.phase('act');
    await actor.perform(scenario.act);
    await faults.afterAct();
    log.phase('observe');
    const look = async (): Promise<void> => {
      await meanwhile?.firstAttempts();
      await slot.look();
    };
    await observe(scenario, {
      log,
      slot: { ...slot, look },
      awaitCondition,
      longestTimerMs: workers.longestTimerMs,
    });
    log.phase('diagnose');
  } finally {
    log.phase('heal');
    // Healing stops and starts workers itself.
    await meanwhile?.handOver();
    await faults.heal();
  }
  await actor.perform(scenario.heal ?? []);
  // Only now: a fault's own heal may stop and start the very workers that are restarted here, and what the scenario
  // repairs is repaired before they come back.
  const orchestrator = always
    ? openOrchestrator(slot.workers, { leaveGroup: !keepDeadMembers, onError: log.problem })
    : undefined;
  try {
    if (orchestrator !== undefined)
      await withDeadline(orchestrator.firstAttempts(), PHASE_DEADLINE_MS, 'restarting workers that had exited');
    lap('act');
    log.phase('settle');
    return await waiting.settle();
  } finally {
    await orchestrator?.stop();
  }
};

/**
 * Runs one trial. Errors: FaultlineError when no verdict is possible: workers that cannot be started, an environment
 * that is gone, a history that cannot be written.
 */
export const runTrial = async (request: TrialRequest, parts: TrialParts): Promise<TrialEnd> => {
  const { scenario, seed } = request;
  const { slot, workers, contract } = parts;
  const stopwatch = createStopwatch();
  const subjects = resolveSubjects(scenario, seed, pipelineOf(workers.pipeline));
  const folder = openRunFolder(parts.outDir, scenario.name, new Date());
  folder.writeJson('scenario.json', { scenario, seed, workers: workers.name });

  // Before the history begins: what is ended here belongs to earlier trials.
  const cleared = await withDeadline(slot.clear(parts.renewal), PHASE_DEADLINE_MS, 'clearing the slot').catch(
    (error: unknown) => ({ error }),
  );
  const { versions, sharedClock } = parts;
  const { recorder } = slot;
  const pacts = contract.hash;
  const log = openTrialLog({ request, subjects, workers, pacts, versions, sharedClock, recorder, folder });
  const running: Running = { scenario, subjects, log, parts };
  try {
    if (typeof cleared === 'object') throw cleared.error;
    for (const problem of parts.problemsOfClearing()) log.problem(problem);
    await prepare(running, cleared);
  } catch (error) {
    log.problem(error);
    folder.close();
    slot.recorder.detach(() => undefined);
    throw error;
  }
  stopwatch.lap('prepare');

  const readyAt = log.lastSeq();
  const lags = watchLags({ ...slot.lags, commits: log.recorderLag }, log);
  const stopJudging = recorder.subscribe(createJudgingAhead(contract));
  const settled = await play(running, stopwatch.lap).catch((error: unknown) => {
    log.problem(error);
    return false;
  });
  stopJudging();
  lags.stop();
  for (const problem of await slot.altered().catch((error: unknown) => [error])) log.problem(problem);
  slot.traffic();
  stopwatch.lap('settle');

  log.phase('judge');
  log.watch.forget();
  const verdict = await finalVerdict({ scenario, contract, log, settled, lookAround: () => lookAround(running) });
  stopwatch.lap('judge');
  const { name, title } = scenario;
  const timings = stopwatch.timings();
  const result: TrialResult = {
    name,
    title,
    seed,
    workers: workers.name,
    verdict,
    runDir: folder.dir,
    timings,
    sealed: folder.seal(),
  };
  const dirty = leftBy({ scenario, settled, events: log.events, readyAt });
  // Nothing is awaited between the judging and here: what comes from now on is late.
  folder.close();
  slot.recorder.detach(createLateSink({ result, settled, folder, isWork: log.isWork, onRevised: parts.onRevised }));
  const failure = folder.failure();
  if (failure !== undefined) throw failure;
  folder.writeJson('verdict.json', result);
  return { result, dirty };
};
