import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { AUTO_ASSIGN } from '../../../pipelines/purchase-to-trainer/pacts/auto-assign.ts';
import { orderToShipment } from '../../../examples/order-to-shipment/pipeline.ts';
import { pacts } from '../../../pipelines/purchase-to-trainer/pacts/pacts.ts';
import type { CallDeclaration, MessageDeclaration } from '../../pipeline/pacts.ts';
import { pipelineOf } from '../../pipeline/queries.ts';
import { shippedPipeline } from '../../pipeline/shipped.ts';
import { callByClient } from './calls.ts';
import { makePacts, pactFilesOf } from './make.ts';
import type { Exercise } from './make.ts';

let out: string;
beforeAll(() => {
  out = mkdtempSync(join(tmpdir(), 'faultline-make-'));
});
afterAll(() => rmSync(out, { recursive: true, force: true }));

const [call, otherCall] = AUTO_ASSIGN as readonly CallDeclaration[] as readonly [CallDeclaration, CallDeclaration];
const [message] = pacts.messages as readonly [MessageDeclaration];

const PACT_FILES = pactFilesOf(pacts);
const PAIR = { consumer: 'allocation-worker', provider: 'admin-service' };
const of = (...interactions: readonly CallDeclaration[]) => [{ ...PAIR, interactions }];

const exercise: Exercise = { call: callByClient, message: () => Promise.resolve() };
const make = (over: Partial<Parameters<typeof makePacts>[0]>) =>
  makePacts({
    pipeline: pipelineOf(shippedPipeline),
    calls: [],
    messages: [],
    exercise,
    out,
    workers: 'tested',
    ...over,
  });

it('writes a pact of what was exercised, with who made it and no example pinned', async () => {
  const { files, broken } = await make({ calls: of(call), messages: [message] });
  expect(broken).toEqual([]);
  expect(files.map((file) => file.slice(out.length + 1))).toEqual(PACT_FILES.slice(0, 2));
  const pact = JSON.parse(readFileSync(files[0] ?? '', 'utf8')) as Record<string, never>;
  expect(pact['metadata']).toMatchObject({ faultline: { workers: 'tested' }, pactSpecification: { version: '4.0' } });
  expect(pact['interactions']).toMatchObject([
    {
      description: call.description,
      providerStates: [{ name: call.state?.name, params: call.state?.params }],
      comments: { text: ['Exercised by the real worker process.'] },
      request: { matchingRules: { body: { '$.studentId': { matchers: [{ match: 'regex' }] } } } },
      response: { status: 201, matchingRules: { body: { '$.data.id': { matchers: [{ match: 'regex' }] } } } },
    },
  ]);
  const messages = readFileSync(files[1] ?? '', 'utf8');
  // Under the bare name Pact's verifier would take the dot for a path and find no rule.
  expect(messages).toContain(`"$['header.eventId']": {`);
  expect(messages).not.toMatch(/"header\.[a-zA-Z]+": \{/);
});

it('refuses two interactions of the same description and state, of which Pact would keep one', async () => {
  const twin = { ...otherCall, description: call.description, state: call.state } as CallDeclaration;
  await expect(make({ calls: of(call, twin) })).rejects.toThrow(
    `allocation-worker-admin-service.json has two interactions "${call.description}" given "a trainer is free"`,
  );
  await expect(make({ messages: [message, { ...message }] })).rejects.toThrow('has two interactions');
});

it('writes no pact when an interaction was not exercised', async () => {
  const folder = join(out, 'none');
  const idle: Exercise = { call: () => Promise.resolve(), message: () => Promise.reject(new Error('nobody read it')) };
  const { files, broken } = await make({ calls: of(call), messages: [message], exercise: idle, out: folder });
  expect(files).toEqual([]);
  expect(existsSync(folder)).toBe(false);
  expect(broken).toMatchObject([
    {
      pact: PACT_FILES[0],
      description: call.description,
      reason: expect.stringContaining('expected but not received'),
    },
    { pact: PACT_FILES[1], description: message.description, reason: 'nobody read it' },
  ]);
});

it('writes no pact when a call is not as declared, and says which field', async () => {
  const wrong: CallDeclaration = { ...call, request: { ...call.request, timeSlot: 5 } };
  const sends: Exercise = { ...exercise, call: (_, at) => callByClient(call, at) };
  const { files, broken } = await make({ calls: of(wrong), exercise: sends });
  expect(files).toEqual([]);
  expect(broken[0]?.reason).toContain('$.timeSlot');
});

it('makes those of another pipeline, with its services and what they are asked', async () => {
  const folder = join(out, 'shop');
  const declared = orderToShipment.pacts();
  const { files, broken } = await make({
    pipeline: pipelineOf(orderToShipment),
    calls: declared.calls,
    messages: declared.messages,
    out: folder,
  });
  expect(broken).toEqual([]);
  expect(files).toEqual(pactFilesOf(declared).map((name) => join(folder, name)));
  const pact = JSON.parse(readFileSync(join(folder, 'dispatcher-carrier.json'), 'utf8')) as unknown;
  expect(pact).toMatchObject({
    consumer: { name: 'dispatcher' },
    provider: { name: 'carrier' },
    interactions: [{ request: { method: 'POST', path: '/pickups' }, response: { status: 202 } }],
  });
});
