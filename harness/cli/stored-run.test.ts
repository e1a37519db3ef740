/** `faultline judge` and `faultline replay`. */
import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readContract } from '../contract/contract.ts';
import { PATIENCE, useDouble } from './testing/double-bench.ts';

const { cwd, faultline } = useDouble('stored-run');

describe('stored runs', PATIENCE, () => {
  it('are judged again and replayed, saying whether the verdict is the same', async () => {
    await faultline(['run', 'worker-down', '--seed', '7', '--out', 'stored'], { 'worker-down': { outcome: 'failed' } });
    const folder = 'stored/2026-11-23T14-00-00-001-worker-down';
    const same = await faultline(['judge', folder], { 'worker-down': { outcome: 'failed' } });
    expect(same.code).toBe(1);
    expect(same.stdout).toContain('the same verdict as stored: failed');
    expect(same.log).toEqual([]);
    appendFileSync(join(cwd, folder, 'history.ndjson'), 'half a li');
    const broken = await faultline(['judge', folder]);
    expect(broken.code).toBe(2);
    expect(broken.stderr).toMatch(/cannot read the history .*history.ndjson: line 4: not JSON: half a li\n/);
  });

  it('that are not as they were judged are judged no more', async () => {
    await faultline(['run', 'worker-down', '--seed', '7', '--out', 'changed'], {});
    const folder = 'changed/2026-11-23T14-00-00-001-worker-down';
    const file = join(cwd, folder, 'history.ndjson');
    const history = readFileSync(file, 'utf8');
    const cut = history.slice(0, history.trimEnd().lastIndexOf('\n') + 1);
    for (const [now, why] of [
      [cut, 'event 3 is missing'],
      [history.split('\n').toSpliced(1, 1).join('\n'), 'event 2 is missing'],
      [history.replace('"at":', '"at":1'), 'something in the events 1 to 3 was changed'],
    ] as const) {
      writeFileSync(file, now);
      const { code, stdout, stderr } = await faultline(['judge', folder]);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toContain(why);
    }
  });

  it('that are judged otherwise now say in what', async () => {
    await faultline(['run', 'worker-down', '--seed', '7', '--out', 'other'], { 'worker-down': { outcome: 'failed' } });
    const folder = 'other/2026-11-23T14-00-00-001-worker-down';
    const other = await faultline(['judge', folder]);
    expect(other.code).toBe(0);
    expect(other.stdout).toContain('verdict: was failed, now passed');
    expect(other.stdout).toContain('purchase-gets-allocation: was violated, now holds');

    const replayed = await faultline(['replay', folder]);
    expect(replayed.log).toContain('begin worker-down 7');
    expect(replayed.log.at(-1)).toBe('closed');
    expect(replayed.stdout).toContain('not the stored verdict:');
    expect(replayed.code).toBe(0);
  });

  it('are judged by the pacts of their run, or by those that somebody names', async () => {
    const [before, now] = ['a'.repeat(64), 'b'.repeat(64)];
    await faultline(['run', 'healthy', '--seed', '7', '--out', 'pinned'], { healthy: { pacts: before } });
    const folder = 'pinned/2026-11-23T14-00-00-001-healthy';
    const judge = (pacts: string, ...args: string[]) => faultline(['judge', folder, ...args], { healthy: { pacts } });
    const told = 'judged by other pacts than in its run (bbbbbbbb, not aaaaaaaa)';
    // Faultline's own, of another version.
    expect(await judge(now)).toMatchObject({ code: 0, stdout: expect.stringContaining(told) as string });
    const refuses = async (): Promise<void> => {
      const refused = await judge(now);
      expect(refused).toMatchObject({ code: 2, stdout: '' });
      expect(refused.stderr).toContain(told);
      expect(refused.stderr).toContain('--pacts DIR');
      expect(await judge(now, '--pacts', 'x')).toMatchObject({
        code: 0,
        stdout: expect.stringContaining(told) as string,
      });
      expect(await judge(before)).toMatchObject({ code: 0, stdout: expect.not.stringContaining(told) as string });
    };
    const config = join(cwd, 'faultline.config.mjs');
    writeFileSync(config, "export default { pacts: 'own' }");
    await refuses();
    rmSync(config);
    const file = join(cwd, folder, 'scenario.json');
    const stored = JSON.parse(readFileSync(file, 'utf8')) as object;
    writeFileSync(file, JSON.stringify({ ...stored, workers: '/other/faultline.config.ts#theirs' }));
    await refuses();
  });

  it('are judged by no pacts where their run had none, wherever that is', async () => {
    const none = readContract(null).hash;
    await faultline(['run', 'healthy', '--seed', '7', '--out', 'without'], { healthy: { pacts: none } });
    const judge = (pacts: string, ...args: string[]) =>
      faultline(['judge', 'without/2026-11-23T14-00-00-001-healthy', ...args], { healthy: { pacts } });
    expect(await judge(none)).toMatchObject({ code: 0, log: ['judged by none'] });
    const named = await judge('b'.repeat(64), '--pacts', 'own');
    expect(named).toMatchObject({ code: 0, log: [`judged by ${join(cwd, 'own')}`] });
    expect(named.stdout).toContain('judged by other pacts than in its run');
  });

  it('that are replayed give their verdict, also where the document about it cannot be written', async () => {
    await faultline(['run', 'worker-down', '--seed', '7', '--out', 'lost'], {});
    const folder = 'lost/2026-11-23T14-00-00-001-worker-down';
    // The trial's own folder takes the document's place while it runs.
    const json = 'lost-again/2026-11-23T14-00-00-001-worker-down';
    const again = (outcome: 'passed' | 'failed') =>
      faultline(['replay', folder, '--out', 'lost-again', '--json', json], { 'worker-down': { outcome } });
    for (const [outcome, code] of [
      ['passed', 4],
      ['failed', 1],
    ] as const) {
      const ended = await again(outcome);
      expect(ended.stdout).toContain(outcome);
      expect(ended.stderr).toContain(`cannot write ${join(cwd, json)}`);
      expect(ended.code).toBe(code);
      rmSync(join(cwd, 'lost-again'), { recursive: true });
    }
  });

  it('that are replayed are told by the reporters that were asked for, beside what is the same', async () => {
    await faultline(['run', 'worker-down', '--seed', '7', '--out', 'told'], {});
    const folder = 'told/2026-11-23T14-00-00-001-worker-down';
    const failing = { 'worker-down': { outcome: 'failed' } } as const;
    const told = ['--out', 'told-again', '--reporter', 'list', '--reporter', 'junit=told.xml'];
    const ended = await faultline(['replay', folder, ...told], failing);
    expect(ended.code).toBe(1);
    expect(ended.stdout).toMatch(/✗ worker-down/);
    expect(ended.stdout).toContain('0 passed, 1 failed');
    expect(ended.stdout).toContain('not the stored verdict:');
    expect(readFileSync(join(cwd, 'told.xml'), 'utf8')).toContain('failures="1"');
    // A document takes standard output for itself.
    const alone = await faultline(['replay', folder, '--out', 'told-again', '--reporter', 'junit'], failing);
    expect(alone.stdout).toMatch(/^<\?xml[^]*<\/testsuites>\n*$/);
    expect(alone.stderr).toContain('not the stored verdict:');
  });

  it('from elsewhere run no code of theirs: neither by the workers they name, nor by a file in them', async () => {
    await faultline(['run', 'worker-down', '--seed', '7', '--out', 'foreign'], {});
    const folder = 'foreign/2026-11-23T14-00-00-001-worker-down';
    const ran = join(cwd, 'the-code-ran');
    writeFileSync(
      join(cwd, folder, 'evil.config.ts'),
      `import { writeFileSync } from 'node:fs'; writeFileSync(${JSON.stringify(ran)}, ''); export default {};`,
    );
    const evil = join(cwd, folder, 'evil.config.ts');
    symlinkSync(join(cwd, folder), join(cwd, 'by-a-link'));
    const scenario = join(cwd, folder, 'scenario.json');
    const stored = JSON.parse(readFileSync(scenario, 'utf8')) as object;
    for (const workers of [evil, `${evil}#incident`, `./${folder}/evil.config.ts`]) {
      writeFileSync(scenario, JSON.stringify({ ...stored, workers }));
      const replayed = await faultline(['replay', folder]);
      expect(replayed.code).toBe(2);
      expect(replayed.stderr).toContain('a run folder is not believed about code to run');
      const judged = await faultline(['judge', folder], { 'worker-down': { outcome: 'failed' } });
      expect(judged.stdout).toMatch(/Replay/);
      expect(judged.stdout).not.toMatch(/Replay.*evil/);
    }
    for (const workers of [evil, join('by-a-link', 'evil.config.ts')]) {
      const given = await faultline(['replay', folder, '--workers', workers]);
      expect(given.code).toBe(2);
      expect(given.stderr).toContain('no code of it is run');
    }
    expect(existsSync(ran)).toBe(false);
    expect((await faultline(['replay', folder, '--workers', 'incident'])).code).toBe(0);
  });

  it('run no code when a command is started inside them', async () => {
    await faultline(['run', 'worker-down', '--seed', '7', '--out', 'unpacked', '--shard', '1/1'], {
      'worker-down': { outcome: 'failed' },
    });
    const trial = 'unpacked/2026-11-23T14-00-00-001-worker-down';
    const ran = join(cwd, 'the-code-inside-ran');
    for (const folder of ['unpacked', trial])
      writeFileSync(
        join(cwd, folder, 'faultline.config.ts'),
        `import { writeFileSync } from 'node:fs'; writeFileSync(${JSON.stringify(ran)}, ''); export default {};`,
      );
    const answer = ['--owner', 'o', '--reason', 'r', '--until', '2999-01-01'];
    for (const [folder, ...args] of [
      [trial, 'judge', '.'],
      [trial, 'replay', '.'],
      [trial, 'report', '.'],
      ['unpacked', 'report', '.'],
      ['unpacked', 'merge', '.'],
      ['unpacked', 'accept', '--all', '--from', 'last-run.json', ...answer],
    ] as const) {
      const { code, stderr } = await faultline(args, {}, folder);
      expect(stderr, args.join(' ')).toContain('no code of those is run');
      expect(code).toBe(2);
    }
    for (const [folder, ...args] of [
      [trial, 'diff', '.', '.'],
      ['unpacked', 'comment', 'last-run.json'],
    ] as const)
      expect((await faultline(args, {}, folder)).stderr, args.join(' ')).not.toContain('Error');
    expect(existsSync(ran)).toBe(false);
  });

  it('with a verdict that is none are an error of theirs, told in one line', async () => {
    await faultline(['run', 'worker-down', '--seed', '7', '--out', 'odd'], {});
    const file = join(cwd, 'odd', '2026-11-23T14-00-00-001-worker-down', 'verdict.json');
    const odd: Readonly<Record<string, () => void>> = {
      'no object': () => writeFileSync(file, '[1]'),
      'of another shape': () => writeFileSync(file, '{"verdict":{"outcome":"failed","invariants":{}}}'),
      'too deep to be one': () => writeFileSync(file, '['.repeat(100_000)),
      'too large': () => writeFileSync(file, ' '.repeat(33 * 1024 * 1024)),
      'a link': () => symlinkSync('/etc/passwd', file),
      'a link to a device': () => symlinkSync('/dev/zero', file),
      'a pipe': () => execFileSync('mkfifo', [file]),
    };
    for (const [name, make] of Object.entries(odd)) {
      rmSync(file);
      make();
      const judged = await faultline(['judge', dirname(file)]);
      expect(judged.code, name).toBe(2);
      expect(judged.stderr, name).toContain('verdict.json');
      expect(judged.stderr, name).not.toContain('root:');
    }
  });
});
