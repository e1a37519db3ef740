import { expect, test } from 'vitest';
import { WORKERS } from '../pipeline/testing.ts';
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

const commit = (b: Build, writer: string | null, changes = 1): void =>
  void b.commit(changes === 0 ? [] : [b.markChange('PURCHASE_CREATED', b.subject())], writer);
const lettered = (then: (b: Build, created: ReturnType<Build['emit']>) => void = () => {}) =>
  circling((b, created) => {
    b.deadLetter(created);
    then(b, created);
  });
const proven = ({ b }: ReturnType<typeof circling>, from = 0): boolean => cycleIn(b.history(), from) !== undefined;

test('rows that another writes, and transactions that write none, change nothing for the worker', () => {
  expect(proven(lettered((b) => commit(b, 'scenario')))).toBe(true);
  expect(proven(lettered((b) => commit(b, null, 0)))).toBe(true);
  expect(proven(lettered((b) => commit(b, null)))).toBe(false);
  // What was written before counts for nothing.
  const b = build();
  commit(b, null);
  const created = b.emit('PURCHASE_CREATED');
  for (let i = 0; i < ENOUGH; i += 1) b.deadLetter(created);
  expect(cycleIn(b.history(), 0)).toBeDefined();
});

test('letters about another event, exits of another worker and those that were asked for are no steps', () => {
  const beside = (b: Build, way: (b: Build) => void) => void way(b);
  const other = circling((b) => void b.deadLetter(b.emit('PURCHASE_CONFIRMED')));
  expect(proven(other)).toBe(false);
  let turn = 0;
  const sometimes = (does: (b: Build) => void) => {
    turn = 0;
    return lettered((b) => beside(b, (turn += 1) % 2 === 0 ? does : () => {}));
  };
  expect(proven(sometimes((b) => b.exited('purchase-worker')))).toBe(true);
  expect(proven(sometimes((b) => b.exited(ROLE, true)))).toBe(true);
  expect(proven(sometimes((b) => b.exited(ROLE)))).toBe(false);
  const joined = (group: string) => (b: Build) =>
    void b.add({
      kind: 'offsets.group-changed',
      source: 'offsets',
      position: (member += 1),
      group,
      generation: 1,
      members: [{ memberId: `n${member}`, clientId: 'c' }],
    });
  expect(proven(sometimes(joined('purchase-creation-workers')))).toBe(true);
  expect(proven(sometimes(joined(WORKERS[ROLE].consumerGroup)))).toBe(false);
});

test('an offset that moved is progress, and one that is committed again where it was is none', () => {
  const again = (offset: (i: number) => number, by: 'worker' | 'harness' = 'worker', partition = 1) => {
    let i = 0;
    return lettered(
      (b, created) => void b.commitAt(WORKERS[ROLE].consumerGroup, { ...created, partition }, offset((i += 1)), by),
    );
  };
  expect(proven(again(() => 0))).toBe(true);
  expect(proven(again((i) => i))).toBe(false);
  expect(proven(again((i) => (i < 2 ? 0 : 1)))).toBe(false);
  expect(proven(again((i) => i, 'harness'))).toBe(true);
  // What moved before the first of the ways is no part of them.
  const before = build();
  const created = before.emit('PURCHASE_CREATED');
  before.commitAt(WORKERS[ROLE].consumerGroup, { ...created, partition: 1 }, 1);
  for (let i = 0; i < ENOUGH; i += 1) before.deadLetter(created);
  expect(cycleIn(before.history(), 0)).toBeDefined();
});

test('a record that came later begins the count anew, where its topic is one that is open', () => {
  const later = (type: 'PURCHASE_CREATED' | 'TRAINER_ALLOCATED') => {
    const { b } = lettered();
    b.emit(type, 'ada');
    return cycleIn(b.history(), 0) !== undefined;
  };
  expect(later('TRAINER_ALLOCATED')).toBe(true);
  expect(later('PURCHASE_CREATED')).toBe(false);
});

test('of many rounds the last twelve count', () => {
  const { b, created } = circling((it, record) => (it.request(), void it.deadLetter(record)), 2);
  for (let i = 0; i < ENOUGH; i += 1) b.deadLetter(created);
  const proof = cycleIn(b.history(), 0);
  expect(proof?.description).toMatch(/each time the same way: letter$/);
  expect(proof?.evidence).toEqual([
    created.seq,
    ...b
      .history()
      .deadLetters.slice(-12)
      .map(({ record }) => record.seq),
  ]);
});

test('nothing that is open is no cycle', () => {
  const { b, created } = lettered();
  b.commitOffset(ROLE, created);
  expect(cycleIn(b.history(), 0)).toBeUndefined();
  expect(cycleIn(build().history(), 0)).toBeUndefined();
});
