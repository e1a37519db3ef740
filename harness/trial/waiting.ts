/** How one trial waits in its slot: for conditions while it plays, and for the end. */
import { withDeadline } from '../base/waiting.ts';
import type { WaitingOptions, WorkerSet } from '../config/types.ts';
import type { Contract } from '../contract/contract.ts';
import { describePending, findOwnRows } from '../database/own-rows.ts';
import { faultOf } from '../faults/catalogue.ts';
import { describe } from '../history/describe.ts';
import type { History } from '../history/history.ts';
import { lastStepForward } from '../history/progress.ts';
import { latest } from '../wire/kafka/cluster-relay.ts';
import { namesUnder } from '../pipeline/names.ts';
import { pipelineOf } from '../pipeline/queries.ts';
import type { ResolvedSubject } from '../scenario/subjects.ts';
import type { Scenario } from '../scenario/types.ts';
import { createAwaitCondition } from './await-condition.ts';
import type { AwaitCondition } from './await-condition.ts';
import { ASKING_DEADLINE_MS, settleDeadline } from './deadlines.ts';
import { createProveEnd } from './ended-early.ts';
import type { ProofParts, ProveEnd } from './ended-early.ts';
import { createIdle } from './idle.ts';
import type { Idle } from './idle.ts';
import { accusedByAbsence } from '../verdict/judge.ts';
import { DEFAULT_PATIENCE_MS, createPatience, patienceFor } from './patience.ts';
import { settle } from './settle.ts';
import type { Slot } from '../slot/slot.ts';
import type { TrialLog } from './trial-log.ts';

export interface Waiting {
  readonly awaitCondition: AwaitCondition;
  /** True when the trial has settled; recorded. */
  settle(): Promise<boolean>;
}

/** Workers that were asked to end and have not: another process comes after them. */
const ending = (history: History): readonly string[] => {
  const exits = new Map(history.of('process.exited').map(({ pid, seq }) => [pid, seq]));
  const asked = history.of('process.signalled').filter(({ signal }) => signal === 'SIGTERM');
  return [...new Map(asked.map(({ pid, worker, seq }) => [pid, { worker, seq }]))].flatMap(([pid, { worker, seq }]) =>
    (exits.get(pid) ?? 0) > seq ? [] : [worker],
  );
};

export const createWaiting = (parts: {
  readonly scenario: Scenario;
  readonly contract: Contract;
  readonly subjects: readonly Pick<ResolvedSubject, 'correlationId' | 'studentId'>[];
  readonly workers: WorkerSet;
  readonly slot: Slot;
  readonly log: TrialLog;
  readonly options: WaitingOptions;
  /** Hears what is waited for. */
  readonly tell: (what: string) => void;
}): Waiting => {
  const { scenario, contract, workers, slot, log, options, tell } = parts;
  const { quietMs } = workers;
  const ids = parts.subjects.flatMap(({ correlationId, studentId }) => [correlationId, studentId]);
  const upstreamWasAway = scenario.faults.some((spec) => faultOf(spec).tookUpstreamAway === true);
  const { barrier } = slot;
  const names = namesUnder(workers.prefix);
  const pendingRows = () => describePending(slot.database, workers.pending ?? []);
  const underWay = () => [
    ...slot.workers.roles.filter((role) => slot.workers.isStarting(role)),
    ...ending(log.watch.history()),
  ];
  const idle = createIdle({
    log,
    openCalls: () => slot.services.openCalls(),
    openTransactions: () => slot.database.openTransactions(),
    pendingRows,
    starting: underWay,
    // Where the scenario is about a dead member's place, it keeps it.
    freeSuperseded: async () => {
      if (scenario.removeDeadMembers !== false) await slot.workers.freeSuperseded();
    },
    barrier,
    quietMs,
  });
  const patient = { ms: options.patienceMs ?? workers.patienceMs ?? DEFAULT_PATIENCE_MS, upstreamWasAway };
  const asking = <T>(work: Promise<T>, what: string): Promise<T> =>
    withDeadline(work, ASKING_DEADLINE_MS, `asking PostgreSQL ${what}`);
  const ownRows = () => asking(findOwnRows(slot.database, ids), 'for rows of the workers’ own');
  const isOpen = async (): Promise<boolean> =>
    slot.services.openCalls() > 0 ||
    (await asking(slot.database.openTransactions(), 'what is open')).length > 0 ||
    (await asking(pendingRows(), 'what is open')).length > 0;
  const patience = createPatience({ log, ownRows, barrier, isOpen, ...patient });
  const wiresOf = (worker: string) => {
    const role = slot.workers.roles.find((each) => each === worker);
    return role === undefined ? undefined : slot.wires(role);
  };
  const provable: ProofParts = {
    log,
    nobodyRestarts: scenario.restart === 'never',
    longestTimerMs: workers.longestTimerMs,
    underWay,
    patienceMs: async () => patienceFor(patient, (await ownRows()) ?? []),
    lastActivity: () => latest(slot.workers.roles.map((role) => slot.wires(role).lastActivity())),
    hasOwnRows: async () => (await ownRows())?.length !== 0,
    hasConsumer: (worker) => wiresOf(worker)?.hasConnectedMember() === true,
    readFrom: (worker, topic, partition) => wiresOf(worker)?.readFrom(names.wire(topic), partition),
    othersOpen: isOpen,
  };
  const proveEnd = (): ProveEnd => (options.waitOut === true ? async () => undefined : createProveEnd(provable));
  // What is kept from its upstream tries again whenever it likes.
  const awaitCondition = createAwaitCondition({ log, idle, patience, mayStillCome: upstreamWasAway, proveEnd });
  const idleAtLast: Idle = async (left) => {
    const open = await idle(left);
    tell(open.length > 0 ? open.join(', ') : 'what is missing so far, if anything is');
    return open;
  };
  return {
    awaitCondition: (condition, deadlineMs) => {
      tell(describe(pipelineOf(workers.pipeline), condition));
      return awaitCondition(condition, deadlineMs);
    },
    settle: () =>
      settle(
        {
          log,
          idle: idleAtLast,
          patience,
          accusesByAbsence: async () => {
            const from = log.events.length;
            const accused = await accusedByAbsence(log.events, scenario, contract);
            return log.events.slice(from).some(log.isWork) ? 'overtaken' : accused.length > 0;
          },
          proveEnd: proveEnd(),
          barrier,
          lastStepForward: () => lastStepForward(log.watch.history()),
          quietMs,
        },
        options.settleDeadlineMs ?? scenario.settleDeadlineMs ?? settleDeadline(workers.longestTimerMs),
      ),
  };
};
