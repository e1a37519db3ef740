import { expect, test } from 'vitest';
import { formatProblem } from '../base/problems.ts';
import { shippedPipeline } from './shipped.ts';
import { declarationProblems } from './validate.ts';

const wrong = (value: unknown): readonly string[] =>
  declarationProblems(value).map((problem) => formatProblem(problem, value));

const { subject, topics, events, entities, stages, services } = shippedPipeline;
const stage = stages['allocation-worker'];

test('the shipped declaration is right, and stays what it is as JSON', () => {
  expect(wrong(shippedPipeline)).toEqual([]);
  expect(JSON.parse(JSON.stringify(shippedPipeline))).toEqual(shippedPipeline);
});

test.each<[string, object, string]>([
  [
    'an unknown topic',
    { events: { ...events, X: { topic: 'purchase-creatd' } } },
    'events.X.topic: "purchase-creatd": allowed: purchase-confirmed',
  ],
  [
    'two events in one topic',
    { events: { ...events, X: { topic: 'purchase-created' } } },
    'events.X.topic: "purchase-created": must be a topic of its own',
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
  ['an unknown entity', { stages: { x: { ...stage, effect: 'alocation' } } }, '(did you mean allocation?)'],
  [
    'an unknown service',
    { stages: { x: { ...stage, calls: 'admin' } } },
    'stages.x.calls: "admin": allowed: admin-service',
  ],
  [
    'two consumers of one event',
    { stages: { ...stages, x: { ...stage, group: 'g' } } },
    'stages.x.consumes: "PURCHASE_CREATED": must be an event of its own',
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
