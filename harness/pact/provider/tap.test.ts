import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { openTap, readAddress } from './tap.ts';
import type { Tap, TapOptions } from './tap.ts';

let server: Server;
let tap: Tap;

afterEach(async () => {
  await tap.close();
  server.closeAllConnections();
  server.close();
});

const open = async (
  handle: (request: IncomingMessage, response: ServerResponse) => void,
  { prefix = '', ...options }: Partial<TapOptions> & { readonly prefix?: string } = {},
): Promise<void> => {
  server = createServer(handle);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  tap = await openTap({ target: new URL(`http://ada:s%C3%A9cret@127.0.0.1:${port}${prefix}`), ...options });
};

const post = (path: string) => fetch(`${tap.url}${path}`, { method: 'POST', body: '{"a":1}' });

test('a request goes on whole, below the path and with the credentials of the address', async () => {
  let seen: object = {};
  await open(
    (request, response) => {
      let body = '';
      request.on('data', (chunk) => (body += String(chunk)));
      request.on('end', () => {
        const { method, url, headers } = request;
        seen = { method, url, body, authorization: headers.authorization, encoding: headers['accept-encoding'] };
        response.writeHead(201, { 'x-own': 'yes', 'set-cookie': ['a=1', 'b=2'] });
        response.end('{"ok":true}');
      });
    },
    { prefix: '/admin/' },
  );
  const response = await post('/api?x=1');
  expect([response.status, response.headers.get('x-own'), await response.text()]).toEqual([201, 'yes', '{"ok":true}']);
  expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
  expect(seen).toEqual({
    method: 'POST',
    url: '/admin/api?x=1',
    body: '{"a":1}',
    authorization: `Basic ${Buffer.from('ada:sécret').toString('base64')}`,
    // What is compressed cannot be kept as text.
    encoding: 'identity',
  });
  const [exchange, ...more] = tap.taken();
  expect([exchange?.request.path, exchange?.answer?.status, exchange?.failure]).toEqual(['/api?x=1', 201, undefined]);
  expect([more, tap.taken()]).toEqual([[], []]);
});

test('what is rewritten is what arrives and what is kept', async () => {
  await open((_, response) => response.end('short'), {
    rewrite: (answer) => ({ ...answer, status: 418, body: 'much longer than before' }),
  });
  const response = await post('/');
  expect([response.status, await response.text()]).toEqual([418, 'much longer than before']);
  expect(tap.taken()[0]?.answer?.status).toBe(418);
});

test('a provider that does not answer is said and answered for', async () => {
  await open(() => undefined, { answerWithinMs: 50 });
  expect((await post('/')).status).toBe(502);
  expect(tap.taken()[0]?.failure).toBe('no answer within 0.05 s');
});

test('one that hangs up in the middle of its answer is said and answered for', async () => {
  await open((_, response) => {
    response.writeHead(201, { 'content-length': '100' });
    response.write('half', () => response.destroy());
  });
  expect((await post('/')).status).toBe(502);
  expect(tap.taken()[0]).toMatchObject({ answer: undefined, failure: expect.stringMatching(/^the connection broke/) });
});

test('an address must be one of HTTP', async () => {
  await open(() => undefined);
  expect(readAddress('https://admin.example/x', '--provider-url').hostname).toBe('admin.example');
  for (const given of ['localhost:3010', 'ftp://x', '']) {
    expect(() => readAddress(given, '--provider-url')).toThrow('--provider-url is no address');
  }
});
