/** can-i-deploy and record-deployment as a user runs them: pact-cli and HTTP are real, the broker is the stand-in. */
import { beforeEach, describe, expect, it } from 'vitest';
import { LOGIN_PAGE, at, expectOneError, isPost, json, useBrokerBench } from './testing/broker-bench.ts';

const { now } = useBrokerBench();

const ASK = [
  'can-i-deploy',
  '--to-environment',
  'production',
  '--pacticipant',
  'purchase-worker',
  '--pacticipant-version',
  '1',
];

/** payment-service 7 is in production and has verified the pact, with that result. */
const verified = (success: boolean | undefined): void => {
  const pact = now().standIn.store.pacts.find(({ provider }) => provider === 'payment-service');
  if (pact === undefined) throw new Error('no pact');
  const { consumer, provider, sha } = pact;
  now().standIn.store.deployments.push({
    uuid: 'd',
    pacticipant: provider,
    version: '7',
    environment: 'production',
    currently: true,
  });
  if (success !== undefined)
    now().standIn.store.verifications = [
      { number: 1, consumer, provider, sha, providerVersion: '7', success, body: {} },
    ];
};

describe('contracts can-i-deploy', () => {
  beforeEach(async () => {
    expect((await now().faultline(['publish', '--consumer', 'purchase-worker', '--consumer-version', '1'])).code).toBe(
      0,
    );
  });

  it.each([
    ['yes: 0', true, 0, 'purchase-worker 1 may be deployed to production'],
    ['no: 1', false, 1, 'purchase-worker 1 must not be deployed to production'],
    ['not yet: 3', undefined, 3, 'purchase-worker 1 is not verified yet for production'],
  ])('%s, with the broker’s reason and a table', async (_what, success, expected, message) => {
    verified(success);
    // A switch of pact-cli's own, which makes it end with 0 for a no.
    const { code, stdout } = await now().faultline(ASK, { PACT_BROKER_CAN_I_DEPLOY_DRY_RUN: 'true' });
    expect(stdout).toContain(message);
    expect(stdout).toMatch(/consumer +version +provider +version +verified\n +purchase-worker +1 +payment-service/);
    expect(code).toBe(expected);
  });

  it('is unknown while the provider is not there at all', async () => {
    const { code, stdout } = await now().faultline(ASK);
    expect(stdout).toContain('There is no verified pact between version 1 of purchase-worker');
    expect(code).toBe(3);
  });

  it('asks about the workers that have pacts, at their commit, when nobody is named', async () => {
    await now().faultline(['publish']);
    const { code, stdout } = await now().faultline(['can-i-deploy', '--to-environment', 'production']);
    expect(code).toBe(3);
    const commit = now().git('rev-parse', 'HEAD');
    expect(stdout).toContain(`allocation-worker ${commit} is not verified yet`);
    expect(stdout).toContain(`purchase-worker ${commit} is not verified yet`);
  });

  it.each([
    [
      'a pacticipant it does not know',
      ['--pacticipant', 'nobody', '--pacticipant-version', '1', '--to-environment', 'production'],
      2,
    ],
    ['an environment it does not know', [...ASK.slice(3), '--to-environment', 'moon'], 2],
    [
      'a version it does not know',
      ['--pacticipant', 'purchase-worker', '--pacticipant-version', '9', '--to-environment', 'production'],
      1,
    ],
  ])('%s', async (_what, args, expected) => {
    const { code } = await now().faultline(['can-i-deploy', ...args]);
    expect(code).toBe(expected);
  });

  it.each([
    ['fails', json(500, {})],
    ['refuses the token', json(401, {})],
    ['shows a login page', LOGIN_PAGE],
    ['answers something else', json(200, [1])],
    ['answers without saying yes or no', json(200, { summary: { reason: 'x' }, matrix: [], notices: [] })],
  ])('a broker that %s is no yes: 4', async (_what, trouble) => {
    verified(true);
    now().standIn.trouble(at(({ path }) => path.startsWith('/matrix'), trouble));
    const { code, stdout, stderr } = await now().faultline(ASK);
    expectOneError(stderr);
    expect(stdout).toBe('');
    expect(code).toBe(4);
  });
});

describe('contracts record-deployment', () => {
  const RECORD = ['record-deployment', '--pacticipant', 'purchase-worker', '--pacticipant-version', '1'];

  beforeEach(async () => {
    expect((await now().faultline(['publish', '--consumer', 'purchase-worker', '--consumer-version', '1'])).code).toBe(
      0,
    );
  });

  it('records it', async () => {
    const { code, stdout } = await now().faultline([...RECORD, '--environment', 'production']);
    expect(stdout).toContain('purchase-worker 1 is deployed to production');
    expect(code).toBe(0);
    expect(now().standIn.store.deployments).toMatchObject([
      { pacticipant: 'purchase-worker', version: '1', environment: 'production', currently: true },
    ]);
  });

  it('names what the broker does not know, and records nothing', async () => {
    const moon = await now().faultline([...RECORD, '--environment', 'moon']);
    expect(moon).toMatchObject({ code: 2, stderr: expect.stringContaining('It has: test, production.') });
    const both = await now().faultline([...RECORD, '--pacticipant', 'nobody', '--environment', 'production']);
    expect(both).toMatchObject({ code: 2, stderr: expect.stringContaining('knows no version 1 of nobody') });
    expect(now().standIn.store.deployments).toEqual([]);
  });

  it.each([
    ['fails', json(500, {}), 'did not record'],
    ['says yes and forgets', 'forget' as const, 'does not show it'],
  ])('a broker that %s: 4', async (_what, trouble, message) => {
    now().standIn.trouble(at(isPost, trouble));
    const { code, stderr } = await now().faultline([...RECORD, '--environment', 'production']);
    expect(stderr).toContain(message);
    expectOneError(stderr);
    expect(code).toBe(4);
  });
});
