import { expect, test } from 'vitest';
import { WORKERS } from '../pipeline/pipeline.ts';
import { cycleIn } from './cycles.ts';
import { build } from './testing/build.ts';
import type { Build } from './testing/build.ts';

const ROLE = 'allocation-worker';
let member = 0;

/** The consumer comes back under another id. */
const join = (b: Build): void =>
  void b.add({
    kind: 'offsets.group-changed',
    source: 'offsets',
    position: member,
    group: WORKERS[ROLE].consumerGroup,
    generation: 1,
    members: [{ memberId: `m${(member += 1)}`, clientId: 'c' }],
  });

/** More rounds than anybody counts, and the one that cannot be held against one before. */
const ENOUGH = 13;

/** A history with an event that nobody gets past; `way` is gone so many times. */
const circling = (way: (b: Build, created: ReturnType<Build['emit']>, round: number) => void, times = ENOUGH) => {
  const b = build({});
  const created = b.emit('PURCHASE_CREATED');
  for (let round = 0; round < times; round += 1) way(b, created, round);
  return { b, created };
};
const proofOf = ({ b }: ReturnType<typeof circling>, from = 0) => cycleIn(b.history(), from);

test('the same letter about the same event, more often than anybody counts, with the offset unmoved, is a cycle', () => {
  const { b, created } = circling((it, record) => void it.deadLetter(record));
  const proof = cycleIn(b.history(), 0);
  expect(proof?.description).toContain(
    'has come back to purchase-created-0@0 12 times, each time the same way: letter',
  );
  expect(proof?.evidence[0]).toBe(created.seq);
  expect(proof?.evidence).toHaveLength(13);
});

test.each<[string, (b: Build, record: ReturnType<Build['emit']>) => void]>([
  ['the process dies of it', (b, record) => (b.deadLetter(record), void b.exited(ROLE))],
  ['the consumer joins anew', (b, record) => (b.deadLetter(record), join(b))],
  ['it calls in vain', (b, record) => (b.respond(b.request(), undefined, { status: 500 }), void b.deadLetter(record))],
])('also where %s each time', (_, way) => {
  expect(proofOf(circling(way))).toBeDefined();
  expect(proofOf(circling(way, ENOUGH - 1))).toBeUndefined();
});

/** Another process each time, which says the same words before it dies. */
const dying = (b: Build, _: unknown, round: number): void => {
  const of = { source: 'process', worker: ROLE, pid: 100 + round } as const;
  b.add({ kind: 'process.started', ...of });
  join(b);
  b.add({ kind: 'process.log', ...of, stream: 'stdout', line: `TypeError at event of ${b.subject().correlationId}` });
  b.add({ kind: 'process.exited', ...of, code: 1, signal: null, requested: false });
};

test.each<[string, (b: Build, record: ReturnType<Build['emit']>, round: number) => void]>([
  ['members join one by one', join],
  ['a process dies each time by the same words: it may count that in a store of its own', dying],
  ['a process that lives tries again and again: it may count, and give up at the next', (b) => void b.request()],
  ['it joins anew after each attempt', (b) => (b.respond(b.request(), undefined, { status: 500 }), join(b))],
])('it is none where nobody gave the event up, however often: %s', (_, way) =>
  expect(proofOf(circling(way, 40))).toBeUndefined(),
);

test('it is none while something changes: the way, a row, an offset, or what happened before', () => {
  const longer = circling((b, record, round) => {
    for (let i = 0; i < round; i += 1) b.request();
    b.deadLetter(record);
  });
  expect(proofOf(longer)).toBeUndefined();

  const writing = circling((b, record) => (b.deadLetter(record), void b.mark('PURCHASE_CONFIRMED')));
  expect(proofOf(writing)).toBeUndefined();

  const passed = circling((b, record) => void b.deadLetter(record));
  passed.b.commitOffset(ROLE, passed.created);
  expect(proofOf(passed)).toBeUndefined();

  const earlier = circling((b, record) => void b.deadLetter(record));
  expect(proofOf(earlier, earlier.b.events.length - 2)).toBeUndefined();
});

/** Letters at these moments. */
const lettersAt = (moments: readonly number[]) => {
  const circle = circling((b, record, round) => {
    b.deadLetter(record);
    b.events.push({ ...b.events.pop()!, at: moments[round] ?? 0 });
  }, moments.length);
  return proofOf(circle);
};

test('it is none while each round takes longer: a back-off that grows has an end', () => {
  const rounds = Array.from({ length: ENOUGH }, (_, i) => i);
  expect(lettersAt(rounds.map((i) => 300 * 2 ** i))).toBeUndefined();
  expect(lettersAt(rounds.map((i) => 300 * i))).toBeDefined();
  // A busy machine, and a back-off that is as long as it gets.
  expect(lettersAt(rounds.map((i) => 300 * i + (i % 3) * 90))).toBeDefined();
  const capped = Array.from({ length: 30 }, (_, i) => 300 * 2 ** Math.min(i, 5) + Math.max(0, i - 5) * 9_600);
  expect(lettersAt(capped)).toBeDefined();
});

test('it is none while another event is open, which may still get on', () => {
  const { b } = circling((it, record) => void it.deadLetter(record));
  b.emit('PURCHASE_CREATED', 'ada', { partition: 2 });
  expect(cycleIn(b.history(), 0)).toBeUndefined();
});

test('it is none while a fault that counts its calls answers them: the next call may be the first that is served', () => {
  const failing = (behaviour: string) =>
    circling((b, record) => {
      b.respond(b.request(), undefined, { status: 500, behaviour });
      b.deadLetter(record);
    });
  expect(proofOf(failing('normal'))).toBeDefined();
  expect(proofOf(failing('fails'))).toBeUndefined();
});
