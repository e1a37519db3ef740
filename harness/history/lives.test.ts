import { expect, test } from 'vitest';
import type { HistoryEvent } from './events.ts';
import { isThere, passedBy, committedOffset, isOfThisTrial, undrained } from './groups.ts';
import { openHistory } from './history.ts';
import type { History } from './history.ts';
import { build } from './testing/build.ts';
import type { Build } from './testing/build.ts';
import type { KafkaRecord } from './testing/kafka.ts';

const TOPIC = 'purchase-created';
const GROUP = { group: 'trainer-allocation-workers', topic: TOPIC };

/** The lives of what the history holds of the topic, in order of arrival. */
const livesIn = (history: History): readonly (readonly number[])[] =>
  history.events.flatMap((event) =>
    (event.kind === 'kafka.record' || event.kind === 'offsets.committed' || event.kind === 'kafka.produced') &&
    event.topic === TOPIC
      ? [history.lives.of(event)]
      : [],
  );

const inBoth = (tell: (b: Build) => void): void => {
  for (const lives of [true, false]) tell(build({ lives }));
};

test('a topic that was never deleted has one life', () =>
  inBoth((b) => {
    b.commitOffset('allocation-worker', b.emit('PURCHASE_CREATED'));
    expect(livesIn(b.history())).toEqual([[0], [0]]);
    expect(b.history().lives.latest(TOPIC)).toBe(0);
  }));

test('offsets that begin again and tombstones part the lives, whether or not they were recorded', () =>
  inBoth((b) => {
    const old = b.emit('PURCHASE_CREATED');
    b.commitOffset('allocation-worker', old);
    b.recreateTopic(TOPIC);
    const anew = b.emit('PURCHASE_CREATED');
    expect(anew.offset).toBe(0);
    expect(livesIn(b.history())).toEqual([[0], [0], [0], [1]]);
    const passed = b.commitOffset('allocation-worker', anew);
    const history = b.history();
    expect(livesIn(history).at(-1)).toEqual([1]);
    expect(passedBy(history, 'allocation-worker', anew)?.seq).toBe(passed);
    expect(passedBy(history, 'allocation-worker', old)?.seq).toBeLessThan(passed);
    expect([isThere(history, old), isThere(history, anew)]).toEqual(['no', 'yes']);
  }));

test('a commit in the new life is not past an event of the old one, and the other way round', () =>
  inBoth((b) => {
    const old = b.emit('PURCHASE_CREATED');
    b.emit('PURCHASE_CREATED');
    b.recreateTopic(TOPIC);
    b.commitOffset('allocation-worker', b.emit('PURCHASE_CREATED', 'ada', { partition: 0 }));
    expect(passedBy(b.history(), 'allocation-worker', old)).toBeUndefined();
  }));

test('a worker’s record at the position that the harness’s had in another life is the worker’s', () =>
  inBoth((b) => {
    b.emit('PURCHASE_CREATED', 'ada', { by: 'scenario' });
    b.recreateTopic(TOPIC);
    b.emit('PURCHASE_CREATED');
    expect(b.history().pipelineEvents.map(({ byHarness }) => byHarness)).toEqual([true, false]);
  }));

test('nor is a record of another payment the harness’s, at the same position', () => {
  const b = build({ subjects: ['ada', 'ben'] });
  const record = b.emit('PURCHASE_CREATED', 'ada', { by: 'scenario' });
  b.events[record.seq - 1] = { ...record, correlationId: b.subject('ben').correlationId } as HistoryEvent;
  expect(b.history().pipelineEvents[0]?.byHarness).toBe(false);
});

test('what was read before a barrier is of no life that began after it; arrival alone does not say so', () => {
  const made = (between: (b: Build) => void): KafkaRecord & { readonly history: History } => {
    const b = build({ lives: false });
    const record = b.emit('PURCHASE_CREATED');
    between(b);
    b.recreateTopic(TOPIC);
    return { ...record, history: b.history() };
  };
  const either = made(() => {});
  expect(livesIn(either.history)).toEqual([[0, 1]]);
  expect(isThere(either.history, either)).toBe('maybe');
  const proven = made((b) => void b.barrier());
  expect(livesIn(proven.history)).toEqual([[0]]);
  expect(isThere(proven.history, proven)).toBe('no');
});

test('what was read after a deletion may be of either life, until a barrier lies between', () => {
  const made = (between: (b: Build) => void): KafkaRecord & { readonly history: History } => {
    const b = build({ lives: false });
    b.recreateTopic(TOPIC);
    between(b);
    const record = b.emit('PURCHASE_CREATED');
    b.commitOffset('allocation-worker', record);
    return { ...record, history: b.history() };
  };
  const either = made(() => {});
  expect(livesIn(either.history)).toEqual([
    [0, 1],
    [0, 1],
  ]);
  expect(isThere(either.history, either)).toBe('maybe');
  expect(passedBy(either.history, 'allocation-worker', either)).toBeUndefined();
  expect(undrained(either.history)).toEqual([]);
  const proven = made((b) => void b.barrier());
  expect(livesIn(proven.history)).toEqual([[1], [1]]);
  expect(livesIn(made((b) => void b.barrier(['kafka'])).history)[0]).toEqual([0, 1]);
});

test('nobody writes of a payment before it was published, unless a row of the harness’s may have told of it', () => {
  const published = (told: (b: Build) => void): readonly (readonly number[])[] => {
    const b = build({ lives: false });
    b.recreateTopic(TOPIC);
    b.emit('PURCHASE_CONFIRMED', 'ada', { by: 'payment-service' });
    b.emit('PURCHASE_CREATED');
    // Of which the harness hears in whatever order.
    told(b);
    return livesIn(b.history());
  };
  expect(published(() => {})).toEqual([[1]]);
  expect(published((b) => void b.purchase('ada', { writer: 'payment-service' }))).toEqual([[0, 1]]);
});

test('before its own beginning there was nothing of the trial, and a topic made anew begins at 0', () => {
  const begun = (first: number): readonly (readonly number[])[] => {
    const b = build({ lives: false });
    b.events[1] = { ...b.events[1], ends: { [TOPIC]: { 0: 3 } } } as never;
    b.recreateTopic(TOPIC);
    const record = b.emit('PURCHASE_CREATED');
    b.events[record.seq - 1] = { ...record, offset: first };
    const history = b.history();
    expect(isOfThisTrial(history, history.of('kafka.record')[0]!)).toBe(true);
    return livesIn(history);
  };
  expect(begun(0)).toEqual([[1]]);
  expect(begun(3)).toEqual([[0]]);
});

test('a topic that is gone holds nothing, and no offset', () =>
  inBoth((b) => {
    const record = b.emit('PURCHASE_CREATED');
    b.commitOffset('allocation-worker', record);
    b.deleteTopic(TOPIC);
    const history = b.history();
    expect(history.lives.latest(TOPIC)).toBeUndefined();
    expect(isThere(history, record)).toBe('no');
    expect(committedOffset(history, GROUP, 0)).toEqual({ offset: undefined, event: undefined });
  }));

test('a group that a worker made for itself has work open where it has a member', () => {
  const b = build();
  const retry = 'purchase-created-retry';
  b.raw(retry, b.subject(), { json: {} });
  expect(undrained(b.history())).toEqual([]);
  b.add({
    kind: 'offsets.group-described',
    source: 'offsets',
    group: 'retries',
    state: 'Stable',
    members: [{ memberId: 'm', clientId: 'c', topics: [retry] }],
  });
  // One that never commits anywhere may read all the same.
  expect(undrained(b.history())).toEqual([]);
  b.commitAt('retries', { topic: retry, partition: 1 }, 1);
  expect(undrained(b.history())).toMatchObject([{ group: { group: 'retries', topic: retry }, committed: undefined }]);
  b.commitAt('retries', { topic: retry, partition: 0 }, 1);
  expect(undrained(b.history())).toEqual([]);
});

test('what a group had committed before its tombstone shows which life had the records', () => {
  const b = build({ lives: false });
  b.recreateTopic('trainer-allocated');
  const record = b.emit('PURCHASE_CREATED');
  b.commitOffset('allocation-worker', record);
  b.recreateTopic(TOPIC);
  // The harness hears of the record only after it has deleted the topic.
  const others = b.events.filter((event) => event !== record);
  const history = openHistory([...others, record].map((event, i) => ({ ...event, seq: i + 1 })));
  const late = history.of('kafka.record')[0]!;
  expect(history.lives.of(late)).toEqual([0]);
  expect(passedBy(history, 'allocation-worker', late)).toBeDefined();
});

test('the harness’s word is about a worker’s record at the same position in another life only where no other can be meant', () => {
  const b = build({ lives: false });
  b.emit('PURCHASE_CONFIRMED', 'ada', { by: 'payment-service' });
  b.emit('PURCHASE_CREATED');
  b.recreateTopic(TOPIC);
  b.emit('PURCHASE_CREATED', 'ada', { by: 'scenario' });
  b.recreateTopic(TOPIC);
  expect(livesIn(b.history())).toEqual([[0, 1], [1], [1, 2]]);
});

test('where somebody else made the topic anew the harness’s deletions do not count its lives', () => {
  const b = build({ lives: false });
  const old = b.emit('PURCHASE_CREATED');
  b.commitOffset('allocation-worker', old);
  const { seq: _, at: __, ...again } = old;
  b.add(again);
  b.barrier();
  expect(livesIn(b.history())).toEqual([[0], [0, 1], [1]]);
  expect(passedBy(b.history(), 'allocation-worker', old)).toBeUndefined();
});
