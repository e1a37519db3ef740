/** What of a slot is made anew before a trial: what the one before has touched, and what this one needs. Pure. */
import { faultOf } from '../faults/catalogue.ts';
import type { Touches } from '../faults/types.ts';
import type { HistoryEvent } from '../history/events.ts';
import { pipelineOf } from '../pipeline/queries.ts';
import type { ResolvedSubject } from '../scenario/subjects.ts';
import type { Scenario } from '../scenario/types.ts';
import type { Renewal } from '../slot/slot.ts';

const RENEWALS: readonly Renewal[] = ['nothing', 'workers', 'everything'];

/** The one that includes the others. */
export const widest = (...renewals: readonly Renewal[]): Renewal =>
  RENEWALS[Math.max(0, ...renewals.map((each) => RENEWALS.indexOf(each)))] as Renewal;

/** Do the scenario's faults or switches need topics in which no earlier trial can be met? */
export const needsFreshTopics = (scenario: Scenario): boolean =>
  scenario.primeOffsets === false || scenario.faults.some((spec) => faultOf(spec).needsFreshTopics?.(spec) === true);

/** What a trial needs by itself. `used` holds the ids of the slot's earlier trials, and takes this one's. */
export const neededBy = (
  scenario: Scenario,
  subjects: readonly Pick<ResolvedSubject, 'paymentId' | 'studentId'>[],
  used: Set<string>,
): Renewal => {
  // Ids that the scenario fixes, or the same seed again, must not meet what they left behind.
  const ids = subjects.flatMap(({ paymentId, studentId }) => [paymentId, studentId]);
  const met = ids.some((id) => used.has(id));
  for (const id of ids) used.add(id);
  if (met) return 'everything';
  // A topic that begins again begins with a database of its own: workers may keep what they did by position.
  const begins = scenario.faults.some((spec) => faultOf(spec).touches === 'everything');
  return begins || needsFreshTopics(scenario) ? 'everything' : 'nothing';
};

export interface TrialTrace {
  readonly scenario: Scenario;
  readonly settled: boolean;
  readonly events: readonly HistoryEvent[];
  /** `seq` at which the slot was ready: what exited or was renewed before says nothing. */
  readonly readyAt: number;
}

const isProvenClean = ({ settled, events }: TrialTrace): boolean =>
  settled &&
  events.every((e) => e.kind !== 'trial.harness-error') &&
  events.every((e) => e.kind !== 'trial.barrier' || e.passed);

/** Groups that a fault made to read a wrong topic, and that have committed there: the next trial would be held to it. */
const strayed = ({ scenario, events }: TrialTrace): boolean => {
  if (!scenario.faults.some((spec) => spec.kind === 'worker-misconfigured')) return false;
  const started = events.find((event) => event.kind === 'trial.started');
  if (started === undefined) return true;
  const { consumedTopic } = pipelineOf(started.pipeline);
  const own = (group: string): readonly string[] =>
    started.workers.flatMap(({ role, consumerGroup }) => (consumerGroup === group ? [consumedTopic(role)] : []));
  // A new group has nobody in the next trial who would read.
  const isAstray = ({ group, topic }: HistoryEvent<'offsets.committed'>): boolean =>
    own(group).length > 0 && !own(group).includes(topic);
  return events.some((event) => event.kind === 'offsets.committed' && event.by === 'worker' && isAstray(event));
};

/** What a trial leaves to be renewed before the next one. A slot that is not proven clean is rebuilt. */
export const leftBy = (trace: TrialTrace): Renewal => {
  if (!isProvenClean(trace) || strayed(trace)) return 'everything';
  const { scenario, events, readyAt } = trace;
  const touches: readonly Touches[] = scenario.faults.map((spec) => faultOf(spec).touches);
  const exited = events.some((e) => e.kind === 'process.exited' && e.seq > readyAt);
  // Workers that began without an offset, or whose group still has a dead member, are not as the next trial expects.
  const unprepared = scenario.primeOffsets === false || scenario.removeDeadMembers === false;
  return widest(...touches, exited || unprepared ? 'workers' : 'nothing');
};
