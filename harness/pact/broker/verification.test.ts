import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { brokerFrom } from './broker.ts';
import type { Broker } from './broker.ts';
import { startStandIn } from './testing/stand-in.ts';
import type { StandIn } from './testing/stand-in.ts';
import { ensureVersion, storePact } from './testing/store.ts';
import { pactsForVerification, publishVerification } from './verification.ts';
import type { BrokerPact } from './verification.ts';

let standIn: StandIn;
let broker: Broker;

const published = (version: string, status: number): void => {
  ensureVersion(standIn.store, 'allocation-worker', version);
  storePact(standIn.store, {
    consumer: 'allocation-worker',
    consumerVersion: version,
    provider: 'admin-service',
    content: {
      consumer: { name: 'allocation-worker' },
      provider: { name: 'admin-service' },
      interactions: [{ description: 'auto-assign', response: { status } }],
    },
  });
};

beforeEach(async () => {
  standIn = await startStandIn({ authorization: 'Bearer tok-7f3a9c51' });
  broker = brokerFrom({ url: standIn.url, token: 'tok-7f3a9c51' }, {});
  published('1', 201);
});

afterEach(() => standIn.close());

const onlyPact = async (): Promise<BrokerPact> => {
  const [pact, ...more] = await pactsForVerification(broker, { provider: 'admin-service' });
  if (pact === undefined || more.length > 0) throw new Error(`${more.length + 1} pacts`);
  return pact;
};

describe('pactsForVerification', () => {
  it('gives the newest pact and every one that is deployed, with the broker’s own documents', async () => {
    published('2', 202);
    published('3', 500);
    standIn.store.deployments.push({
      uuid: 'd',
      pacticipant: 'allocation-worker',
      version: '1',
      environment: 'production',
      currently: true,
    });
    const pacts = await pactsForVerification(broker, { provider: 'admin-service', branch: 'main' });
    expect(pacts.map(({ consumer, consumerVersion, provider }) => [consumer, consumerVersion, provider])).toEqual([
      ['allocation-worker', '3', 'admin-service'],
      ['allocation-worker', '1', 'admin-service'],
    ]);
    expect(pacts[0]?.json).toMatchObject({ interactions: [{ response: { status: 500 } }] });
    const asked = standIn.requests.find(({ method }) => method === 'POST');
    expect(JSON.parse(asked?.body ?? '')).toMatchObject({
      consumerVersionSelectors: expect.arrayContaining([{ deployedOrReleased: true }, { matchingBranch: true }]),
      providerVersionBranch: 'main',
    });
  });

  it.each(['somebody-else', 'allocation-worker'])(
    'is an error when the broker has no pact for %s',
    async (provider) => {
      await expect(pactsForVerification(broker, { provider })).rejects.toMatchObject({
        code: 'environment',
        message: expect.stringContaining(`has no pact for ${provider}`),
      });
    },
  );

  it('is an error when the list is none', async () => {
    standIn.trouble(({ method }) =>
      method === 'POST' ? { status: 200, type: 'application/json', text: '{"_embedded":{"pacts":{}}}' } : undefined,
    );
    await expect(onlyPact()).rejects.toMatchObject({ code: 'environment' });
  });
});

describe('publishVerification', () => {
  const result = { providerVersion: '9', branch: 'main', tags: ['ci'], success: true, failures: [] };

  it.each([true, false])('tells the broker, with branch and tags: %s', async (success) => {
    const failures = success ? [] : ['$.data.id: no UUID'];
    await publishVerification(broker, await onlyPact(), { ...result, success, failures });
    expect(standIn.store.verifications).toMatchObject([
      { consumer: 'allocation-worker', provider: 'admin-service', providerVersion: '9', success },
    ]);
    expect(JSON.stringify(standIn.store.verifications)).toContain(success ? '"testResults":[]' : 'no UUID');
    const version = standIn.store.pacticipants.get('admin-service')?.get('9');
    expect([...(version?.branches ?? []), ...(version?.tags ?? [])]).toEqual(['main', 'ci']);
  });

  const isResult = (method: string, path: string): boolean =>
    method === 'POST' && path.endsWith('verification-results');

  it.each([
    ['fails', { status: 500, type: 'application/json', text: '{}' }],
    ['refuses it', { status: 401, type: 'application/json', text: '{}' }],
    ['does not understand it', { status: 400, type: 'application/json', text: '{"errors":{"success":["?"]}}' }],
    ['shows a login page', { status: 200, type: 'text/html', text: '<html>' }],
    ['answers something else', { status: 200, type: 'application/json', text: '[1]' }],
    ['takes it and forgets it', 'forget' as const],
  ])('is an error when the broker %s', async (_what, trouble) => {
    const pact = await onlyPact();
    standIn.trouble(({ method, path }) => (isResult(method, path) ? trouble : undefined));
    await expect(publishVerification(broker, pact, result)).rejects.toMatchObject({ code: 'environment' });
    expect(standIn.store.verifications).toEqual([]);
  });

  it('is an error when the broker has the opposite result', async () => {
    const pact = await onlyPact();
    standIn.trouble(({ method, path }) =>
      method === 'GET' && path.includes('verification-results')
        ? {
            status: 200,
            type: 'application/hal+json',
            text: JSON.stringify({ success: false, providerApplicationVersion: '9' }),
          }
        : undefined,
    );
    await expect(publishVerification(broker, pact, result)).rejects.toThrow('does not show it');
  });
});
