/** Proof that a worker goes round in circles: nothing will come of it however long it is waited for. Pure. */
import type { HistoryEvent } from './events.ts';
import { undrained } from './groups.ts';
import type { Undrained } from './groups.ts';
import { recordPosition } from './history.ts';
import type { History } from './history.ts';
import { workerNames } from './liveness.ts';
import { saidBefore } from './last-words.ts';
import { originOf } from './letters.ts';
import { callsOf, paymentOf } from './subjects.ts';

export interface Proof {
  readonly description: string;
  readonly evidence: readonly number[];
}

/** One visible step of a worker on its way with an event. */
interface Step {
  readonly seq: number;
  readonly label: string;
  /** Of a call: a fault that counts its calls answered it, so that the next one finds another state. */
  readonly counted?: true;
  /** Of an exit: what that process had said of the event. */
  readonly said?: string;
}

/** Where a way ends and the same event comes again: given up on it, died, or joined its group anew. */
const ENDS = ['letter', 'exit', 'join'] as const;

/** So many times the same way. */
const TIMES = 3;

const joins = (events: readonly HistoryEvent<'offsets.group-changed'>[], group: string): readonly Step[] => {
  const known = new Set<string>();
  return events
    .filter((event) => event.group === group)
    .flatMap(({ seq, members }) => {
      const isNew = members.some(({ memberId }) => !known.has(memberId));
      for (const { memberId } of members) known.add(memberId);
      return isNew ? [{ seq, label: 'join' }] : [];
    });
};

/** What the worker is seen to do about the record; undefined: it changes rows, so that no two ways are the same. */
const stepsAbout = (history: History, from: number, { group, records }: Undrained): readonly Step[] | undefined => {
  const { role } = group;
  if (role === undefined) return undefined;
  const [head] = records;
  const names = workerNames(history, role);
  const event = history.pipelineEvents.find(({ record }) => record.seq === head.seq);
  const subject = event && paymentOf(history, event);
  if (history.commits.some(({ seq, writer, changes }) => seq > from && writer === null && changes.length > 0))
    return undefined;
  const letters = history.deadLetters
    .filter((letter) => originOf(history, letter)?.record.seq === head.seq)
    .map(({ record }) => ({ seq: record.seq, label: 'letter' }));
  const ids = [subject?.correlationId, event?.eventId].filter((id) => id !== undefined);
  const exits = history
    .of('process.exited')
    .filter(({ worker, requested }) => !requested && names.includes(worker))
    .map((exit) => ({
      seq: exit.seq,
      label: `exit ${String(exit.code ?? exit.signal)}`,
      said: saidBefore(history, exit, ids),
    }));
  const calls = subject === undefined ? [] : callsOf(history, subject);
  const answers = calls.map(({ request, response }) => ({
    seq: request.seq,
    label: `call ${response === undefined ? 'open' : String(response.status)}`,
    ...(response === undefined || response.behaviour === 'normal' ? {} : { counted: true as const }),
  }));
  return [...letters, ...exits, ...joins(history.of('offsets.group-changed'), group.group), ...answers]
    .filter(({ seq }) => seq > from)
    .sort((a, b) => a.seq - b.seq);
};

/** The ways between the ends of one kind; what led to the first end may have begun earlier. */
const waysBetween = (steps: readonly Step[], end: (typeof ENDS)[number]): readonly (readonly Step[])[] => {
  const ways: Step[][] = [];
  let way: Step[] = [];
  for (const step of steps) {
    way.push(step);
    if (!step.label.startsWith(end)) continue;
    ways.push(way);
    way = [];
  }
  return ways.slice(1);
};

const stepsOf = (way: readonly Step[]): string => way.map(({ label }) => label).join(', ');

/** A letter or a call is about the event; members may join one by one. */
const isAboutTheEvent = ({ label }: Step): boolean => label === 'letter' || label.startsWith('call ');

/**
 * What the ways are held against each other by; undefined: nothing shows that the event was had, or the next way may be another. A process may die of a
 * lock that has to run out, so only what it said of the event shows that, and it must have said the same.
 */
const shapeOf = (way: readonly Step[]): string | undefined => {
  if (way.some(({ counted }) => counted === true)) return undefined;
  if (way.some(isAboutTheEvent)) return stepsOf(way);
  const said = way.map((step) => step.said ?? '').join('');
  return said === '' ? undefined : `${stepsOf(way)}: ${said}`;
};

const cycleOf = (history: History, from: number, open: Undrained): Proof | undefined => {
  const steps = stepsAbout(history, from, open) ?? [];
  for (const end of ENDS) {
    const ways = waysBetween(steps, end).slice(-TIMES);
    // A process that lives may count its attempts, and give the event up at the next.
    if (end === 'join' && !ways.every((each) => each.some(({ label }) => label === 'letter'))) continue;
    const [way] = ways;
    const shapes = new Set(ways.map(shapeOf));
    if (way === undefined || ways.length < TIMES || shapes.size !== 1 || shapes.has(undefined)) continue;
    const [head] = open.records;
    return {
      description: `${open.group.group} has come back to ${recordPosition(head)} ${TIMES} times, each time the same way: ${stepsOf(way)}`,
      evidence: [head.seq, ...ways.flat().map(({ seq }) => seq)],
    };
  }
  return undefined;
};

/**
 * A cycle in everything that the groups still have to read: three times the same event through the same visible steps
 * since `from`, with no offset moved and no row changed. Undefined: not proven.
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
