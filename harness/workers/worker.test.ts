import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { FOREVER, addresses, sh, useWorkers } from './testing/worker-bench.ts';

const { now, of, logged, configOf, start, script, until } = useWorkers();

describe('starting', () => {
  test('cwd, arguments and the environment, in its order of precedence', async () => {
    const { folder, events } = now();
    const [node, name] = script(
      'console.log(JSON.stringify({ cwd: process.cwd(), args: process.argv.slice(2), env: process.env }))',
    );
    const config = configOf([node, name ?? '', 'a b', '$HOME'], {
      env: { OWN: 'own', BASE: 'own', EXTRA: 'own', DATABASE_URL: 'mine' },
    });
    await start(config, {
      baseEnv: { PATH: '/usr/bin', BASE: 'base', INHERITED: 'base', GONE: undefined, KAFKA_BROKERS: 'base' },
      extraEnv: { EXTRA: 'extra' },
      record: (event) => (event.kind === 'process.log' ? events.push(event) : 0),
    }).exited;
    const line = JSON.parse(logged()[0] ?? '') as { cwd: string; args: string[]; env: Record<string, string> };
    expect(line.cwd).toBe(folder);
    expect(line.args).toEqual(['a b', '$HOME']);
    expect(line.env).toMatchObject({
      INHERITED: 'base',
      OWN: 'own',
      BASE: 'own',
      EXTRA: 'extra',
      KAFKA_BROKERS: addresses.kafkaBrokers,
      DATABASE_URL: 'postgres://***@127.0.0.1:2/db',
      POSTGRES_URL: 'postgres://***@127.0.0.1:2/db',
      ADMIN_SERVICE_URL: addresses.serviceUrls['admin-service'],
      PYTHONUNBUFFERED: '1',
    });
    expect(line.env).not.toHaveProperty('GONE');
  });

  test('start and exit are recorded, in order; the reaper knows the group while it lives', async () => {
    const { events, groups } = now();
    const process = start(configOf(sh('echo last words; exit 3')));
    expect(groups).toEqual(new Set([process.pid]));
    expect(process.state).toBe('running');
    expect(await process.exited).toEqual({ code: 3, signal: null, requested: false });
    expect(events.map((event) => event.kind)).toEqual(['process.started', 'process.log', 'process.exited']);
    expect(of('process.exited')[0]).toMatchObject({ worker: 'allocation-worker', pid: process.pid, code: 3 });
    expect(process.state).toBe('exited');
    expect(process.exit).toMatchObject({ code: 3 });
    expect(groups.size).toBe(0);
  });

  test('both of its outputs are measured', async () => {
    const read: number[] = [];
    const outputLag = { read: (bytes: number) => void read.push(bytes), begin: () => undefined, total: () => 0 };
    await start(configOf(sh('printf out; printf error >&2')), { outputLag }).exited;
    expect(read.toSorted()).toEqual([3, 5]);
  });

  test('a group of its own', async () => {
    const process = start(configOf(script(`console.log('up'); ${FOREVER}`)));
    await until('a line', () => logged().length > 0);
    const [, , group] = readFileSync(`/proc/${process.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    expect(Number(group)).toBe(process.pid);
  });

  test.each([
    ['a program that is not there', ['no-such-program', 'x'], {}, 'its command was not found: no-such-program'],
    ['a file that is not there', ['./nowhere.sh'], {}, 'its command was not found: ./nowhere.sh'],
    [
      'a directory that is not there',
      ['node', 'x.js'],
      { cwd: '/no/such/place' },
      'its working directory does not exist',
    ],
  ] as const)('%s: the error names command and cwd', (_, command, more, message) => {
    const { events } = now();
    const config = configOf(command as unknown as [string], more);
    const expected = `allocation-worker: ${message}\n  command: ${command.join(' ')}\n  cwd: ${config.cwd}`;
    expect(() => start(config)).toThrow(expect.objectContaining({ code: 'worker', message: expected }));
    expect(events).toEqual([]);
  });

  test('a file that is not executable', () => {
    const { folder } = now();
    script('', 'plain.sh');
    expect(() => start(configOf(['./plain.sh']))).toThrow(`${join(folder, 'plain.sh')} is not executable`);
  });
});

describe('pausing', () => {
  test('stands still, counts as alive, and goes on', async () => {
    const process = start(configOf(script(`let n = 0; setInterval(() => console.log(String(n++)), 2);`)));
    await until('a line', () => logged().length > 3);
    expect(process.seen()).toBe('running');
    process.pause();
    expect(process.state).toBe('stopped');
    expect(process.seen()).toBe('stopped');
    // What was written before the stop may still be in the pipe.
    await delay(20);
    const before = logged().length;
    await delay(100);
    expect(logged().length).toBe(before);
    process.resume();
    expect(process.state).toBe('running');
    await until('a further line', () => logged().length > before);
    expect(process.seen()).toBe('running');
    await process.kill();
    expect(process.seen()).toBe('absent');
    expect(of('process.seen').map(({ alive, state }) => `${alive} ${state}`)).toEqual([
      'true running',
      'true stopped',
      'true running',
      'false absent',
    ]);
    expect(of('process.signalled').map((event) => event.signal)).toEqual(['SIGSTOP', 'SIGCONT', 'SIGKILL']);
  });

  test('repeating it, or doing it to a dead process, does nothing', async () => {
    const process = start(configOf(sh('sleep 60')));
    process.resume();
    process.pause();
    process.pause();
    process.resume();
    await process.kill();
    process.pause();
    process.resume();
    expect(process.state).toBe('exited');
    expect(of('process.signalled').map((event) => event.signal)).toEqual(['SIGSTOP', 'SIGCONT', 'SIGKILL']);
  });
});
