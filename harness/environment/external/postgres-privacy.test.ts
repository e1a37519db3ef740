import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import pg from 'pg';
import { afterEach, describe, expect, it } from 'vitest';
import { openPostgresGateway } from './postgres-gateway.ts';
import { joinPostgres } from './postgres-server.ts';

const PASSWORD = 'pass-word-9';

/** Reaches this machine, and is no name of it that the gateway takes for it. */
const ANOTHER = '0.0.0.0';

const message = (kind: string, body: Buffer): Buffer => {
  const head = Buffer.alloc(5);
  head.write(kind);
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
};
const authentication = (code: number, rest: Buffer | string = ''): Buffer => {
  const head = Buffer.alloc(4);
  head.writeInt32BE(code);
  return message('R', Buffer.concat([head, Buffer.from(rest)]));
};
const OK = authentication(0);
const READY = message('Z', Buffer.from('I'));
const CLEARTEXT = authentication(3);
const MD5 = authentication(5, 'salt');
const SCRAM = authentication(10, 'SCRAM-SHA-256\0\0');

/** Goes on as a server may that wants to hear something: with the client's own nonce. */
const weakScram = (heard: string): Buffer =>
  authentication(11, `r=${/r=([^,]+)$/.exec(heard)?.[1]}xyz,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=1`);

type Says = Buffer | ((heard: string) => Buffer);

const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of open.splice(0).reverse()) await end();
});

/** A server that says these, one after each message that it hears, and then no more. */
const startServer = async (
  host: string,
  says: readonly Says[],
): Promise<{ address: { host: string; port: number }; heard: () => string }> => {
  let heard = '';
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    let said = 0;
    sockets.push(socket);
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      heard += chunk.toString('latin1');
      const next = says[said];
      said += 1;
      if (next === undefined) socket.end();
      // Byte by byte, as a network may bring it.
      else for (const byte of typeof next === 'function' ? next(heard) : next) socket.write(Buffer.from([byte]));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  open.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { address: { host, port: (server.address() as AddressInfo).port }, heard: () => heard };
};

/** What such a server hears of somebody who logs in through a gateway and asks something, and why the gateway ended that. */
const listen = async (
  says: readonly Says[],
  { host = ANOTHER, plaintext = false } = {},
): Promise<{ heard: string; refused: string[] }> => {
  const server = await startServer(host, says);
  const refused: string[] = [];
  const gateway = await openPostgresGateway({ server: server.address, plaintext }, (error) => {
    refused.push(error.message);
  });
  open.push(() => gateway.close());
  const client = new pg.Client({ ...gateway.address, user: 'ada', password: PASSWORD, database: 'd' });
  client.on('error', () => undefined);
  const ended = new Promise((resolve) => client.once('end', resolve));
  await client
    .connect()
    .then(() => client.query('SELECT 1'))
    .catch(() => undefined);
  await client.end().catch(() => undefined);
  await ended;
  return { heard: server.heard(), refused };
};

describe('a server that listens, without TLS and on another machine', () => {
  it.each([
    ['the password', [CLEARTEXT], 'the password as it is'],
    ['its MD5', [MD5], 'MD5'],
    ['a kind that is not known', [authentication(7)], 'a login of kind 7'],
    ['less than a kind', [message('R', Buffer.from([0, 0]))], 'a login of kind undefined'],
    ['the password behind another message', [Buffer.concat([message('N', Buffer.alloc(2)), CLEARTEXT])], 'as it is'],
    ['the password after it has let in', [Buffer.concat([OK, READY]), CLEARTEXT], 'the password as it is'],
    ['the password within a login by SCRAM', [SCRAM, CLEARTEXT], 'the password as it is'],
    ['SCRAM of one round', [SCRAM, weakScram], '4096 at least'],
  ] as const)('is not told what it asks for: %s', async (_, says, why) => {
    const { heard, refused } = await listen(says);
    expect(refused).toEqual([expect.stringContaining(why)]);
    expect(heard).not.toContain(PASSWORD);
    // Of answers to such a question: PasswordMessage and the proof of SCRAM.
    expect(heard).not.toMatch(/p\0\0\0.(?!SCRAM)|,p=/);
    expect(refused.join()).not.toContain(PASSWORD);
  });

  it.each([
    ['on this machine', { host: '127.0.0.1' }],
    ['where somebody allows it', { plaintext: true }],
  ])('is told %s', async (_, over) => {
    const { heard, refused } = await listen([CLEARTEXT], over);
    expect(heard).toContain(PASSWORD);
    expect(refused).toEqual([]);
  });

  it('passes on everything else, however it is cut', async () => {
    const row = Buffer.concat([
      message('T', Buffer.from('\0\x01a\0\0\0\0\0\0\0\0\0\0\x19\xff\xff\xff\xff\xff\xff\0\0', 'latin1')),
      message('D', Buffer.from('\0\x01\0\0\0\x0cRRRRR\0\0\0\x03RRR', 'latin1')),
      message('C', Buffer.from('SELECT 1\0')),
    ]);
    const server = await startServer(ANOTHER, [Buffer.concat([OK, READY]), Buffer.concat([row, READY])]);
    const gateway = await openPostgresGateway({ server: server.address }, () => undefined);
    open.push(() => gateway.close());
    const client = new pg.Client({ ...gateway.address, user: 'ada', password: PASSWORD, database: 'd' });
    await client.connect();
    expect((await client.query('SELECT 1')).rows).toEqual([{ a: 'RRRRR\0\0\0\x03RRR' }]);
    await client.end();
  });

  it('ends the run with what would change that', async () => {
    const { address, heard } = await startServer(ANOTHER, [CLEARTEXT]);
    const settings = { ...address, user: 'ada', password: PASSWORD, database: 'd', tls: undefined, plaintext: false };
    await expect(
      joinPostgres(
        settings,
        () => undefined,
        () => undefined,
      ),
    ).rejects.toMatchObject({
      code: 'config',
      message: expect.stringContaining(`PostgreSQL at ${ANOTHER}:${address.port}`) as string,
      hint: expect.stringContaining('FAULTLINE_POSTGRES_PLAINTEXT=1') as string,
    });
    expect(heard()).not.toContain(PASSWORD);
  });
});
