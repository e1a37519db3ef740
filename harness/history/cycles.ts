/** Proof that a worker goes round in circles: nothing will come of it however long it is waited for. Pure. */
import type { HistoryEvent } from './events.ts';
import { undrained } from './groups.ts';
import type { Undrained } from './groups.ts';
import { recordPosition } from './history.ts';
import type { History } from './history.ts';
import { workerNames } from './liveness.ts';
import { originOf } from './letters.ts';
import { callsOf, callsOfStage, paymentOf } from './subjects.ts';

export interface Proof {
  readonly description: string;
  readonly evidence: readonly number[];
}

/** One visible step of a worker on its way with an event. */
interface Step {
  readonly seq: number;
  readonly at: number;
  readonly label: string;
  /** Of a call: a fault that counts its calls answered it, so that the next one finds another state. */
  readonly counted?: true;
}

/** One round: what happened after the letter before, up to and with its own letter. */
interface Round {
  readonly steps: readonly Step[];
  readonly tookMs: number;
}

/**
 * Where a round ends: given up on the event, which comes again. Nothing else proves anything: who only dies, or joins its group anew,
 * may count that somewhere out of sight, and pass the event over the next time. Who gives one event up twice is wrong whatever follows.
 */
const END = 'letter';

/** So many rounds: more than the attempts that workers are known to count (3 and 5 are documented, 10 are usual). */
const ROUNDS = 12;

/** Rounds that take longer and longer are none of a kind: a back-off that grows has an end. A busy machine is no back-off. */
const GROWTH = 1.5;
const GROWTH_SLACK_MS = 150;

const joins = (events: readonly HistoryEvent<'offsets.group-changed'>[], group: string): readonly Step[] => {
  const known = new Set<string>();
  return events
    .filter((event) => event.group === group)
    .flatMap(({ seq, at, members }) => {
      const isNew = members.some(({ memberId }) => !known.has(memberId));
      for (const { memberId } of members) known.add(memberId);
      return isNew ? [{ seq, at, label: 'join' }] : [];
    });
};

/** Whenever the record was given up. */
const lettersAbout = (history: History, from: number, { records: [head] }: Undrained): readonly Step[] =>
  history.deadLetters
    .filter((letter) => letter.record.seq > from && originOf(history, letter)?.record.seq === head.seq)
    .map(({ record: { seq, at } }) => ({ seq, at, label: END }));

/** What the worker is seen to do about the record; undefined: it changes rows, so that no two rounds are the same. */
const stepsAbout = (history: History, from: number, open: Undrained): readonly Step[] | undefined => {
  const { group, records } = open;
  const { role } = group;
  const letters = lettersAbout(history, from, open);
  // Each round ends with one, and so did the one before the first.
  if (role === undefined || letters.length <= ROUNDS) return undefined;
  const [head] = records;
  const names = workerNames(history, role);
  const event = history.pipelineEvents.find(({ record }) => record.seq === head.seq);
  const subject = event && paymentOf(history, event);
  if (history.commits.some(({ seq, writer, changes }) => seq > from && writer === null && changes.length > 0))
    return undefined;
  const exits = history
    .of('process.exited')
    .filter(({ worker, requested }) => !requested && names.includes(worker))
    .map(({ seq, at, code, signal }) => ({ seq, at, label: `exit ${String(code ?? signal)}` }));
  const calls = subject === undefined ? [] : callsOfStage(history, role, callsOf(history, subject));
  const answers = calls.map(({ request: { seq, at }, response }) => ({
    seq,
    at,
    label: `call ${response === undefined ? 'open' : String(response.status)}`,
    ...(response === undefined || response.behaviour === 'normal' ? {} : { counted: true as const }),
  }));
  return [...letters, ...exits, ...joins(history.of('offsets.group-changed'), group.group), ...answers]
    .filter(({ seq }) => seq > from)
    .sort((a, b) => a.seq - b.seq);
};

/** What led to the first letter may have begun earlier. */
const roundsOf = (steps: readonly Step[]): readonly Round[] => {
  const rounds: Round[] = [];
  let round: Step[] = [];
  let before: Step | undefined;
  for (const step of steps) {
    round.push(step);
    if (step.label !== END) continue;
    if (before !== undefined) rounds.push({ steps: round, tookMs: step.at - before.at });
    before = step;
    round = [];
  }
  return rounds;
};

const stepsOf = ({ steps }: Round): string => steps.map(({ label }) => label).join(', ');

const median = (rounds: readonly Round[]): number =>
  rounds.map(({ tookMs }) => tookMs).sort((a, b) => a - b)[Math.floor(rounds.length / 2)] ?? 0;

/** Do the last ones take longer than the first? */
const isGrowing = (rounds: readonly Round[]): boolean => {
  const third = Math.ceil(rounds.length / 3);
  return median(rounds.slice(-third)) > median(rounds.slice(0, third)) * GROWTH + GROWTH_SLACK_MS;
};

const cycleOf = (history: History, from: number, open: Undrained): Proof | undefined => {
  const rounds = roundsOf(stepsAbout(history, from, open) ?? []).slice(-ROUNDS);
  const [first] = rounds;
  if (first === undefined || rounds.length < ROUNDS || isGrowing(rounds)) return undefined;
  const way = stepsOf(first);
  if (rounds.some((round) => stepsOf(round) !== way || round.steps.some(({ counted }) => counted === true)))
    return undefined;
  const [head] = open.records;
  return {
    description: `${open.group.group} has come back to ${recordPosition(head)} ${ROUNDS} times, each time the same way: ${way}`,
    evidence: [head.seq, ...rounds.flatMap(({ steps }) => steps.map(({ seq }) => seq))],
  };
};

/**
 * A cycle in everything that the groups still have to read: the same event given up again and again through the same visible
 * steps since `from`, with no offset moved and no row changed. Undefined: not proven.
 */
export const cycleIn = (history: History, from: number): Proof | undefined => {
  const open = undrained(history);
  // An offset that moved is progress, wherever it was.
  const moved = history.of('offsets.committed').findLast(({ by }) => by === 'worker')?.seq ?? 0;
  const last =
    history.of('kafka.record').findLast(({ topic }) => open.some(({ group }) => group.topic === topic))?.seq ?? 0;
  const since = Math.max(from, last);
  const proofs = open.flatMap((each) => cycleOf(history, since, each) ?? []);
  const first = Math.min(...proofs.flatMap(({ evidence }) => evidence.slice(1)));
  if (open.length === 0 || proofs.length < open.length || (moved > first && !isRepeated(history, first)))
    return undefined;
  return {
    description: proofs.map(({ description }) => description).join('; '),
    evidence: proofs.flatMap(({ evidence }) => evidence),
  };
};

/** Clients commit the offset they are at again and again: no commit since then says anything new. */
const isRepeated = (history: History, since: number): boolean => {
  const stood = new Map<string, number>();
  return history.of('offsets.committed').every(({ seq, group, topic, partition, offset }) => {
    const key = `${group} ${topic} ${partition}`;
    const same = stood.get(key) === offset;
    stood.set(key, offset);
    return seq <= since || same;
  });
};
