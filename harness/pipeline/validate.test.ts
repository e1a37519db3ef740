import { expect, test } from 'vitest';
import { formatProblem } from '../base/problems.ts';
import { shippedPipeline } from './shipped.ts';
import { declarationProblems } from './validate.ts';

const wrong = (value: unknown): readonly string[] =>
  declarationProblems(value).map((problem) => formatProblem(problem, value));

const { subject, topics, events, entities, stages, services } = shippedPipeline;
const stage = stages['allocation-worker'];

const without = (value: object, ...keys: readonly string[]): object =>
  Object.fromEntries(Object.entries(value).filter(([key]) => !keys.includes(key)));

test('the shipped declaration is right, and stays what it is as JSON', () => {
  expect(wrong(shippedPipeline)).toEqual([]);
  expect(JSON.parse(JSON.stringify(shippedPipeline))).toEqual(shippedPipeline);
});

test('two events in one topic, two stages on one event, one that brings about no rows, rows of one table in two states', () => {
  const forwards = without({ ...stage, group: 'g', announces: ['X'] }, 'effect', 'calls');
  const over = {
    topics: { ...topics, 'trainer-allocated': { compacted: true } },
    events: { ...events, X: { topic: 'trainer-allocated', eventIds: ['x-{purchaseId}-*'] } },
    entities: { ...entities, started: { ...entities.allocation, counts: [{ status: 'active' }] } },
    stages: {
      ...stages,
      forwards,
      starts: { group: 'h', consumes: 'X', attempts: 1, effect: 'started', announces: [] },
    },
  };
  expect(wrong({ ...shippedPipeline, ...over })).toEqual([]);
});

test.each<[string, object, string]>([
  [
    'an unknown topic',
    { events: { ...events, X: { topic: 'purchase-creatd' } } },
    'events.X.topic: "purchase-creatd": allowed: purchase-confirmed',
  ],
  [
    'an event among what workers give up',
    { events: { ...events, X: { topic: 'dead-letter-queue' } } },
    'events.X.topic: "dead-letter-queue": must be another topic: dead-letter-queue takes what workers give up',
  ],
  [
    'letters that take each other away',
    { topics: { ...topics, 'dead-letter-queue': { deadLetters: true, compacted: true } } },
    'topics.dead-letter-queue.compacted: true: must be left out',
  ],
  [
    'ids that are no UUIDs, unsaid',
    { subject: { ...shippedPipeline.subject, drawn: 'number' } },
    "ids: missing: must be 'text': some of the subject's ids are drawn as something else",
  ],
  [
    'a stub that is none',
    { services: { x: { ...shippedPipeline.services['admin-service'], stub: [] } } },
    "services.x.stub: []: must be a list of MSW's request handlers",
  ],
  [
    'a setting that no behaviour takes',
    { services: { x: { ...shippedPipeline.services['admin-service'], behaviours: { lies: { takes: ['when'] } } } } },
    'services.x.behaviours.lies.takes[0]: "when": allowed: status, delayMs, until',
  ],
  ['no beginning', { events: { PURCHASE_CREATED: events.PURCHASE_CREATED } }, 'must have one with begins: true'],
  [
    'no dead-letter topic',
    { topics: { ...topics, 'dead-letter-queue': {} } },
    'must have one topic with deadLetters: true, and it has 0',
  ],
  [
    'an unknown event',
    { stages: { x: { ...stage, consumes: 'PURCHASE_CREATD' } } },
    'stages.x.consumes: "PURCHASE_CREATD": allowed:',
  ],
  [
    'an unknown announcement',
    { stages: { x: { ...stage, announces: ['NEWS'] } } },
    'stages.x.announces[0]: "NEWS": allowed:',
  ],
  [
    'an act about an unknown event',
    { acts: { pay: { about: 'PURCHASE_PAID', as: 'payment-service' } } },
    'acts.pay.about: "PURCHASE_PAID": allowed:',
  ],
  [
    'an act that makes an unknown row',
    { acts: { pay: { about: 'PURCHASE_CONFIRMED', makes: 'order', as: 'payment-service' } } },
    'acts.pay.makes: "order": allowed:',
  ],
  [
    'an act that is called as a step of every pipeline',
    { acts: { tell: { about: 'PURCHASE_CONFIRMED', as: 'x' } } },
    'must have another name: every pipeline has such a step',
  ],
  [
    'an act that is no function',
    { acts: { refund: { about: 'PURCHASE_CONFIRMED', as: 'x', perform: 'refund' } } },
    'acts.refund.perform: "refund": must be a function that does it',
  ],
  ['columns of a table that is none of its', { written: { payment: ['id'] } }, 'written.payment:'],
  ['an unknown entity', { stages: { x: { ...stage, effect: 'alocation' } } }, '(did you mean allocation?)'],
  [
    'an unknown service',
    { stages: { x: { ...stage, calls: 'admin' } } },
    'stages.x.calls: "admin": allowed: admin-service',
  ],
  [
    'two consumers of one event in one group',
    { stages: { ...stages, x: stage } },
    'stages.x.group: "trainer-allocation-workers": must be a group of its own: another stage reads PURCHASE_CREATED in it',
  ],
  [
    'a way in a circle',
    {
      stages: {
        ...stages,
        x: { ...stage, group: 'g', consumes: 'TRAINER_ALLOCATED', announces: ['PURCHASE_CREATED'] },
      },
    },
    'stages.x.announces[0]: "PURCHASE_CREATED": must not lead in a circle: allocation-worker consumes it',
  ],
  [
    'a stage that follows from itself',
    { stages: { x: { ...stage, announces: ['PURCHASE_CREATED'] } } },
    'stages.x.announces[0]: "PURCHASE_CREATED": must not lead in a circle: x consumes it',
  ],
  [
    'rows that are brought about unasked by a stage that brings about none',
    { stages: { x: { ...without(stage, 'effect'), unasked: { atStart: true } } } },
    'stages.x.unasked: an object: must be left out, or effect must say which rows it brings about',
  ],
  [
    'an effect of one row, said twice',
    { entities: { ...entities, x: { table: 't', called: 'x', counts: [{}], rows: 1 } } },
    'entities.x.rows: 1: must be 2 or more',
  ],
  [
    'rows via nothing that is declared',
    {
      entities: {
        ...entities,
        x: { table: 't', called: 'x', counts: [{}], via: { entity: 'allocatio', column: 'a' } },
      },
    },
    'entities.x.via.entity: "allocatio": allowed: purchase, allocation, x (did you mean allocation?)',
  ],
  [
    'rows via themselves in the end',
    {
      entities: {
        ...entities,
        x: { table: 't', called: 'x', counts: [{}], via: { entity: 'y', column: 'y_id' } },
        y: { table: 'u', called: 'y', counts: [{}], via: { entity: 'x', column: 'x_id' } },
      },
    },
    'entities.x.via.entity: "y": must lead to rows that have the ids of the subject of their own',
  ],
  [
    'two entities of one table that nothing tells apart',
    { entities: { ...entities, x: entities.purchase } },
    'entities.x.counts: a list: must tell its rows from those of the other entity in student_course_purchases',
  ],
  [
    'an event id that is another one in two places',
    { events: { ...events, X: { topic: 'trainer-allocated', eventIds: ['*-{id}-*'] } } },
    'events.X.eventIds[0]: "*-{id}-*": must hold * once at most',
  ],
  [
    'one table for two',
    { furtherTables: ['trainer_allocations'] },
    'furtherTables[0]: "trainer_allocations": must be a table of its own',
  ],
  [
    'an entity that never counts',
    { entities: { ...entities, x: { table: 't', called: 'x', counts: [] } } },
    'entities.x.counts: []: needs at least 1',
  ],
  [
    'a path without its slash',
    { services: { 'admin-service': { ...services['admin-service'], operation: { method: 'POST', path: 'x' } } } },
    'must begin with /',
  ],
  [
    'a service that is called as the broker is',
    { services: { kafka: services['admin-service'] } },
    'services.kafka: an object: must have another name',
  ],
  [
    'a service of which workers are told where the database is',
    { services: { database: services['admin-service'] } },
    'services.database: an object: must have another name: workers would be told of it in DATABASE_URL',
  ],
  ...['payment-service', 'faultline', 'somebody'].map((name): [string, object, string] => [
    `a service that is called as one who writes rows that the scenario gives: ${name}`,
    { services: { ...services, [name]: services['admin-service'] } },
    `services.${name}: an object: must have another name: rows that the scenario gives`,
  ]),
  [
    'a behaviour of its own that is called as one that every stub has',
    { services: { 'admin-service': { ...services['admin-service'], behaviours: { fails: {} } } } },
    'services.admin-service.behaviours: an object: must give fails another name',
  ],
  [
    'two services of which workers are told in one variable',
    { services: { ...services, 'a-b': services['admin-service'], a_b: services['admin-service'] } },
    'services.a_b: an object: must have another name: workers would be told of it in A_B_URL, as of a-b',
  ],
  [
    'a topic that Kafka does not take',
    { topics: { ...topics, 'a topic': {} } },
    'topics["a topic"]: {}: must be a name that Kafka takes',
  ],
  ['a topic that is a folder', { topics: { ...topics, '..': {} } }, 'must be a name that Kafka takes'],
  [
    'a role that is a path',
    { stages: { '../x': stage } },
    'stages["../x"]: an object: must be made of letters, digits',
  ],
  ['more partitions than a broker has room for', { partitions: 1e9 }, 'partitions: 1000000000: must be at most 100'],
  ['no stages', { stages: {} }, 'stages: {}: must have one at least'],
  ['a name that is no name', { name: 'My pipeline' }, 'must be made of small letters'],
  [
    'an event of an unknown entity',
    { events: { ...events, PURCHASE_CREATED: { ...events.PURCHASE_CREATED, names: { entity: 'purchas', by: 'id' } } } },
    'events.PURCHASE_CREATED.names.entity: "purchas": allowed: purchase, allocation (did you mean purchase?)',
  ],
  [
    'an unknown entity that is required',
    {
      entities: {
        ...entities,
        allocation: { ...entities.allocation, requires: { ...entities.allocation.requires, entity: 'payment' } },
      },
    },
    'entities.allocation.requires.entity: "payment": allowed: purchase, allocation',
  ],
  [
    'a table of the subject that is not recorded',
    { subject: { ...subject, table: 'orders' } },
    'subject.table: "orders": allowed: payments',
  ],
  [
    'a shape that is no name',
    { subject: { ...subject, unbegun: { shape: 'Nobody paid', says: 'x' } } },
    'subject.unbegun.shape: "Nobody paid": must be small letters and -, such as nobody-paid',
  ],
  [
    'an event id that is the same for every event',
    { events: { ...events, PURCHASE_CREATED: { ...events.PURCHASE_CREATED, eventIds: ['created'] } } },
    'must hold a field in braces, such as {orderId}',
  ],
  ['no subject', { subject: undefined }, 'subject'],
  ['a misspelt key', { stags: {} }, 'stags: an object: unknown key'],
])('%s is refused, with the key and what would be right', (_, over, message) => {
  expect(wrong({ ...shippedPipeline, ...over }).join('\n')).toContain(message);
});
