/** A server whose certificate nobody vouches for, and a variable that asks not to look. */
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { generate } from 'selfsigned';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { packageRoot } from '../../harness/base/package-root.ts';
import { faultline } from '../support/cli.ts';

const TOKEN = 'tok-3c1d77-very-secret';
const heard: (string | undefined)[] = [];
const server = createServer({}, (request, response) => {
  heard.push(request.headers.authorization);
  response.writeHead(200, { 'content-type': 'application/hal+json' }).end('{}');
});

beforeAll(async () => {
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'localhost' }]);
  server.setSecureContext({ cert, key });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => void server.close());

it('is not given the credentials of a broker', async () => {
  const ended = await faultline(
    ['contracts', 'can-i-deploy', '--to-environment', 'production', '--pacticipant', 'a', '--pacticipant-version', '1'],
    {
      cwd: packageRoot,
      env: {
        PACT_BROKER_BASE_URL: `https://localhost:${(server.address() as AddressInfo).port}`,
        PACT_BROKER_TOKEN: TOKEN,
        NODE_TLS_REJECT_UNAUTHORIZED: '0',
      },
    },
  );
  expect(ended.code, ended.stdout + ended.stderr).toBe(4);
  expect(ended.stderr).toContain('cannot be reached');
  expect(ended.stderr).not.toContain(TOKEN);
  expect(heard).toEqual([]);
});
