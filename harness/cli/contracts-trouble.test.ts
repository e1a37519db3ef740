/** Publishing to a broker that is down, refuses, or answers nonsense: pact-cli and HTTP are real, the broker is the stand-in. */
import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { startStandIn } from '../pact/broker/testing/stand-in.ts';
import type { SeenRequest } from '../pact/broker/testing/stand-in.ts';
import { LOGIN_PAGE, at, expectOneError, isIndex, isPost, json, useBrokerBench } from './testing/broker-bench.ts';
import type { Choose } from './testing/broker-bench.ts';
import type { Ended } from './testing/run-here.ts';

const { now } = useBrokerBench();

describe('a broker in trouble: exit 4, one error, nothing half published', () => {
  const CASES: readonly (readonly [string, Choose, string])[] = [
    ['fails at once', at(isIndex, json(500, {})), 'failed: GET / gave 500'],
    ['refuses the token', at(isIndex, json(401, {})), 'refuses the credentials (401)'],
    ['lets read and not write', at(isPost, json(401, { error: 'no' })), '401 Unauthorized'],
    ['fails at the first pact', at(isPost, json(500, { error: 'boom' })), '500 Internal Server Error'],
    ['fails at the third pact', at(isPost, json(503, { error: 'boom' }), 3), '503 Service Unavailable'],
    [
      'has a conflict',
      at(isPost, json(409, { errors: { contracts: ['too like another name'] } }), 2),
      'too like another name',
    ],
    ['shows a login page', at(isIndex, LOGIN_PAGE), 'does not speak as a Pact broker: GET / gave text/html'],
    ['shows a login page to the second pact', at(isPost, LOGIN_PAGE, 2), 'text/html'],
    [
      'redirects',
      at(isIndex, { status: 302, type: 'text/html', text: '', location: 'https://sso.example.org' }),
      'redirects (302)',
    ],
    ['is another service', at(isIndex, json(200, { hello: 1 })), 'offers no link pb:publish-contracts'],
    ['answers JSON that is cut', at(isIndex, { status: 200, type: 'application/hal+json', text: '{"_li' }), 'not JSON'],
    ['says yes to everything', at(isPost, json(200, [1])), 'does not show it'],
    ['says yes and forgets', at(isPost, 'forget', 2), 'took the pact'],
    [
      'has links to elsewhere',
      at(
        isIndex,
        json(200, {
          _links: { 'pb:publish-contracts': { href: 'x' }, 'pb:publish-pact': { href: 'http://192.0.2.1/{provider}' } },
        }),
      ),
      'its links lead to http://192.0.2.1',
    ],
  ];

  it.each(CASES)('%s', async (_what, choose, message) => {
    now().standIn.trouble(choose);
    const { code, stdout, stderr } = await now().faultline(['publish']);
    expect(stderr).toContain(message);
    expectOneError(stderr);
    expect(stdout).toBe('');
    expect(code).toBe(4);
    expect(now().published()).toEqual([]);
    expect(readdirSync(now().temporary)).toEqual([]);
  });

  it('a pact of this version that is another: nothing is published, nothing deleted', async () => {
    await now().faultline(['publish', '--consumer', 'allocation-worker', '--consumer-version', '1']);
    const had = now().published();
    now().editPact('allocation-worker-admin-service.json', ({ interactions }) => interactions.pop());
    const { code, stderr } = await now().faultline(['publish', '--consumer-version', '1']);
    expect(code).toBe(4);
    expect(stderr).toContain('has another pact of allocation-worker 1 → admin-service: nothing was published');
    expect(now().published()).toEqual(had);
  });

  it('keeps what was there before when it takes back what it published', async () => {
    await now().faultline(['publish', '--consumer', 'purchase-worker']);
    const had = now().published();
    now().standIn.trouble(at((request) => request.body.includes('"providerName":"purchase-worker"'), json(500, {})));
    const { code, stderr } = await now().faultline(['publish']);
    expect(code).toBe(4);
    expect(stderr).toContain('nothing is half published');
    expect(now().published()).toEqual(had);
    expect(now().standIn.requests.filter(({ method }) => method === 'DELETE')).toHaveLength(2);
  });

  it('says what is left when it cannot take it back', async () => {
    now().standIn.trouble((request, nth) => {
      if (request.method === 'DELETE') return json(500, {});
      return isPost(request) && nth === 2 ? json(500, {}) : undefined;
    });
    const { code, stderr } = await now().faultline(['publish']);
    expect(code).toBe(4);
    expect(stderr).toMatch(/Still at the broker, perhaps: allocation-worker \w+ → admin-service/);
    expect(now().published()).toEqual(['allocation-worker → admin-service']);
  });

  it('is not there', async () => {
    await now().standIn.close();
    for (const args of [
      ['publish'],
      ['can-i-deploy', '--to-environment', 'production'],
      ['record-deployment', '--environment', 'production'],
    ]) {
      const { code, stderr } = await now().faultline(args);
      expect(stderr).toContain('cannot be reached (ECONNREFUSED)');
      expectOneError(stderr);
      expect(code).toBe(4);
    }
  });

  // Ends by the program's own time limits, or the test does by vitest's.
  it('hangs', async () => {
    const hang = async (
      wanted: (request: SeenRequest) => boolean,
      args: readonly string[],
    ): Promise<Ended & { readonly left: number }> => {
      const silent = await startStandIn();
      silent.trouble(at(wanted, 'hang'));
      try {
        return {
          ...(await now().faultline(args, { PACT_BROKER_BASE_URL: silent.url })),
          left: silent.store.pacts.length,
        };
      } finally {
        await silent.close();
      }
    };
    const ended = await Promise.all([
      hang(isIndex, ['publish']),
      hang(isPost, ['publish']),
      hang(() => true, ['can-i-deploy', '--to-environment', 'production']),
      hang(() => true, ['record-deployment', '--environment', 'production']),
    ]);
    for (const { code, stderr, left } of ended) {
      expect(stderr).toMatch(/did not answer (pact-cli )?within \d s/);
      expectOneError(stderr);
      expect(code).toBe(4);
      expect(left).toBe(0);
    }
  });
});
