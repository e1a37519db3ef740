import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { Gateway } from './gateway.ts';
import { openPostgresGateway, userIn, withoutChannelBinding } from './postgres-gateway.ts';
import { readExactly } from './upstream.ts';

/** AuthenticationSASL with these mechanisms. */
const offer = (...mechanisms: readonly string[]): Buffer => {
  const body = Buffer.from(`${mechanisms.join('\0')}\0\0`);
  const head = Buffer.alloc(9);
  head.write('R');
  head.writeInt32BE(8 + body.length, 1);
  head.writeInt32BE(10, 5);
  return Buffer.concat([head, body]);
};

describe('withoutChannelBinding', () => {
  it('takes the mechanism out that cannot work here, and nothing else', () => {
    expect(withoutChannelBinding(offer('SCRAM-SHA-256-PLUS', 'SCRAM-SHA-256'))).toEqual(offer('SCRAM-SHA-256'));
    expect(withoutChannelBinding(offer('SCRAM-SHA-256'))).toEqual(offer('SCRAM-SHA-256'));
    const error = Buffer.from('E\0\0\0\x0bSERROR\0', 'latin1');
    expect(withoutChannelBinding(error)).toEqual(error);
  });
});

describe('who wants to log in', () => {
  const startupOf = (...words: readonly string[]): Buffer =>
    Buffer.concat([Buffer.from([0, 0, 0, 99, 0, 3, 0, 0]), Buffer.from([...words, '', ''].join('\0'))]);

  it.each([
    ['is told', ['user', 'worker', 'database', 'user'], 'worker'],
    ['is told in any letters', ['user', 'größe'], 'größe'],
    ['is told after other things', ['database', 'd', 'user', 'worker'], 'worker'],
    ['is nobody where two are told, of whom a server takes one', ['user', 'worker', 'user', 'admin'], undefined],
    ['is nobody where two follow what looks like the end', ['user', 'worker', '', '', 'user', 'admin'], undefined],
    ['is nobody where none is told', ['database', 'user'], undefined],
    ['is nobody where nothing is', [], undefined],
  ] as const)('%s', (_, words, user) => expect(userIn(startupOf(...words))).toBe(user));
});

const opened: (Server | Gateway)[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await new Promise<unknown>((resolve) => void resolve(one.close(() => undefined)));
});

const startup = Buffer.from([0, 0, 0, 8, 0, 3, 0, 0]);
const sslRequest = Buffer.from([0, 0, 0, 8, 4, 0xd2, 0x16, 0x2f]);

/** A gateway to a server that answers each connection so, and what went wrong at the gateway. */
const gatewayTo = async (
  serve: (socket: Socket) => void,
  tls?: { readonly ca: string },
): Promise<{ client: Socket; refused: Promise<Error> }> => {
  const server = createServer(serve);
  opened.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  let refuse: (error: Error) => void = () => undefined;
  const refused = new Promise<Error>((resolve) => (refuse = resolve));
  const full = tls === undefined ? undefined : { ...tls, servername: undefined, cert: undefined, key: undefined };
  const gateway = await openPostgresGateway({ server: { host: '127.0.0.1', port }, tls: full }, refuse);
  opened.push(gateway);
  const client = connect(gateway.address);
  client.on('error', () => undefined);
  return { client, refused };
};

describe('the gateway', () => {
  it('tells a client that asks for TLS that there is none, and passes on the rest', async () => {
    const { client } = await gatewayTo((socket) => {
      void readExactly(socket, 8).then((bytes) => {
        expect(bytes).toEqual(startup);
        socket.write(Buffer.concat([offer('SCRAM-SHA-256-PLUS', 'SCRAM-SHA-256'), Buffer.from('and more')]));
      });
    });
    client.write(sslRequest);
    expect((await readExactly(client, 1)).toString()).toBe('N');
    client.write(startup);
    const expected = Buffer.concat([offer('SCRAM-SHA-256'), Buffer.from('and more')]);
    expect(await readExactly(client, expected.length)).toEqual(expected);
    client.destroy();
  });

  it('does not speak plain where TLS was asked for', async () => {
    const received: Buffer[] = [];
    const { client, refused } = await gatewayTo(
      (socket) => {
        socket.on('data', (chunk) => {
          received.push(chunk);
          socket.write('N');
        });
        socket.on('error', () => undefined);
      },
      { ca: '' },
    );
    client.write(startup);
    expect((await refused).message).toContain('does not offer TLS');
    expect(Buffer.concat(received)).toEqual(sslRequest);
  });

  it('resets a client whose server is not there', async () => {
    const { client, refused } = await gatewayTo((socket) => socket.destroy());
    const closed = new Promise((resolve) => client.once('close', resolve));
    client.write(startup);
    await refused;
    await closed;
  });
});
