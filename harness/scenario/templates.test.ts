import { describe, expect, it, test } from 'vitest';
import { orderToShipment } from '../../examples/order-to-shipment/pipeline.ts';
import { purchaseToSessions } from '../../pipelines/purchase-to-sessions/pipeline.ts';
import type { ActDeclaration } from '../pipeline/declaration.ts';
import { pipelineOf } from '../pipeline/queries.ts';
import { shippedPipeline } from '../pipeline/shipped.ts';
import { genericOf } from './generic.ts';
import { scenarioProblems } from './validate.ts';

const namesOf = (all: ReturnType<typeof genericOf>): readonly string[] => all.map(({ scenario }) => scenario.name);

test('every stage of a declared pipeline has them, each as its declaration allows', () => {
  const names = namesOf(genericOf(orderToShipment, []));
  const endings = (role: string): readonly string[] =>
    names.filter((name) => name.startsWith(`${role}-`)).map((name) => name.slice(role.length + 1));
  const everywhere = ['down', 'hung', 'killed', 'wrong-topic', 'new-group', 'poison'];
  expect(endings('planner')).toEqual([
    ...everywhere,
    'duplicate',
    'guard-marked-early',
    'kafka-away',
    'postgres-away',
    'warehouse-away',
  ]);
  expect(endings('dispatcher')).toEqual([
    ...everywhere,
    'topic-missing',
    'guard-marked-early',
    'kafka-away',
    'postgres-away',
    'carrier-away',
  ]);
  // It keeps no guard, has no rows, and calls nobody.
  expect(endings('mailer')).toEqual([...everywhere, 'topic-missing', 'kafka-away']);
});

test('the shipped pipeline has its own, and one with a stage more has them for that stage', () => {
  expect(genericOf(shippedPipeline, [])).toEqual([]);
  const names = namesOf(genericOf(purchaseToSessions, []));
  expect(names).toContain('session-worker-guard-marked-early');
  expect(names.filter((name) => !name.startsWith('session-worker-'))).toEqual([]);
});

test('a scenario of that name in a file goes in its place', () => {
  const all = genericOf(orderToShipment, []);
  const own = all.filter(({ scenario }) => scenario.name === 'planner-killed');
  expect(own).toHaveLength(1);
  expect(genericOf(orderToShipment, own)).toHaveLength(all.length - 1);
});

test('a guard that takes no row of somebody else is marked early by nobody', () => {
  const closed = { ...orderToShipment, guard: { ...orderToShipment.guard, closed: true } } as const;
  const all = namesOf(genericOf(orderToShipment, []));
  expect(namesOf(genericOf(closed, []))).toEqual(all.filter((name) => !name.endsWith('-guard-marked-early')));
});

test('where several events begin the way to a stage, nothing tells which: it has none', () => {
  const { ORDER_PLACED: placed } = orderToShipment.events;
  const events = {
    ...orderToShipment.events,
    SHIPMENT_PLANNED: { ...orderToShipment.events.SHIPMENT_PLANNED, begins: true },
  };
  const names = namesOf(genericOf({ ...orderToShipment, events: { ...events, ORDER_PLACED: placed } } as never, []));
  expect(names.filter((name) => !name.startsWith('planner-'))).toEqual([]);
  expect(names.length).toBeGreaterThan(0);
});

describe.each([orderToShipment, purchaseToSessions])('of $name', (declaration) => {
  it.each(genericOf(declaration, []).map(({ scenario }) => scenario))('$name is a scenario', (scenario) => {
    expect(scenarioProblems(scenario, pipelineOf(declaration))).toEqual([]);
  });
});

test('a way is begun by an act that tells of it, where one can be asked for so', () => {
  const send = (takes: ActDeclaration['takes']) => {
    const order: ActDeclaration = {
      about: 'ORDER_PLACED',
      tells: true,
      as: 'shop',
      ...(takes === undefined ? {} : { takes }),
    };
    const all = genericOf({ ...orderToShipment, acts: { order } } as never, []);
    const actOf = (ending: string) => all.find(({ scenario }) => scenario.name === `planner-${ending}`)?.scenario.act;
    return [
      actOf('down'),
      actOf('duplicate')
        ?.map((step) => step.do)
        .filter((name) => name !== 'wait'),
    ];
  };
  const [down, duplicate] = send({ subjects: 'several', eventId: ['again'], partition: true });
  expect(down).toEqual([{ do: 'order', subjects: ['ada'] }]);
  expect(duplicate).toEqual(['order', 'order']);
  // Nobody knows what it takes.
  expect(send(undefined)[1]).toEqual(['tell', 'tell']);
  // Once only, and for one only.
  expect(send({ subjects: 'several' })).toEqual([down, ['order', 'tell']]);
  expect(send({ subjects: 'one' })[1]).toEqual(['tell', 'tell']);
});

test('an act that does not tell what it takes begins a way where the shipped one of its name does', () => {
  const about = { about: 'ORDER_PLACED', as: 'shop' };
  const actsOf = (acts: Readonly<Record<string, ActDeclaration>>) =>
    genericOf({ ...orderToShipment, acts } as never, [])
      .find(({ scenario }) => scenario.name === 'planner-duplicate')
      ?.scenario.act.filter((step) => step.do !== 'wait')
      .map((step) => step.do);
  expect(actsOf({ pay: about })).toEqual(['pay', 'pay']);
  // They need a row of somebody's, or write one.
  expect(actsOf({ 'emit-purchase-created': { ...about, tells: true } })).toEqual(['tell', 'tell']);
  expect(actsOf({ 'write-purchase': { ...about, tells: true } })).toEqual(['tell', 'tell']);
  expect(actsOf({ 'emit-purchase-created': { ...about, tells: true }, pay: about })).toEqual(['pay', 'pay']);
});

test('the outside world tells what the declaration says it has besides', () => {
  const events = {
    ...orderToShipment.events,
    ORDER_PLACED: { ...orderToShipment.events.ORDER_PLACED, fields: { quantity: 2 } },
  };
  const [first] = genericOf({ ...orderToShipment, events }, []);
  expect(first?.scenario.act).toEqual([
    { do: 'tell', event: 'ORDER_PLACED', subjects: ['ada'], fields: { quantity: 2 } },
  ]);
});
