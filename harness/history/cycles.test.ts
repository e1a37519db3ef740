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

/** A history with an event that nobody gets past; `way` is gone so many times. */
const circling = (way: (b: Build, created: ReturnType<Build['emit']>) => void, times = 4) => {
  const b = build({});
  const created = b.emit('PURCHASE_CREATED');
  for (let i = 0; i < times; i += 1) way(b, created);
  return { b, created };
};

test('three times the same letter about the same event, with the offset unmoved, is a cycle', () => {
  const { b, created } = circling((it, record) => void it.deadLetter(record));
  const proof = cycleIn(b.history(), 0);
  expect(proof?.description).toContain('has come back to purchase-created-0@0 3 times, each time the same way: letter');
  expect(proof?.evidence[0]).toBe(created.seq);
  expect(proof?.evidence).toHaveLength(4);
});

test.each<[string, (b: Build, record: ReturnType<Build['emit']>) => void]>([
  ['the process dies of it', (b) => (b.request(), void b.exited(ROLE))],
  ['the consumer joins anew', (b, record) => (b.deadLetter(record), join(b))],
])('also where %s each time', (_, way) => {
  expect(cycleIn(circling(way).b.history(), 0)).toBeDefined();
  expect(cycleIn(circling(way, 3).b.history(), 0)).toBeUndefined();
});

test.each<[string, (b: Build, record: ReturnType<Build['emit']>) => void]>([
  ['nothing shows that the event came again: members may join one by one', join],
  ['nor that a process died of it', (b) => void b.exited(ROLE)],
  ['attempts alone may end', (b) => void b.request()],
])('it is none when %s', (_, way) => expect(cycleIn(circling(way, 9).b.history(), 0)).toBeUndefined());

test('it is none while something changes: the way, a row, an offset, or what happened before', () => {
  let times = 0;
  const longer = circling((b, record) => {
    for (let i = 0; i < times; i += 1) b.request();
    times += 1;
    b.deadLetter(record);
  });
  expect(cycleIn(longer.b.history(), 0)).toBeUndefined();

  const writing = circling((b, record) => (b.deadLetter(record), void b.mark('PURCHASE_CONFIRMED')));
  expect(cycleIn(writing.b.history(), 0)).toBeUndefined();

  const passed = circling((b, record) => void b.deadLetter(record));
  passed.b.commitOffset(ROLE, passed.created);
  expect(cycleIn(passed.b.history(), 0)).toBeUndefined();

  const earlier = circling((b, record) => void b.deadLetter(record));
  expect(cycleIn(earlier.b.history(), earlier.b.events.length - 2)).toBeUndefined();
});

test('it is none while another event is open, which may still get on', () => {
  const { b } = circling((it, record) => void it.deadLetter(record));
  b.emit('PURCHASE_CREATED', 'ada', { partition: 2 });
  expect(cycleIn(b.history(), 0)).toBeUndefined();
});

/** Another process each time; `line` gives what it says before it dies. */
const dying = (line: (b: Build, record: ReturnType<Build['emit']>, pid: number) => string, code = () => 1) => {
  let pid = 100;
  return circling((b, record) => {
    pid += 1;
    const of = { source: 'process', worker: ROLE, pid } as const;
    b.add({ kind: 'process.started', ...of });
    join(b);
    b.add({ kind: 'process.log', ...of, stream: 'stdout', line: line(b, record, pid) });
    b.add({ kind: 'process.exited', ...of, code: code(), signal: null, requested: false });
  });
};

const named = (b: Build): string => `event of ${b.subject().correlationId}`;

test('a process that dies each time after the same words about the event, by the same code, is a cycle', () => {
  const { b } = dying((it, _, pid) => `2026-01-01T10:00:${pid % 60}.123Z [${pid}] TypeError at ${named(it)}`);
  expect(cycleIn(b.history(), 0)?.description).toMatch(/ 3 times, each time the same way: join, exit 1$/);
});

test('it is none when it said nothing of the event, counts, says something else or ends otherwise', () => {
  expect(cycleIn(dying(() => 'TypeError').b.history(), 0)).toBeUndefined();
  let attempt = 0;
  expect(cycleIn(dying((b) => `attempt ${(attempt += 1)} at ${named(b)}`).b.history(), 0)).toBeUndefined();
  let code = 0;
  expect(cycleIn(dying(named, () => (code += 1)).b.history(), 0)).toBeUndefined();
});

test('it is none while a fault that counts its calls answers them: the next call may be the first that is served', () => {
  const failing = (behaviour: string) =>
    circling((b, record) => {
      b.respond(b.request(), undefined, { status: 500, behaviour });
      b.deadLetter(record);
    });
  expect(cycleIn(failing('normal').b.history(), 0)).toBeDefined();
  expect(cycleIn(failing('fails').b.history(), 0)).toBeUndefined();
});

test('nor while a process that lives joins anew after each attempt: it may count them, and give up at the next', () => {
  const trying = circling((b) => (b.respond(b.request(), undefined, { status: 500 }), join(b)), 9);
  expect(cycleIn(trying.b.history(), 0)).toBeUndefined();
});
