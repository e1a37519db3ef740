/** One trial: prepare → inject → act → observe → diagnose → heal → settle → judge. */
import { withDeadline } from '../base/deadline.ts';
import { faultOf } from '../faults/catalogue.ts';
import type { ActiveFault, Touches } from '../faults/types.ts';
import type { Renewal, Slot } from './slot/slot.ts';
import { describe } from '../history/describe.ts';
import type { Condition } from '../history/conditions.ts';
import type { NewEvent, TrialPhase } from '../history/events.ts';
import { CAUSE_IDS, INVARIANT_IDS } from '../history/verdict.ts';
import type { TrialVerdict } from '../history/verdict.ts';
import type { WorkerSet } from '../config/types.ts';
import { resolveSubjects } from '../scenario/subjects.ts';
import type { Scenario } from '../scenario/types.ts';
import { createActor } from './actor.ts';
import { createFaultContext } from './fault-context.ts';
import { judge } from './judge.ts';
import { createLag } from './lag.ts';
import { openRunFolder } from './run-folder.ts';
import { settle } from './settle.ts';
import type { Timings, TrialRequest, TrialResult } from './types.ts';
import { createWatch } from './watch.ts';

/** The documented retries of the allocation-worker end well within this, its call's time-out included. */
const OBSERVE_DEADLINE_MS = 60_000;
const SETTLE_DEADLINE_MS = 60_000;
/** Longer than a worker may take to get ready: whatever exceeds this hangs. */
const PHASE_DEADLINE_MS = 90_000;

export interface TrialParts {
  readonly slot: Slot;
  readonly workers: WorkerSet;
  readonly outDir: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly sharedClock: boolean;
  /** The verdict of an earlier trial has turned out to be judged too early. */
  readonly onLate: (result: TrialResult) => void;
}

export interface TrialEnd {
  readonly result: TrialResult;
  /** What must be renewed before the next trial. */
  readonly dirty: Renewal;
}

const TOUCH_ORDER: readonly Touches[] = ['nothing', 'workers', 'topics'];

const widest = (touches: readonly Touches[]): Touches =>
  TOUCH_ORDER[Math.max(0, ...touches.map((t) => TOUCH_ORDER.indexOf(t)))] as Touches;

/** Every subject's event has been decided on by the last worker of the pipeline. */
const DEFAULT_OBSERVATION: Condition = { decided: { worker: 'allocation-worker' } };

/** Do the scenario's faults need topics in which no earlier trial can be met? */
export const needsFreshTopics = (scenario: Scenario): boolean =>
  scenario.faults.some((spec) => faultOf(spec).needsFreshTopics?.(spec) === true);

/** Runs one trial in a slot that `renew` has made ready. `renew` is called once the history is open, so that it is part of it. */
export const runTrial = async (
  request: TrialRequest,
  parts: TrialParts,
  renew: () => Promise<void>,
): Promise<TrialEnd> => {
  const { scenario, seed } = request;
  const { slot, workers } = parts;
  const { recorder } = slot;
  const began = performance.now();
  const subjects = resolveSubjects(scenario, seed);
  const folder = openRunFolder(parts.outDir, scenario.name, new Date());
  folder.writeJson('scenario.json', { scenario, seed, workers: workers.name });

  const lag = createLag(workers.workers.map((w) => ({ name: w.role, role: w.role, consumerGroup: w.consumerGroup })));
  const watch = createWatch(recorder, folder.events);
  let result: TrialResult | undefined;
  recorder.attach(
    {
      append: (event) => {
        folder.append(event);
        lag.observe(event);
      },
      late: (event) => {
        folder.appendLate(event);
        if (result === undefined || result.verdict.outcome === 'unknown') return;
        const verdict: TrialVerdict = {
          ...result.verdict,
          outcome: 'unknown',
          unknown: [...result.verdict.unknown, `judged too early: ${event.kind} arrived after the verdict`],
        };
        result = { ...result, verdict };
        folder.writeJson('verdict.json', result);
        parts.onLate(result);
      },
    },
    subjects.flatMap((s) => [s.paymentId, s.studentId]),
  );

  const record = (event: NewEvent): number => recorder.record(event);
  const phase = (name: TrialPhase): number => record({ kind: 'trial.phase', source: 'trial', phase: name });
  const harnessError = (error: unknown): void => {
    record({
      kind: 'trial.harness-error',
      source: 'trial',
      message: error instanceof Error ? error.message : String(error),
    });
  };
  const barrier = (): Promise<boolean> => slot.barrier();

  record({
    kind: 'trial.started',
    source: 'trial',
    scenario: scenario.name,
    seed,
    subjects: subjects.map((s) => ({
      name: s.name,
      correlationId: s.paymentId,
      studentId: s.studentId,
      courseId: s.courseId,
      mayDeadLetter: s.mayDeadLetter,
    })),
    workers: workers.workers.map((w) => ({ name: w.role, role: w.role, consumerGroup: w.consumerGroup })),
    workerSet: workers.name,
    quietMs: workers.quietMs,
    clocks: { wall: performance.timeOrigin + performance.now(), monotonic: performance.now() },
    sharedClock: parts.sharedClock,
    versions: parts.versions,
    catalogue: { invariants: INVARIANT_IDS, causes: CAUSE_IDS },
  });

  const active: { readonly fault: ActiveFault; readonly describe: () => void; healed: boolean }[] = [];
  const healAll = async (): Promise<void> => {
    for (const entry of [...active].reverse()) {
      if (entry.healed) continue;
      entry.healed = true;
      await withDeadline(entry.fault.heal(), PHASE_DEADLINE_MS, 'healing a fault');
      entry.describe();
    }
  };

  const marks = { prepare: began, act: began, observe: began, settle: began, judge: began };
  let settled = false;
  phase('prepare');
  try {
    await withDeadline(renew(), PHASE_DEADLINE_MS, 'making the slot ready');
    slot.traffic();
    record(await slot.positions());
    await slot.look();
  } catch (error) {
    // Workers that cannot be started, an environment that is gone: no verdict is possible.
    harnessError(error);
    folder.close();
    recorder.detach();
    throw error;
  }
  marks.prepare = performance.now();
  const ready = folder.events.at(-1)?.seq ?? 0;
  try {

    phase('inject');
    const actor = createActor({ slot, subjects, watch, record });
    for (const [index, spec] of scenario.faults.entries()) {
      const fault = faultOf(spec);
      const target = fault.target(spec);
      const id = index + 1;
      const about = { fault: id, faultKind: spec.kind, target } as const;
      record({ kind: 'fault.armed', source: 'fault', ...about, heal: fault.healing(spec) });
      const context = createFaultContext({
        slot,
        subjects,
        workers,
        watch,
        keepDeadMembers: scenario.removeDeadMembers === false,
        fired: (detail) => void record({ kind: 'fault.fired', source: 'fault', ...about, detail }),
        failed: harnessError,
      });
      active.push({
        fault: await withDeadline(fault.inject(spec, context), PHASE_DEADLINE_MS, `injecting ${spec.kind}`),
        describe: () => void record({ kind: 'fault.healed', source: 'fault', ...about, detail: fault.healing(spec) }),
        healed: false,
      });
    }

    phase('act');
    for (const step of scenario.act) await actor.perform(step);
    for (const { fault } of active)
      await withDeadline(fault.afterAct?.() ?? Promise.resolve(), PHASE_DEADLINE_MS, 'injecting a fault after the act');
    marks.act = performance.now();

    phase('observe');
    await observe();

    phase('heal');
    const stopRestarting = scenario.restart === 'never' ? (): void => {} : slot.workers.restartExited(harnessError);
    try {
      await healAll();
      for (const step of scenario.heal ?? []) await actor.perform(step);
      await withDeadline(slot.workers.exitedAreBack(), PHASE_DEADLINE_MS, 'restarting workers that had exited');
      marks.observe = performance.now();

      phase('settle');
      settled = await settle(
        {
          events: folder.events,
          record,
          watch,
          lag,
          openCalls: () => slot.adminService.openCalls(),
          openTransactions: () => slot.database.openTransactions(),
          barrier,
          quietMs: workers.quietMs,
        },
        scenario.settleDeadlineMs ?? SETTLE_DEADLINE_MS,
      );
    } finally {
      stopRestarting();
    }
  } catch (error) {
    harnessError(error);
    await healAll().catch(harnessError);
  }
  marks.settle = performance.now();

  async function observe(): Promise<void> {
    const condition = scenario.observeUntil ?? DEFAULT_OBSERVATION;
    const deadline = performance.now() + (scenario.observeDeadlineMs ?? OBSERVE_DEADLINE_MS);
    const from = performance.now();
    for (;;) {
      const waited = await watch.until(condition, Math.max(0, deadline - performance.now()));
      let upTo = waited.seq;
      if (scenario.observeAt !== 'condition') {
        await slot.look();
        await barrier();
        upTo = folder.events.at(-1)?.seq ?? upTo;
        // What a barrier brings to light can show that the moment had not come yet.
        if (waited.met && !(await watch.until(condition, 0)).met && performance.now() < deadline) continue;
      }
      record({
        kind: 'trial.observed',
        source: 'trial',
        met: waited.met,
        description: describe(condition),
        waitedMs: Math.round(performance.now() - from),
        upTo,
      });
      phase('diagnose');
      return;
    }
  }

  slot.traffic();
  phase('judge');
  const verdict = judge(folder.events, scenario);
  marks.judge = performance.now();
  const timings: Timings = {
    prepareMs: round(marks.prepare - began),
    actMs: round(marks.observe - marks.prepare),
    settleMs: round(marks.settle - marks.observe),
    judgeMs: round(marks.judge - marks.settle),
    totalMs: round(marks.judge - began),
  };
  result = {
    name: scenario.name,
    title: scenario.title,
    seed,
    workers: workers.name,
    verdict,
    runDir: folder.dir,
    timings,
  };
  folder.writeJson('verdict.json', result);
  folder.close();
  recorder.detach();

  const touched = widest(scenario.faults.map((spec) => faultOf(spec).touches));
  const clean = settled && folder.events.every((e) => e.kind !== 'trial.harness-error');
  const exited = folder.events.some((e) => e.kind === 'process.exited' && e.seq > ready);
  return { result, dirty: !clean ? 'everything' : touched === 'nothing' && exited ? 'workers' : touched };
};

const round = (ms: number): number => Math.max(0, Math.round(ms * 10) / 10);
