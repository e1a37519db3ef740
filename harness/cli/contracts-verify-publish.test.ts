/** contracts verify --publish as admin-service's owners run it: Pact's verifier is real, provider and broker are servers here. */
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startStandIn } from '../pact/broker/testing/stand-in.ts';
import type { StandIn } from '../pact/broker/testing/stand-in.ts';
import { ensureVersion, storePact } from '../pact/broker/testing/store.ts';
import { TOKEN, runContracts } from './testing/broker-bench.ts';

/** Of the provider's address. */
const PASSWORD = 'hunter2-hunter2';

let standIn: StandIn;
let provider: Server;
let status: number;

beforeEach(async () => {
  standIn = await startStandIn({ authorization: `Bearer ${TOKEN}` });
  ensureVersion(standIn.store, 'allocation-worker', '1');
  storePact(standIn.store, {
    consumer: 'allocation-worker',
    consumerVersion: '1',
    provider: 'admin-service',
    content: {
      consumer: { name: 'allocation-worker' },
      provider: { name: 'admin-service' },
      interactions: [
        {
          type: 'Synchronous/HTTP',
          description: 'a body without a student is refused',
          pending: false,
          request: {
            method: 'POST',
            path: '/api/v1/admin/allocations/auto-assign',
            headers: { 'Content-Type': ['application/json'] },
            body: { contentType: 'application/json', encoded: false, content: {} },
          },
          response: {
            status: 400,
            headers: { 'Content-Type': ['application/json'] },
            body: { contentType: 'application/json', encoded: false, content: { success: false } },
          },
        },
      ],
      metadata: { pactSpecification: { version: '4.0' }, faultline: { workers: 'ours' } },
    },
  });
  status = 400;
  provider = createServer((_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end('{"success":false}');
  });
  await new Promise<void>((resolve) => void provider.listen(0, '127.0.0.1', resolve));
});

afterEach(async () => {
  await standIn.close();
  provider.closeAllConnections();
  await new Promise<void>((resolve) => void provider.close(() => resolve()));
});

const contracts = async (...args: readonly string[]): Promise<{ readonly code: number; readonly output: string }> => {
  const env = { PACT_BROKER_BASE_URL: standIn.url, PACT_BROKER_TOKEN: TOKEN };
  const { code, stdout, stderr } = await runContracts(args, { cwd: tmpdir(), env });
  const output = stdout + stderr;
  for (const secret of [TOKEN, PASSWORD]) expect(output).not.toContain(secret);
  return { code, output };
};

const verify = (): ReturnType<typeof contracts> => {
  const url = `http://verifier:${PASSWORD}@127.0.0.1:${(provider.address() as AddressInfo).port}`;
  return contracts('verify', '--publish', '--provider-url', url, '--provider-version', '9', '--branch', 'main');
};

it.each([
  ['holds', 400, true, 0],
  ['does not hold', 201, false, 1],
])('tells the broker that the provider %s', async (_what, answered, success, expected) => {
  status = answered;
  const { code, output } = await verify();
  expect(output).toContain(success ? 'published as verified' : 'published as failed');
  expect(code).toBe(expected);
  expect(standIn.store.verifications).toMatchObject([
    { consumer: 'allocation-worker', provider: 'admin-service', providerVersion: '9', success },
  ]);
  expect([...(standIn.store.pacticipants.get('admin-service')?.get('9')?.branches ?? [])]).toEqual(['main']);
  // What the result is for: the question of the workers' team.
  const production = ['--pacticipant-version', '9', '--environment', 'production'];
  expect((await contracts('record-deployment', '--pacticipant', 'admin-service', ...production)).code).toBe(0);
  const asked = ['--pacticipant', 'allocation-worker', '--pacticipant-version', '1', '--to-environment', 'production'];
  expect((await contracts('can-i-deploy', ...asked)).code).toBe(expected);
});

it.each([
  ['takes the result and forgets it', 'forget' as const, 'does not show it'],
  ['refuses the result', { status: 403, type: 'application/json', text: '{}' }, 'refuses the credentials (403)'],
])('is not green when the broker %s', async (_what, trouble, message) => {
  standIn.trouble(({ path }) => (path.endsWith('/verification-results') ? trouble : undefined));
  const { code, output } = await verify();
  expect(output).toContain(message);
  expect(code).toBe(4);
});

it('is an error, before anything is verified, when the broker has no pact', async () => {
  standIn.store.pacts = [];
  const { code, output } = await verify();
  expect(output).toContain('has no pact for admin-service: there is nothing to verify');
  expect(code).toBe(4);
});
