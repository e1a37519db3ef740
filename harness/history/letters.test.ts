import { expect, test } from 'vitest';
import { deadLettersOf, disputedIn, lettersOf, originOf } from './letters.ts';
import { eventsOnce, tellingsOf } from './tellings.ts';
import { build } from './testing/build.ts';
import type { Build } from './testing/build.ts';
import type { KafkaRecord } from './testing/kafka.ts';

const TYPE = 'PURCHASE_CREATED';
const RETRY = 'purchase-created-retry';

/** Letters about a payment's PURCHASE_CREATED, by seq. */
const about = (b: Build, name: string): readonly number[] =>
  deadLettersOf(b.history(), b.subject(name), TYPE).map(({ record }) => record.seq);
const origin = (b: Build): number | undefined => originOf(b.history(), b.history().deadLetters[0]!)?.record.seq;
const disputed = (b: Build): readonly string[] => disputedIn(b.history(), b.history().deadLetters[0]!);

const two = (): { readonly b: Build; readonly ada: KafkaRecord; readonly ben: KafkaRecord } => {
  const b = build({ subjects: ['ada', 'ben'] });
  for (const name of ['ada', 'ben']) b.emit('PURCHASE_CONFIRMED', name, { by: 'payment-service' });
  return { b, ada: b.emit(TYPE, 'ada'), ben: b.emit(TYPE, 'ben') };
};
const eventIdOf = ({ json }: KafkaRecord): unknown => (json as { _metadata: { eventId: string } })._metadata.eventId;

test('a letter is about the event that its position, ids and content say', () => {
  const { b, ada } = two();
  const letter = b.deadLetter(ada);
  expect([origin(b), disputed(b)]).toEqual([ada.seq, []]);
  expect([about(b, 'ada'), about(b, 'ben')]).toEqual([[letter.seq], []]);
});

test.each<[string, (ben: KafkaRecord, b: Build) => Readonly<Record<string, unknown>>, string]>([
  ['ids', (ben, b) => ({ correlationId: b.subject('ben').correlationId, eventId: eventIdOf(ben) }), 'ids'],
  ['position', ({ partition, offset }) => ({ originalPartition: partition, originalOffset: offset }), 'position'],
  ['topic', () => ({ originalTopic: 'purchase-confirmed' }), 'position'],
])('one that carries another’s %s is held against its origin, and excuses no other', (_, claims, what) => {
  const { b, ada, ben } = two();
  const letter = b.deadLetter(ada, { headers: {}, value: claims(ben, b) });
  expect([origin(b), disputed(b)]).toEqual([ada.seq, [what]]);
  expect([about(b, 'ada'), about(b, 'ben')]).toEqual([[letter.seq], []]);
  expect(deadLettersOf(b.history(), b.subject('ada'), 'PURCHASE_CONFIRMED')).toEqual([]);
});

test('one whose event said nothing of itself is about the event at its position, whatever payment it names', () => {
  const { b, ben } = two();
  const poison = b.raw('purchase-created', b.subject('ada'), { raw: '{}', by: 'scenario' });
  b.deadLetter(poison, {
    headers: {},
    value: { correlationId: b.subject('ben').correlationId, eventId: eventIdOf(ben) },
  });
  expect([origin(b), disputed(b)]).toEqual([poison.seq, ['ids']]);
  expect(about(b, 'ben')).toEqual([]);
});

test.each([[''], [' '], [null], [undefined], ['x'], [-1], [1.5]])('the offset %j is no position', (originalOffset) => {
  const { b, ben } = two();
  b.deadLetter(ben, { headers: {}, value: { originalOffset, originalEvent: null } });
  expect(b.history().deadLetters[0]?.offset).toBeUndefined();
  // Its ids say which it is, not the first record of the topic.
  expect(origin(b)).toBe(ben.seq);
});

test('a body that leaves a position blank is told by its headers', () => {
  const { b, ben } = two();
  b.deadLetter(ben, { value: { originalOffset: ' ', originalPartition: '' } });
  expect(b.history().deadLetters[0]).toMatchObject({ partition: ben.partition, offset: ben.offset });
});

test('a letter that only names a payment is about none of its events, and speaks for the payment', () => {
  const b = build();
  const nothing = { originalPartition: null, originalOffset: null, originalEvent: null, eventId: undefined };
  b.emit('PURCHASE_CONFIRMED', 'ada', { by: 'payment-service' });
  const created = b.emit(TYPE);
  const letter = b.deadLetter(created, { headers: {}, value: { ...nothing, originalTopic: null } });
  expect(origin(b)).toBeUndefined();
  expect(about(b, 'ada')).toEqual([letter.seq]);
  const named = build();
  named.emit('PURCHASE_CONFIRMED', 'ada', { by: 'payment-service' });
  named.deadLetter(named.emit(TYPE), { headers: {}, value: { ...nothing, originalTopic: 'purchase-confirmed' } });
  expect(about(named, 'ada')).toEqual([]);
});

test('a letter is about the event of its own life of the topic', () => {
  const { b, ada } = two();
  b.recreateTopic('purchase-created');
  const anew = b.emit(TYPE, 'ben', { partition: 0 });
  expect([anew.partition, anew.offset]).toEqual([ada.partition, ada.offset]);
  const letter = b.deadLetter(anew);
  expect(origin(b)).toBe(anew.seq);
  expect([about(b, 'ada'), about(b, 'ben')]).toEqual([[], [letter.seq]]);
});

test('two records with one eventId are one event, also in a topic of a worker’s own', () => {
  const { b, ada } = two();
  const again = b.emit(TYPE, 'ada');
  const elsewhere = b.raw(RETRY, b.subject('ada'), { headers: ada.headers, json: ada.json });
  b.raw(RETRY, b.subject('ada'), { headers: {}, json: { type: 'SOMETHING' } });
  const history = b.history();
  const [first] = history.pipelineEvents.filter(({ type }) => type === TYPE);
  expect(tellingsOf(history, first!).map(({ record }) => record.seq)).toEqual([ada.seq, again.seq, elsewhere.seq]);
  expect(eventsOnce(history, history.pipelineEvents)).toHaveLength(4);
  expect(history.eventsElsewhere.map(({ record }) => record.seq)).toEqual([elsewhere.seq]);
  // What happened to one telling happened to the event.
  const letter = b.deadLetter(elsewhere);
  expect(about(b, 'ada')).toEqual([letter.seq]);
  expect(
    lettersOf(
      b.history(),
      b.history().pipelineEvents.find(({ record }) => record.seq === again.seq)!,
    ),
  ).toHaveLength(1);
});

test('events of different payments are different, whatever their eventId; without one each is its own', () => {
  const b = build({ subjects: ['ada', 'ben'] });
  for (const name of ['ada', 'ben']) b.emit(TYPE, name, { eventId: '1' });
  for (const name of ['ada', 'ada']) b.emit(TYPE, name, { headers: {}, value: { _metadata: {} } });
  const history = b.history();
  expect(history.pipelineEvents.map((event) => tellingsOf(history, event).length)).toEqual([1, 1, 1, 1]);
});

/** The event that a bare letter about ada's and ben's PURCHASE_CREATED is found to be about, by what it says. */
const bare = (
  says: (ada: KafkaRecord, ben: KafkaRecord) => Readonly<Record<string, unknown>>,
  { key = null, more = () => {} }: { key?: string | null; more?: (b: Build, ada: KafkaRecord) => void } = {},
): string => {
  const { b, ada, ben } = two();
  more(b, ada);
  b.raw('dead-letter-queue', b.subject(), { json: says(ada, ben), key, headers: {} });
  const found = origin(b);
  return found === ada.seq ? 'ada' : found === ben.seq ? 'ben' : found === undefined ? 'none' : 'another';
};
const positionOf = ({ topic, partition, offset }: KafkaRecord) => ({
  originalTopic: topic,
  originalPartition: partition,
  originalOffset: offset,
});
const metaOf = ({ json }: KafkaRecord) => (json as { _metadata: { eventId: string; correlationId: string } })._metadata;

test('a letter finds its event by whatever it says truly, and by nothing where it says nothing', () => {
  expect(bare(() => ({}))).toBe('none');
  expect(bare((ada) => positionOf(ada))).toBe('ada');
  expect(bare((ada) => ({ ...positionOf(ada), originalTopic: undefined }))).toBe('none');
  expect(bare((ada) => ({ ...positionOf(ada), originalPartition: undefined }))).toBe('none');
  expect(bare((ada) => ({ ...positionOf(ada), originalOffset: undefined }))).toBe('none');
  expect(bare((ada) => ({ eventId: metaOf(ada).eventId }))).toBe('ada');
  expect(bare((_, ben) => ({ originalEvent: ben.json }))).toBe('ben');
  const { eventId, correlationId } = {
    eventId: (ada: KafkaRecord) => metaOf(ada).eventId,
    correlationId: (ada: KafkaRecord) => metaOf(ada).correlationId,
  };
  expect(bare((ada) => ({ originalEvent: { _metadata: { eventId: eventId(ada) } } }))).toBe('ada');
  // A payment has events in two topics: its id alone finds none, with its topic the one.
  expect(bare((ada) => ({ correlationId: correlationId(ada) }))).toBe('none');
  expect(bare((ada) => ({ correlationId: correlationId(ada), originalTopic: 'purchase-created' }))).toBe('ada');
  expect(bare((ada) => ({ correlationId: correlationId(ada), originalTopic: 'purchase-confirmed' }))).toBe('another');
  expect(bare((ada) => ({ originalEvent: { type: TYPE, _metadata: { correlationId: correlationId(ada) } } }))).toBe(
    'ada',
  );
  expect(bare((ada) => ({ originalEvent: { type: 4, _metadata: { correlationId: correlationId(ada) } } }))).toBe(
    'none',
  );
  expect(
    bare((ada) => ({
      originalEvent: { type: 'PURCHASE_CONFIRMED', _metadata: { correlationId: correlationId(ada) } },
    })),
  ).toBe('another');
  expect(bare((ada) => ({ originalEvent: { type: 'PURCHASE_CONFIRMED', _metadata: { eventId: eventId(ada) } } }))).toBe(
    'none',
  );
});

test('of what disagrees the most is believed, and the position before ids or content alone', () => {
  const ids = (of: KafkaRecord) => ({ eventId: metaOf(of).eventId, correlationId: metaOf(of).correlationId });
  expect(bare((ada, ben) => ({ ...positionOf(ada), ...ids(ben) }))).toBe('ada');
  expect(bare((ada, ben) => ({ ...positionOf(ada), originalEvent: ben.json }))).toBe('ada');
  expect(bare((ada, ben) => ({ ...positionOf(ada), ...ids(ben), originalEvent: ben.json }))).toBe('ben');
  // An eventId of the one and a correlation id of the other say neither.
  expect(bare((ada, ben) => ({ eventId: metaOf(ada).eventId, correlationId: metaOf(ben).correlationId }))).toBe('none');
  expect(bare((ada, ben) => ({ ...ids(ada), originalEvent: ben.json }))).toBe('none');
});

test('of events with the same ids it is the one in the topic that is named, and never against a position', () => {
  const again = (b: Build, ada: KafkaRecord): void =>
    void b.raw(RETRY, b.subject(), { json: ada.json, headers: ada.headers });
  const ids = (of: KafkaRecord) => ({ eventId: metaOf(of).eventId, correlationId: metaOf(of).correlationId });
  expect(bare((ada) => ({ ...ids(ada), originalTopic: RETRY }), { more: again })).toBe('another');
  expect(bare((ada) => ({ ...ids(ada), originalTopic: 'purchase-created' }), { more: again })).toBe('ada');
  expect(bare((ada) => ({ ...ids(ada), ...positionOf(ada) }), { more: again })).toBe('ada');
  // In a topic that nobody has read, it is the event all the same.
  expect(bare((ada) => ({ ...ids(ada), originalTopic: 'elsewhere' }))).toBe('ada');
  expect(bare((ada) => ({ correlationId: metaOf(ada).correlationId, originalTopic: 'elsewhere' }))).toBe('none');
});

test('a letter is about an event that nobody consumes only by its position', () => {
  const announced = (says: (record: KafkaRecord) => Readonly<Record<string, unknown>>) => {
    const b = build();
    const record = b.emit('TRAINER_ALLOCATED');
    b.raw('dead-letter-queue', b.subject(), { json: says(record), key: null, headers: {} });
    return origin(b) === record.seq;
  };
  expect(announced((record) => positionOf(record))).toBe(true);
  expect(announced((record) => ({ ...metaOf(record) }))).toBe(false);
  expect(announced(({ json }) => ({ originalEvent: json }))).toBe(false);
});

test('what a letter says of its event that is not true is disputed, and only what it says', () => {
  const of = (says: (ada: KafkaRecord, ben: KafkaRecord) => Readonly<Record<string, unknown>>) => {
    const { b, ada, ben } = two();
    b.raw('dead-letter-queue', b.subject(), { json: says(ada, ben), key: null, headers: {} });
    return disputed(b);
  };
  expect(of((ada) => positionOf(ada))).toEqual([]);
  expect(of((ada) => ({ eventId: metaOf(ada).eventId }))).toEqual([]);
  expect(of((ada, ben) => ({ ...positionOf(ada), eventId: metaOf(ben).eventId }))).toEqual(['ids']);
  expect(of((ada, ben) => ({ ...positionOf(ada), correlationId: metaOf(ben).correlationId }))).toEqual(['ids']);
  expect(
    of((ada, ben) => ({ ...positionOf(ada), originalEvent: { _metadata: { eventId: metaOf(ben).eventId } } })),
  ).toEqual(['content']);
  expect(
    of((ada, ben) => ({
      ...positionOf(ada),
      originalEvent: { _metadata: { correlationId: metaOf(ben).correlationId } },
    })),
  ).toEqual(['content']);
  expect(of((ada, ben) => ({ ...positionOf(ada), originalEvent: { type: 'x', of: ben.seq } }))).toEqual([]);
  expect(of(() => ({ eventId: 'nobody' }))).toEqual([]);
});

test('a letter of an event that was never read speaks for the payment it names, about its own topic', () => {
  const speaks = (says: Readonly<Record<string, unknown>>, name = 'ada') => {
    const b = build({ subjects: ['ada', 'ben'] });
    b.raw('dead-letter-queue', b.subject(), {
      json: { correlationId: b.subject(name).correlationId, ...says },
      headers: {},
    });
    const of = (type?: 'PURCHASE_CREATED' | 'PURCHASE_CONFIRMED') =>
      deadLettersOf(b.history(), b.subject(), type).length;
    return [of(), of(TYPE), of('PURCHASE_CONFIRMED')];
  };
  expect(speaks({})).toEqual([1, 1, 1]);
  expect(speaks({ originalTopic: 'purchase-created' })).toEqual([1, 1, 0]);
  expect(speaks({}, 'ben')).toEqual([0, 0, 0]);
});
