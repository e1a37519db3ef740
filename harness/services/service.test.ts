/** A service of a foreign pipeline, whose stub is a few of MSW's handlers: over real sockets, without a database. */
import { HttpResponse, http } from 'msw';
import { afterEach, expect, test } from 'vitest';
import { orderToShipment } from '../../examples/order-to-shipment/pipeline.ts';
import type { HistoryEvent, NewEvent } from '../history/events.ts';
import type { BehaviourDeclaration } from '../pipeline/declaration.ts';
import type { HandlersFirst, ServiceStub } from '../pipeline/stub.ts';
import { naming } from './rules.ts';
import { openService } from './service.ts';
import type { Service } from './service.ts';
import { openServices } from './services.ts';

const [LAMP, CHAIR] = ['o-lamp', 'o-chair'];
const PATH = '/orders/:orderId/reservations';

const reserving: ServiceStub = [
  http.post(PATH, async ({ request, params }) => {
    const { quantity } = (await request.json()) as { quantity: number };
    return HttpResponse.json({ order: params['orderId'], reserved: quantity }, { status: 201 });
  }),
  http.get('/health', () => HttpResponse.text('well')),
];

const declared = (behaviours?: Readonly<Record<string, BehaviourDeclaration>>) => ({
  ...orderToShipment,
  services: {
    warehouse: {
      port: 4000,
      operation: { method: 'POST', path: PATH },
      ...(behaviours === undefined ? {} : { behaviours }),
    },
  },
});

const database = () => {
  throw new Error('no database is asked');
};

let open: Service | undefined;
afterEach(async () => {
  await open?.close();
  open = undefined;
});

const serve = async (stub: ServiceStub | HandlersFirst = reserving) => {
  const events: NewEvent[] = [];
  const service = openService({
    pipeline: declared(),
    name: 'warehouse',
    stub,
    database,
    record: (event) => events.push(event),
  });
  open = service;
  const port = await service.listenFor('planner');
  const ask = (path: string, init: RequestInit = {}) => fetch(`http://127.0.0.1:${port}${path}`, init);
  const reserve = (order: string, quantity = 2) =>
    ask(`/orders/${order}/reservations`, { method: 'POST', body: JSON.stringify({ quantity }) });
  const of = <K extends NewEvent['kind']>(kind: K) =>
    events.filter((event) => event.kind === kind) as unknown as readonly HistoryEvent<K>[];
  return { service, ask, reserve, of };
};

test('a call is answered by its handler, and recorded with whom it is about', async () => {
  const { reserve, of } = await serve();
  const answer = await reserve(LAMP, 3);
  expect([answer.status, await answer.json()]).toEqual([201, { order: LAMP, reserved: 3 }]);
  expect(of('http.request')).toMatchObject([
    { service: 'warehouse', worker: 'planner', method: 'POST', correlationId: LAMP, json: { quantity: 3 } },
  ]);
  expect(of('http.response')).toMatchObject([
    { status: 201, json: { reserved: 3 }, behaviour: 'normal', falsified: [], ended: 'answered' },
  ]);
  expect(of('trial.harness-error')).toEqual([]);
});

test('handlers of a configuration’s own are asked first, and what they leave is answered as without them', async () => {
  const handlers = [
    http.post(PATH, async ({ request }) => {
      const { quantity } = (await request.json()) as { quantity: number };
      return quantity > 100 ? HttpResponse.json({ left: 0 }, { status: 409 }) : undefined;
    }),
    http.get('/stock', () => HttpResponse.json({ lamps: 7 })),
  ];
  const { service, ask, reserve, of } = await serve({ handlers, otherwise: reserving });
  expect([(await reserve(LAMP, 101)).status, (await reserve(LAMP, 3)).status]).toEqual([409, 201]);
  expect(await (await ask('/stock')).json()).toEqual({ lamps: 7 });
  expect(await (await ask('/health')).text()).toBe('well');
  service.behave(naming(LAMP), { behaviour: 'fails', times: 1, status: 503 });
  expect((await reserve(LAMP, 101)).status).toBe(503);
  expect(of('trial.harness-error')).toEqual([]);
});

test.each([
  ['fails', { status: 503 }, 503],
  ['refuses', { status: 429 }, 429],
  ['refuses', {}, null],
  ['commits-then-drops', {}, null],
  ['empty', {}, 201],
  ['slow', { delayMs: 5 }, 201],
])('%s strikes the calls of one subject, as often as it is told', async (behaviour, settings, status) => {
  const { service, reserve, of } = await serve();
  service.behave(naming('c-1', LAMP), { behaviour, times: 1, ...settings });
  expect((await reserve(CHAIR)).status).toBe(201);
  const struck = await reserve(LAMP).then(
    (answer) => answer.status,
    () => null,
  );
  expect(struck).toBe(status);
  expect((await reserve(LAMP)).status).toBe(201);
  expect(of('http.response').map((response) => response.behaviour)).toEqual(['normal', behaviour, 'normal']);
});

test('hangs until it is healed', async () => {
  const { service, reserve } = await serve();
  let met = (): void => {};
  const meets = new Promise<void>((resolve) => (met = resolve));
  const control = service.behave(naming(LAMP), { behaviour: 'hangs', onFired: met });
  const call = reserve(LAMP).catch(() => 'reset');
  await meets;
  expect(service.openCalls()).toBe(1);
  control.heal();
  expect(await call).toBe('reset');
});

test('what is no call is answered too, and no fault strikes it', async () => {
  const { service, ask } = await serve();
  service.behave(naming(LAMP), { behaviour: 'fails' });
  expect(await (await ask('/health', { headers: { 'x-correlation-id': LAMP } })).text()).toBe('well');
  expect((await ask('/elsewhere')).status).toBe(404);
});

test('a handler may hang up', async () => {
  const { reserve, of } = await serve([http.post(PATH, () => HttpResponse.error())]);
  await expect(reserve(LAMP)).rejects.toThrow();
  expect(of('http.response')).toMatchObject([{ status: null, ended: 'reset' }]);
});

test.each<[string, ServiceStub, number, RegExp]>([
  ['that fails', [http.post(PATH, () => Promise.reject(new Error('out of paper')))], 500, /out of paper/],
  ['for something else', [http.post('/orders', () => HttpResponse.json({}))], 404, /answers no POST/],
])('a handler %s is trouble of the harness, and accuses no worker', async (_, stub, status, message) => {
  const { reserve, of } = await serve(stub);
  expect((await reserve(LAMP)).status).toBe(status);
  expect(of('trial.harness-error')).toMatchObject([{ message: expect.stringMatching(message) as unknown }]);
});

test.each([
  ['is no JSON', '{"quantity":', 400],
  ['is larger than is kept', JSON.stringify({ quantity: 'x'.repeat(11 * 1024 * 1024) }), 413],
])('a body that %s is its caller’s mistake: turned away, and no trouble of the harness', async (_, body, status) => {
  const { ask, of } = await serve();
  const headers = { 'content-type': 'application/json; charset=utf-8' };
  const answer = await ask(`/orders/${LAMP}/reservations`, { method: 'POST', headers, body });
  expect(answer.status).toBe(status);
  expect(of('http.response')).toMatchObject([{ status, behaviour: 'normal', falsified: ['shape'] }]);
  expect(of('trial.harness-error')).toEqual([]);
});

test('a handler that needs no body is asked also without one', async () => {
  const { ask } = await serve([http.post(PATH, () => new HttpResponse(null, { status: 204 }))]);
  const headers = { 'content-type': 'application/json' };
  expect((await ask(`/orders/${LAMP}/reservations`, { method: 'POST', headers })).status).toBe(204);
});

test('a refusal that the service has not worded is held against no contract, one of its own is', async () => {
  const { service, reserve, of } = await serve();
  service.behave(naming(LAMP), { behaviour: 'fails', times: 1 });
  service.behave(naming(LAMP), { behaviour: 'refuses', status: 503, times: 1 });
  for (let call = 0; call < 3; call += 1) await reserve(LAMP);
  expect(of('http.response').map(({ falsified }) => falsified)).toEqual([['shape'], ['shape'], []]);
  await service.close();
  const own = await serve(() => ({
    answer: () => Promise.resolve(HttpResponse.json({})),
    refusal: (status, code) => HttpResponse.json({ error: { code } }, { status }),
  }));
  own.service.behave(naming(LAMP), { behaviour: 'fails' });
  await own.reserve(LAMP);
  expect(own.of('http.response')).toMatchObject([{ status: 500, falsified: [] }]);
});

test.each(['malformed', 'empty', 'truncated'])('%s lets an answer without a body be what it is', async (behaviour) => {
  const { service, reserve, of } = await serve([http.post(PATH, () => new HttpResponse(null, { status: 204 }))]);
  service.behave(naming(LAMP), { behaviour });
  expect((await reserve(LAMP)).status).toBe(204);
  expect(of('trial.harness-error')).toEqual([]);
});

test.each<[string, ServiceStub]>([
  ['once', [http.post(PATH, () => HttpResponse.json({}), { once: true })]],
  [
    'by a generator',
    () => [
      http.post(PATH, function* () {
        yield HttpResponse.json({});
      }),
    ],
  ],
])('a handler that answers %s is refused: trials would not be alike', async (_, stub) => {
  await expect(serve(stub)).rejects.toThrow(/\/orders\/:orderId\/reservations of a stub answers otherwise/);
});

test('its own behaviours are those that the declaration says', () => {
  const common = { name: 'warehouse', database, record: () => 0 };
  const lies: ServiceStub = () => ({
    answer: () => Promise.resolve(undefined),
    behaviours: { lies: () => Promise.reject(new Error('never asked')) },
  });
  expect(() => openService({ ...common, pipeline: declared(), stub: lies })).toThrow(/can behave as lies/);
  expect(() => openService({ ...common, pipeline: declared({ lies: {} }), stub: reserving })).toThrow(/and it cannot/);
});

test('a service without a stub is refused, and calls of several are numbered together', async () => {
  const pipeline = {
    ...orderToShipment,
    services: { ...declared().services, carrier: { port: 4001, operation: { method: 'POST', path: '/parcels' } } },
  };
  const events: NewEvent[] = [];
  const common = { pipeline, database, record: (event: NewEvent) => events.push(event) };
  expect(() => openServices({ ...common, stubs: { warehouse: reserving } })).toThrow(
    /carrier, and nothing that stands/,
  );
  const carrying = [http.post('/parcels', () => HttpResponse.json({ parcel: 7 }))];
  const services = openServices({ ...common, stubs: { warehouse: reserving, carrier: carrying } });
  try {
    for (const [name, path] of [
      ['warehouse', `/orders/${LAMP}/reservations`],
      ['carrier', '/parcels'],
    ] as const) {
      const port = await services.of(name).listenFor('planner');
      await fetch(`http://127.0.0.1:${port}${path}`, { method: 'POST', body: '{"quantity":1}' });
    }
    const requests = events.filter((event): event is NewEvent<'http.request'> => event.kind === 'http.request');
    expect(requests.map(({ service, call, connection }) => [service, call, connection])).toEqual([
      ['warehouse', 1, 1],
      ['carrier', 2, 2],
    ]);
  } finally {
    await services.close();
  }
});
