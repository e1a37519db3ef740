/** The ways of a worker to its upstreams, with a real Toxiproxy in each: what faults do to them and how they end. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { connect, createServer as createTcpServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { Client } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { FaultlineError } from '../harness/base/errors.ts';
import { createSealedServer } from '../harness/base/sealed-socket.ts';
import { openPostgresGateway } from '../harness/environment/external/postgres-gateway.ts';
import type { Address } from '../harness/addresses/address.ts';
import type { Environment } from '../harness/environment/types.ts';
import { openKafkaConnection } from '../harness/wire/kafka/connection.ts';
import { metadata } from '../harness/wire/kafka/requests/metadata.ts';
import { openToxiproxy } from '../harness/wire/toxiproxy.ts';
import type { Toxiproxy } from '../harness/wire/toxiproxy.ts';
import { openWorkerWires } from '../harness/wire/worker-wires.ts';
import type { WorkerWires } from '../harness/wire/worker-wires.ts';
import { openEnvironment, unique } from './support/kafka.ts';
import { createTape, eventually } from './support/postgres.ts';

let environment: Environment;
let toxiproxy: Toxiproxy;
let service: Server;
/** What the service behind the wires saw. */
const seen = { connections: 0, requests: 0 };

beforeAll(async () => {
  environment = await openEnvironment();
  toxiproxy = openToxiproxy(environment.toxiproxy);
  service = createServer((_request, response) => {
    seen.requests += 1;
    response.end('hello');
  });
  service.on('connection', () => (seen.connections += 1));
  await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve));
}, 400_000);

afterAll(async () => {
  service.closeAllConnections();
  service.close();
  await environment.stop();
});

beforeEach(() => {
  seen.connections = 0;
  seen.requests = 0;
});

const urlOf = ({ serviceUrls }: WorkerWires): string => serviceUrls['admin-service'] ?? '';

const withWires = async (
  use: (wires: WorkerWires, tape: ReturnType<typeof createTape>, worker: string) => Promise<void>,
  postgres: Address = { host: environment.postgres.host, port: environment.postgres.port },
): Promise<void> => {
  const tape = createTape();
  const worker = unique('worker');
  const wires = await openWorkerWires({
    worker,
    toxiproxy,
    record: tape.record,
    upstreams: {
      kafka: environment.kafka,
      postgres,
      services: { 'admin-service': { host: '127.0.0.1', port: (service.address() as AddressInfo).port } },
    },
  });
  try {
    await use(wires, tape, worker);
  } finally {
    await wires.close();
  }
};

const get = async (url: string, timeoutMs = 2000): Promise<string> => {
  const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs), headers: { connection: 'close' } });
  return response.text();
};

const select = async ({ host, port }: WorkerWires['postgresAddress']): Promise<unknown> => {
  const { user, password } = environment.postgres.worker;
  const client = new Client({ host, port, user, password, database: 'postgres' });
  await client.connect();
  try {
    return (await client.query<{ one: number }>('select 1 as one')).rows[0]?.one;
  } finally {
    await client.end();
  }
};

const metadataThrough = async (brokers: string) => {
  const port = Number(brokers.split(':')[1]);
  const connection = openKafkaConnection({ address: { host: '127.0.0.1', port }, timeoutMs: 1000 });
  try {
    return await connection.send(metadata());
  } finally {
    connection.close();
  }
};

describe('the ways of a worker', () => {
  test('lead to all three upstreams, through proxies, and count what passes', () =>
    withWires(async (wires, tape, worker) => {
      expect(await get(urlOf(wires))).toBe('hello');
      expect(await select(wires.postgresAddress)).toBe(1);
      const { brokers } = await metadataThrough(wires.kafkaBrokers);
      expect(brokers.map(({ host, port }) => `${host}:${port}`)).toEqual([wires.kafkaBrokers]);

      const proxies = (await toxiproxy.list()).filter((one) => one.name.startsWith(`${worker}-`));
      expect(proxies.map((one) => [one.name, one.enabled])).toEqual(
        expect.arrayContaining(
          ['kafka', 'postgres', 'admin-service'].map((upstream) => [`${worker}-${upstream}`, true]),
        ),
      );
      const first = wires.traffic();
      for (const bytes of Object.values(first)) {
        expect(bytes.bytesUp).toBeGreaterThan(20);
        expect(bytes.bytesDown).toBeGreaterThan(20);
      }
      expect(wires.traffic().postgres).toEqual({ bytesUp: 0, bytesDown: 0 });
      expect(tape.of('wire.traffic')).toHaveLength(6);
      expect(tape.of('wire.traffic')[0]).toMatchObject({ worker, upstream: 'kafka', ...first.kafka });
      expect(tape.of('wire.connected').map((one) => one.upstream)).toEqual(['admin-service', 'postgres', 'kafka']);
      expect(tape.of('wire.refused')).toEqual([]);
    }));

  test('tell which process of PostgreSQL’s serves whom, for as long as the connection is open', () =>
    withWires(async (wires) => {
      const { host, port } = wires.postgresAddress;
      const { user, password } = environment.postgres.worker;
      const client = new Client({ host, port, user, password, database: 'postgres' });
      await client.connect();
      const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
      expect(wires.backends()).toEqual([rows[0]?.pid]);
      await client.end();
      await eventually('its connection to be closed', () => wires.backends().length === 0);
    }));

  test('withheld: connections reach the upstream, no byte does, on old and new connections; restored: all is well', () =>
    withWires(async (wires, tape) => {
      const old = connect(Number(new URL(urlOf(wires)).port), '127.0.0.1');
      const oldClosed = new Promise<void>((resolve) => old.on('error', () => undefined).on('close', () => resolve()));
      await eventually('the first connection', () => seen.connections === 1);
      await wires.withhold('admin-service');
      old.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
      await expect(get(urlOf(wires), 300)).rejects.toThrow();
      await eventually('the second connection', () => seen.connections === 2);
      expect(seen.requests).toBe(0);
      expect(tape.of('wire.refused')).toEqual([]);

      const withheld = fetch(urlOf(wires)).then(
        () => 'answered',
        () => 'broken',
      );
      await eventually('the third connection', () => seen.connections >= 3);
      await wires.restore('admin-service');
      expect(await withheld).toBe('broken');
      await oldClosed;
      expect(seen.requests).toBe(0);
      expect(await get(urlOf(wires))).toBe('hello');
      expect(tape.of('wire.refused')).toEqual([]);
    }));

  test.each(['kafka', 'postgres', 'admin-service'] as const)(
    '%s away: the worker is refused and its connections end; restored: all is well',
    (upstream) =>
      withWires(async (wires, tape) => {
        const through = {
          kafka: () => metadataThrough(wires.kafkaBrokers),
          postgres: () => select(wires.postgresAddress),
          'admin-service': () => get(urlOf(wires)),
        }[upstream];
        await through();
        const connection = openKafkaConnection({
          address: { host: '127.0.0.1', port: Number(wires.kafkaBrokers.split(':')[1]) },
        });
        await connection.send(metadata());
        await wires.away(upstream);
        for (let attempt = 1; attempt <= 3; attempt++) {
          await expect(through()).rejects.toThrow();
          expect(tape.of('wire.refused')).toHaveLength(attempt);
        }
        expect(tape.of('wire.refused').map((one) => one.upstream)).toEqual([upstream, upstream, upstream]);
        await wires.restore(upstream);
        await through();
        expect(tape.of('wire.refused')).toHaveLength(3);
        // Ways that were whole were left alone.
        if (upstream !== 'kafka') await connection.send(metadata());
        connection.close();
      }),
  );

  test('restoring what is whole does nothing to its connections', () =>
    withWires(async (wires) => {
      const connection = openKafkaConnection({
        address: { host: '127.0.0.1', port: Number(wires.kafkaBrokers.split(':')[1]) },
      });
      const connected = wires.traffic;
      await connection.send(metadata());
      const waiting = connection.send(metadata());
      await wires.restore('kafka');
      await waiting;
      expect(connected()['kafka']?.bytesDown).toBeGreaterThan(0);
      connection.close();
    }));

  test('leave no proxy and no open port behind', async () => {
    const brokers = { address: '' };
    await withWires(async (wires) => {
      brokers.address = wires.kafkaBrokers;
      await wires.away('postgres');
    });
    expect((await toxiproxy.list()).filter((one) => one.name.startsWith('worker-'))).toEqual([]);
    await expect(metadataThrough(brokers.address)).rejects.toThrow('ECONNREFUSED');
  });
});

/** What listens in the place of PostgreSQL, and what it has heard. */
const attacker = async (
  serve: (socket: Socket) => void,
): Promise<{
  readonly port: number;
  readonly connected: () => number;
  readonly heard: () => string;
  close(): void;
}> => {
  let connected = 0;
  const heard: Buffer[] = [];
  const sockets = new Set<Socket>();
  const server = createTcpServer((socket) => {
    sockets.add(socket);
    connected += 1;
    socket.on('error', () => undefined).on('data', (bytes: Buffer) => heard.push(bytes));
    serve(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    connected: () => connected,
    heard: () => Buffer.concat(heard).toString('latin1'),
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
};

/** AuthenticationCleartextPassword: the password itself, please. */
const PASSWORD_PLEASE = Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 3]);

describe("somebody who turns a worker's proxy to a port of his own, through Toxiproxy's open API", () => {
  const { host, port } = { host: '127.0.0.1', port: () => environment.postgres.port };
  type Use = Parameters<typeof withWires>[0];
  /** `refused`: what the gateway of this test refused; one of an earlier test may still give a connection up. */
  const withSealed = async (
    use: (...given: [...Parameters<Use>, refused: readonly string[]]) => Promise<void>,
  ): Promise<void> => {
    const refused: string[] = [];
    const upstream = { server: { host, port: port() } };
    const gateway = await openPostgresGateway(upstream, ({ message }) => void refused.push(message), {
      sealed: true,
    });
    try {
      await withWires((...given) => use(...given, refused), gateway.address);
    } finally {
      await gateway.close();
    }
  };
  const turn = async (worker: string, to: number): Promise<void> => {
    const api = `http://${environment.toxiproxy.host}:${environment.toxiproxy.port}/proxies/${worker}-postgres`;
    const { ok } = await fetch(api, { method: 'POST', body: JSON.stringify({ upstream: `${host}:${to}` }) });
    expect(ok).toBe(true);
  };
  const errors = (tape: ReturnType<typeof createTape>): string[] =>
    tape.of('trial.harness-error').map(({ message }) => message);

  const key = randomBytes(32);
  const sealing = createSealedServer({
    key,
    onSealed: (socket) => socket.write(PASSWORD_PLEASE),
    onRefused: () => undefined,
  });
  test.each([
    ['asks for the password', (socket: Socket) => socket.write(PASSWORD_PLEASE)],
    ['has a key of his own', sealing],
    ['hangs up', (socket: Socket) => socket.once('data', () => socket.destroy())],
  ] as const)('and %s learns nothing; what was played is told to prove nothing, and a repair leads back', (_, serve) =>
    withSealed(async (wires, tape, worker) => {
      const there = await attacker(serve);
      try {
        expect(await select(wires.postgresAddress)).toBe(1);
        expect([await wires.altered(), errors(tape)]).toEqual([[], []]);
        await turn(worker, there.port);
        await expect(select(wires.postgresAddress)).rejects.toThrow();
        expect(there.connected()).toBeGreaterThan(0);
        for (const secret of ['user', environment.postgres.worker.user, environment.postgres.worker.password])
          expect(there.heard()).not.toContain(secret);
        expect(errors(tape)).toEqual([expect.stringContaining('broke off before')]);
        expect(await wires.altered()).toEqual([expect.stringContaining(`it leads to ${host}:${there.port}`)]);
        await wires.restore('postgres');
        expect(await select(wires.postgresAddress)).toBe(1);
        expect(await wires.altered()).toEqual([]);
      } finally {
        there.close();
      }
    }),
  );

  test('and says nothing is noticed as well, and the way leads back after it', () =>
    withSealed(async (wires, tape, worker) => {
      const there = await attacker(() => undefined);
      try {
        await turn(worker, there.port);
        const asking = select(wires.postgresAddress);
        asking.catch(() => undefined);
        await eventually('he is connected to', () => there.heard() !== '');
        expect(await wires.altered()).toEqual([expect.stringMatching('leads to'), expect.stringMatching('hangs')]);
        await wires.restore('postgres');
        await expect(asking).rejects.toThrow();
        expect(await select(wires.postgresAddress)).toBe(1);
        expect([await wires.altered(), errors(tape)]).toEqual([[], []]);
      } finally {
        there.close();
      }
    }));

  test.runIf(process.platform === 'linux' && process.geteuid?.() === 0)(
    'no other user gets to a gateway by a relay',
    () =>
      withSealed(async (wires, tape) => {
        const script = `exec 3<>/dev/tcp/127.0.0.1/${wires.postgresAddress.port} && printf '\\0\\0\\0\\10\\4\\322\\26\\57' >&3; head -c 1 <&3`;
        const ask = async (by: object): Promise<string> => {
          const program = spawn('bash', ['-c', script], { stdio: ['ignore', 'pipe', 'ignore'], ...by });
          const heard: Buffer[] = [];
          program.stdout.on('data', (bytes: Buffer) => heard.push(bytes));
          await once(program, 'close');
          return Buffer.concat(heard).toString();
        };
        // SSLRequest: the gateway says no, whoever gets there.
        expect(await ask({})).toBe('N');
        expect(await ask({ uid: 65534, gid: 65534 })).toBe('');
        expect(tape.of('wire.connected')).toHaveLength(1);
        expect(errors(tape)).toEqual([expect.stringContaining('the user 65534')]);
      }),
  );

  test.runIf(process.platform === 'linux')('nor does anybody by a proxy that he makes and that leads to a relay', () =>
    withSealed(async (wires, tape, worker) => {
      const relay = wires.postgresAddress;
      const made = await toxiproxy.createProxy(`${worker}-his-own`, relay);
      const there = connect({ host: made.host, port: made.port }).on('error', () => undefined);
      // SSLRequest: a gateway says no to it.
      there.write(Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]));
      const heard: Buffer[] = [];
      there.on('data', (bytes: Buffer) => heard.push(bytes));
      // Reset or ended: `once` would fail for the former.
      await new Promise<void>((resolve) => there.once('close', () => resolve()));
      await toxiproxy.deleteProxy(`${worker}-his-own`);
      expect(Buffer.concat(heard).toString()).toBe('');
      expect(errors(tape)).toEqual([expect.stringContaining('somebody has made a proxy')]);
      expect(tape.of('wire.connected')).toEqual([]);
      expect(await select(relay)).toBe(1);
    }),
  );

  test('nor does anybody end a fault unseen', () =>
    withSealed(async (wires, tape) => {
      await wires.withhold('postgres');
      expect([await wires.altered(), errors(tape)]).toEqual([[], []]);
      const { ok } = await fetch(`http://${environment.toxiproxy.host}:${environment.toxiproxy.port}/reset`, {
        method: 'POST',
      });
      expect(ok).toBe(true);
      expect(await wires.altered()).toEqual([expect.stringContaining('it has 0 toxics')]);
      await wires.restore('postgres');
      expect(errors(tape)).toEqual([expect.stringContaining('it has 0 toxics')]);
      expect(await select(wires.postgresAddress)).toBe(1);
    }));

  test('faults on a sealed way are the trial’s own', () =>
    withSealed(async (wires, tape, _worker, refused) => {
      await wires.withhold('postgres');
      const asking = select(wires.postgresAddress);
      asking.catch(() => undefined);
      await eventually('it is connected', () => tape.of('wire.connected').length > 0);
      await eventually('it has taken long', () => performance.now() > tape.of('wire.connected')[0]!.at + 600);
      expect(await wires.altered()).toEqual([]);
      await wires.restore('postgres');
      await expect(asking).rejects.toThrow();
      await wires.away('postgres');
      await expect(select(wires.postgresAddress)).rejects.toThrow();
      await wires.restore('postgres');
      expect(await select(wires.postgresAddress)).toBe(1);
      expect([errors(tape), refused]).toEqual([[], []]);
    }));
});

describe('Toxiproxy', () => {
  test('replaces a proxy left by a broken run, and makes one anew on its port', async () => {
    const name = unique('left');
    await toxiproxy.createProxy(name, { host: '127.0.0.1', port: 1 });
    const made = await toxiproxy.createProxy(name, environment.kafka);
    await toxiproxy.addToxic(name, { type: 'latency', stream: 'downstream', attributes: { latency: 60_000 } });
    expect(await toxiproxy.recreate(name)).toEqual(made);
    expect((await metadataThrough(`127.0.0.1:${made.port}`)).brokers).toHaveLength(1);
    expect((await toxiproxy.list()).find((one) => one.name === name)).toEqual({
      name,
      listen: made,
      enabled: true,
      toxics: 0,
      upstream: { host: environment.kafka.host, port: environment.kafka.port },
    });
    await toxiproxy.deleteProxy(name);
    await toxiproxy.deleteProxy(name);
  });

  test('takes another port when somebody took the old one while it was disabled', async () => {
    const name = unique('taken');
    const before = await toxiproxy.createProxy(name, environment.kafka);
    await toxiproxy.disable(name);
    const thief = createServer();
    await new Promise<void>((resolve) => thief.listen(before.port, before.host, resolve));
    const after = await toxiproxy.recreate(name);
    expect(after.port).not.toBe(before.port);
    expect((await metadataThrough(`127.0.0.1:${after.port}`)).brokers).toHaveLength(1);
    thief.close();
    await toxiproxy.deleteProxy(name);
  });

  test('errors say what was refused, or that nobody answered', async () => {
    await expect(toxiproxy.disable('never-there')).rejects.toThrow(/refused to disable proxy never-there: 404/);
    const nobody = openToxiproxy({ host: '127.0.0.1', port: 1 });
    const error = await nobody.list().catch((problem: unknown) => problem);
    expect(error).toBeInstanceOf(FaultlineError);
    expect(String(error)).toMatch(/127\.0\.0\.1:1 did not answer when asked to list its proxies: fetch failed/);
  });
});
