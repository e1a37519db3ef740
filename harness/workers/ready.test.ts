import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { sh, useWorkers } from './testing/worker-bench.ts';
import { waitReady } from './worker.ts';

const { now, record, of, logged, configOf, start, until } = useWorkers();

describe('getting ready', () => {
  const never = async (): Promise<boolean> => false;
  const always = async (): Promise<boolean> => true;

  test('as soon as the group is stable', async () => {
    const process = start(configOf(sh('sleep 60')));
    let asked = 0;
    await waitReady(process, { isGroupReady: async () => (asked += 1) === 3, record });
    expect(asked).toBe(3);
    expect(of('process.ready')[0]).toMatchObject({ worker: 'allocation-worker', pid: process.pid });
    expect(of('process.ready')[0]?.tookMs).toBeGreaterThan(0);
  });

  test('a line of output besides, also when it came long ago', async () => {
    const { folder } = now();
    const flag = join(folder, 'go');
    const process = start(
      configOf(sh(`echo 'consumer joined'; i=0; while [ $i -lt 1500 ]; do echo $i; i=$((i+1)); done; sleep 60`), {
        ready: { log: 'joined', timeoutMs: 5000 },
      }),
    );
    await until('all lines', () => logged().length === 1501);
    await waitReady(process, { isGroupReady: always, record });
    const late = start(configOf(sh(`while [ ! -e ${flag} ]; do sleep 0.01; done; echo at last; sleep 60`)));
    const waiting = waitReady(late, { isGroupReady: always, record, log: 'at last' });
    await delay(60);
    expect(of('process.ready')).toHaveLength(1);
    writeFileSync(flag, '');
    await waiting;
    expect(of('process.ready')).toHaveLength(2);
  });

  test('an early exit is an error with the code and the last lines', async () => {
    const { events } = now();
    const process = start(configOf(sh('echo "Error: REDIS_URL is missing" >&2; exit 1')));
    const waiting = waitReady(process, { isGroupReady: () => new Promise(() => {}), record });
    await expect(waiting).rejects.toMatchObject({
      code: 'worker',
      message:
        'allocation-worker exited with code 1 before it was ready. The last lines it wrote:\n  Error: REDIS_URL is missing',
    });
    expect(of('process.ready')).toEqual([]);
    expect(events.at(-1)?.kind).toBe('process.exited');
  });

  test('too late is an error that says what it waited for', async () => {
    const process = start(configOf(sh('echo starting; sleep 60'), { ready: { log: 'joined', timeoutMs: 100 } }));
    await until('starting', () => logged().includes('starting'));
    await expect(waitReady(process, { isGroupReady: never, record })).rejects.toMatchObject({
      code: 'worker',
      message:
        'allocation-worker was not ready after 100 ms. Waited for a line that contains "joined" (not seen), and its consumer group ' +
        'trainer-allocation-workers to be stable with it as a member (not asked yet). The last lines it wrote:\n  starting',
    });
    const asking = waitReady(process, {
      isGroupReady: () => Promise.reject(new Error('no coordinator')),
      record,
      log: 'start',
    });
    await expect(asking).rejects.toThrow('(could not be asked: no coordinator)');
    const hanging = waitReady(process, {
      isGroupReady: () => new Promise(() => {}),
      record,
      log: 'start',
      timeoutMs: 50,
    });
    await expect(hanging).rejects.toThrow('was not ready after 50 ms');
    expect(process.state).toBe('running');
  });
});
