import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createOutput } from './output.ts';
import { FOREVER, lives, sh, useWorkers } from './testing/worker-bench.ts';

const { now, of, logged, configOf, start, script, until } = useWorkers();

describe('output', () => {
  test('both streams, line by line, into history and log, without credentials', async () => {
    const { folder } = now();
    const logFile = join(folder, 'both.log');
    await start(
      configOf(sh('echo "$DATABASE_URL and hunter22x"; echo "API_TOKEN=abcdefgh" >&2; printf "no end"'), {
        env: { API_TOKEN: 'abcdefgh' },
      }),
      { logFile },
    ).exited;
    expect(
      of('process.log')
        .map(({ stream, line }) => `${stream}: ${line}`)
        .toSorted(),
    ).toEqual(['stderr: API_TOKEN=***', 'stdout: no end', 'stdout: postgres://***@127.0.0.1:2/db and ***']);
    const log = readFileSync(logFile, 'utf8');
    expect(log.split('\n').toSorted()).toEqual(['', ...logged()].toSorted());
  });

  test('the log file may change while it runs; one that cannot be written is recorded once', async () => {
    const { folder } = now();
    let file: string | undefined = join(folder, 'first.log');
    const process = start(
      configOf(
        script(
          `process.on('SIGUSR2', () => { console.log('two'); console.log('three'); }); console.log('one'); ${FOREVER}`,
        ),
      ),
      { logFile: () => file },
    );
    await until('one', () => logged().includes('one'));
    file = join(folder, 'no', 'such', 'folder.log');
    globalThis.process.kill(process.pid, 'SIGUSR2');
    await until('three', () => logged().includes('three'));
    expect(readFileSync(join(folder, 'first.log'), 'utf8')).toMatch(/one\n$/);
    expect(of('trial.harness-error').map((event) => event.message)).toEqual([
      expect.stringContaining('the log of allocation-worker cannot be written: ENOENT'),
    ]);
  });

  test('the correlation id that a line mentions', async () => {
    const known = '1fa90c93-ea40-4ba9-a7bf-4ed47e735b91';
    await start(configOf(sh(`echo "allocated ${known}"; echo nothing`)), {
      idsOf: (line) => (line.includes(known) ? [known, 'second'] : []),
    }).exited;
    expect(of('process.log').map((event) => event.correlationId)).toEqual([known, undefined]);
  });

  test('garbage harms nobody: binary data and a line of 20 MB', async () => {
    const process = start(
      configOf(
        script(`process.stdout.write(Buffer.from([0xff, 0, 1, 0xfe, 10]));
          process.stdout.write('x'.repeat(20_000_000) + '\\nafter\\n');`),
      ),
    );
    expect(await process.exited).toMatchObject({ code: 0 });
    const lines = logged();
    expect(lines).toHaveLength(3);
    const [binary] = of('process.log');
    expect(binary).toMatchObject({
      line: '\ufffd\u0000\u0001\ufffd',
      bytes: Buffer.from([0xff, 0, 1, 0xfe]).toString('base64'),
    });
    expect(lines[1]?.length).toBeLessThan(17_000);
    expect(lines[1]).toMatch(/… \(cut: 20000000 bytes\)$/);
    expect(lines[2]).toBe('after');
    expect(process.lastLines(1)).toEqual(['after']);
    expect(process.lastLines(0)).toEqual([]);
  });

  test('an exit is not held up by somebody outside the group who keeps the output open: that one ends with it', async () => {
    const { folder } = now();
    const pidFile = join(folder, 'outsider.pid');
    const process = start(configOf(sh(`setsid sh -c 'echo $$ > ${pidFile}; exec sleep 60' & sleep 0.2; echo bye`)));
    await process.exited;
    const outsider = Number(readFileSync(pidFile, 'utf8'));
    expect(lives(outsider)).toBe(false);
    expect(logged()).toEqual(['bye']);
  });

  test('no credential is cut in two where keeping everything ends, and none that comes over several lines is seen', () => {
    const lines: string[] = [];
    let room = true;
    const output = createOutput({
      worker: 'w',
      pid: 1,
      record: (event) => (event.kind === 'process.log' ? lines.push(event.line) : 0),
      secrets: [],
      logFile: () => undefined,
      idsOf: () => [],
      watched: undefined,
      budget: { hasRoom: () => room, take: () => undefined, takeNaming: () => true },
    });
    const write = (text: string): void => output.stdout.write(Buffer.from(text));
    for (const left of [false, true, false]) {
      write('password=hun');
      room = left;
      for (const part of ['ter22', 'more\nand ghp_a1B2a1B2a1', 'B2a1B2a1B2a1B2\n', '']) write(part);
    }
    room = true;
    write(`-----BEGIN PRIVATE KEY-----\n${'aB3/'.repeat(16)}\nZm9v\n-----END PRIVATE KEY-----\nafter`);
    output.stdout.end();
    expect(lines.join('\n')).not.toMatch(/hun|ter22|ghp_|a1|B2|aB3|Zm9v/);
    expect(lines.filter((line) => line === 'password=***')).toHaveLength(3);
    expect(lines.filter((line) => line === 'and ***')).toHaveLength(3);
    expect(lines).toContain('after');
  });

  test('of a flood the first and the last are kept with what names the trial, and what was left out is counted', async () => {
    const known = '1fa90c93-ea40-4ba9-a7bf-4ed47e735b91';
    const process = start(
      configOf(
        script(`import { writeSync } from 'node:fs';
          const noise = Array.from({ length: 1000 }, (_, i) => 'noise ' + i).join('\\n') + '\\n';
          for (let i = 0; i < 300; i += 1) {
            writeSync(1, noise);
            if (i === 200) writeSync(1, 'took ${known}\\n');
          }
          writeSync(1, 'the last');`),
        { ready: { timeoutMs: 1000, log: 'the last' } },
      ),
      { idsOf: (line) => (line.includes(known) ? [known] : []) },
    );
    await process.exited;
    const lines = logged();
    expect(lines.length).toBeLessThan(40_000);
    expect(lines[0]).toBe('noise 0');
    expect(of('process.log').filter((event) => event.correlationId === known)).toHaveLength(1);
    const told = lines.findIndex((line) => line.includes('left out here'));
    const left = Number(/^… ([\d,]+) lines/.exec(lines[told] ?? '')?.[1]?.replaceAll(',', ''));
    expect(left + told).toBe(300_002);
    expect(lines[told - 1]).toBe('the last');
    expect(lines.at(-1)).toBe('noise 999');
    expect(process.lastLines(1)).toEqual(lines.slice(-1));
  });
});
