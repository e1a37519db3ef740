import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { packageRoot } from '../harness/base/package-root.ts';
import { eventually } from './support/processes.ts';

/** A checkout in small: our scripts, settings and dependencies, and a program of a few lines. */
let checkout: string;

const MAIN = `
const [command, ...rest] = process.argv.slice(2);
process.stdout.write(JSON.stringify({ command, rest }) + '\\n');
process.exitCode = command === 'run' ? 0 : Number(rest[0] ?? 0);
`;

beforeAll(() => {
  checkout = mkdtempSync(join(tmpdir(), 'faultline-checkout-'));
  for (const name of ['scripts', 'package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json'])
    cpSync(join(packageRoot, name), join(checkout, name), { recursive: true });
  symlinkSync(join(packageRoot, 'node_modules'), join(checkout, 'node_modules'));
  for (const name of ['harness/cli', 'pipelines', 'scenarios', 'fixtures', 'report/app'])
    mkdirSync(join(checkout, name), { recursive: true });
  writeFileSync(join(checkout, 'report/app/main.tsx'), "import './styles.css';\ndocument.title = 'a page';\n");
  writeFileSync(join(checkout, 'report/app/styles.css'), 'body { margin: 0 }\n');
});
afterAll(() => rmSync(checkout, { recursive: true, force: true }));

const write = (content: string): void => writeFileSync(join(checkout, 'harness/cli/main.ts'), content);
const start = (...args: string[]): { said: string; progress: string; status: number | null; took: number } => {
  const begun = performance.now();
  const result = spawnSync(process.execPath, [join(checkout, 'scripts/start.mjs'), ...args], { encoding: 'utf8' });
  return { said: result.stdout, progress: result.stderr, status: result.status, took: performance.now() - begun };
};
const unfinished = (): string[] => readdirSync(checkout).filter((name) => name.startsWith('dist.'));

beforeEach(() => write(MAIN));

describe('npm start', () => {
  it('builds once, runs all without arguments, and passes arguments and exit code through', () => {
    rmSync(join(checkout, 'dist'), { recursive: true, force: true });
    const first = start();
    expect(first).toMatchObject({ said: '{"command":"run","rest":[]}\n', progress: 'building dist\n', status: 0 });
    const built = statSync(join(checkout, 'dist')).ino;
    const second = start('replay', '7', '--workers', 'incident');
    expect(second).toMatchObject({
      said: '{"command":"replay","rest":["7","--workers","incident"]}\n',
      progress: '',
      status: 7,
    });
    expect(statSync(join(checkout, 'dist')).ino).toBe(built);
    expect(unfinished()).toEqual([]);
    expect(readFileSync(join(checkout, 'dist/report/template.html'), 'utf8')).toContain("default-src 'none'");
  });

  it('builds again when a source has changed, and drops what is gone', () => {
    start();
    writeFileSync(join(checkout, 'harness/extra.ts'), 'export const extra = 1;\n');
    expect(start().progress).toBe('building dist\n');
    expect(existsSync(join(checkout, 'dist/harness/extra.js'))).toBe(true);
    rmSync(join(checkout, 'harness/extra.ts'));
    expect(start().progress).toBe('building dist\n');
    expect(existsSync(join(checkout, 'dist/harness/extra.js'))).toBe(false);
  });

  it('says what does not compile, runs nothing and keeps the last build', () => {
    start();
    write('export const wrong: number = "text";\n');
    const { said, progress, status } = start();
    expect(said).toBe('');
    expect(progress).toMatch(/main\.ts\(1,14\): error TS2322[^]*the sources do not compile/);
    expect(status).toBe(1);
    expect(unfinished()).toEqual([]);
    expect(readFileSync(join(checkout, 'dist/harness/cli/main.js'), 'utf8')).toContain('process.exitCode');
  });

  it('does not take a build that was killed for a whole one', async () => {
    start();
    write(`${MAIN}// another\n`);
    const child = spawn(process.execPath, [join(checkout, 'scripts/start.mjs')], { stdio: 'ignore', detached: true });
    expect(await eventually(() => existsSync(join(checkout, '.faultline/bootstrap.lock')), Boolean, 30_000)).toBe(true);
    process.kill(-(child.pid ?? 0), 'SIGKILL');
    await once(child, 'exit');
    mkdirSync(join(checkout, 'dist.1'));
    expect(start()).toMatchObject({ said: '{"command":"run","rest":[]}\n', progress: 'building dist\n', status: 0 });
    expect(unfinished()).toEqual([]);
    expect(existsSync(join(checkout, '.faultline/bootstrap.lock'))).toBe(false);
  });

  it('builds once when two start at the same time', async () => {
    write(`${MAIN}// two at once\n`);
    const both = await Promise.all(
      [1, 2].map(async () => {
        const child = spawn(process.execPath, [join(checkout, 'scripts/start.mjs')], {
          stdio: ['ignore', 'pipe', 'pipe'],
        });
        let said = '';
        for (const stream of [child.stdout, child.stderr])
          stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
        const [code] = (await once(child, 'close')) as [number | null];
        return { said, code };
      }),
    );
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    expect(both.filter(({ said }) => said.includes('building dist'))).toHaveLength(1);
  });
});

describe('a lock', () => {
  it('of a process that counts elsewhere is waited for, whatever has its number here', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'faultline-lock-'));
    const path = join(folder, 'lock');
    const elsewhere = '4194304 another-container pid:[1]';
    writeFileSync(path, elsewhere);
    const script = `import { whileLocked } from ${JSON.stringify(join(packageRoot, 'scripts/lock.mjs'))}; await whileLocked(${JSON.stringify(path)}, () => console.log('worked'));`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script]);
    let [said, told] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (told += chunk.toString()));
    const closed = once(child, 'close');
    expect(await eventually(() => told !== '' || said !== '', Boolean, 30_000)).toBe(true);
    expect([said, readFileSync(path, 'utf8')]).toEqual(['', elsewhere]);
    rmSync(path);
    await closed;
    expect(said).toBe('worked\n');
    rmSync(folder, { recursive: true });
  });
});

describe('a lock whose holder is gone', () => {
  it('is not taken from who has taken it over since one looked', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'faultline-lock-'));
    const [path, held] = [join(folder, 'lock'), join(folder, 'held')];
    // Of no process: the numbers end before it.
    writeFileSync(path, '4194304');
    const locking = (before: string, work: string) => {
      const script = `import { existsSync, writeFileSync, writeSync } from 'node:fs';
        import { once } from 'node:events';
        import { whileLocked } from ${JSON.stringify(join(packageRoot, 'scripts/lock.mjs'))};
        const [path, held] = ${JSON.stringify([path, held])};
        ${before}
        await whileLocked(path, async () => { ${work} });
        process.exit();`;
      const child = spawn(process.execPath, ['--input-type=module', '-e', script]);
      const heard = { said: '', told: '', ended: once(child, 'close'), stdin: child.stdin };
      child.stdout.on('data', (chunk: Buffer) => (heard.said += chunk.toString()));
      child.stderr.on('data', (chunk: Buffer) => (heard.told += chunk.toString()));
      return heard;
    };
    // Having looked, it comes to its next step when another one has the lock.
    const slow = locking(
      `const look = process.kill;
       process.kill = (...given) => {
         try { return look.apply(process, given); }
         finally {
           process.kill = look;
           writeSync(1, 'looked');
           while (!existsSync(held)) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
         }
       };`,
      `console.log(', worked');`,
    );
    expect(
      await eventually(
        () => slow.said,
        (said) => said === 'looked',
        20_000,
      ),
    ).toBe('looked');
    const quick = locking('', `writeFileSync(held, ''); await once(process.stdin, 'data');`);
    const met = await eventually(
      () => slow.said + slow.told,
      (said) => said !== 'looked',
      20_000,
    );
    expect(met).toMatch(/^lookedwaiting for process \d+,/);
    quick.stdin.write('go');
    await Promise.all([quick.ended, slow.ended]);
    expect(slow.said).toBe('looked, worked\n');
    expect(readdirSync(folder)).toEqual(['held']);
    rmSync(folder, { recursive: true });
  });
});

describe('the dependencies', () => {
  const looks = (folder: string): string => {
    const script = `import { installedAsLocked } from ${JSON.stringify(join(packageRoot, 'scripts/bootstrap.mjs'))}; console.log(installedAsLocked(${JSON.stringify(folder)}));`;
    return spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' }).stdout.trim();
  };
  const lock = (packages: object): string => JSON.stringify({ packages: { '': {}, ...packages } });

  it.each([
    ['as locked', { 'node_modules/a': { version: '1.0.0' } }, 'true'],
    ['another version', { 'node_modules/a': { version: '1.0.1' } }, 'false'],
    ['missing', {}, 'false'],
  ])('%s', (_case, installed, expected) => {
    const folder = mkdtempSync(join(tmpdir(), 'faultline-lock-'));
    mkdirSync(join(folder, 'node_modules'));
    const wanted = {
      'node_modules/a': { version: '1.0.0' },
      'node_modules/other-platform': { version: '2.0.0', optional: true },
    };
    writeFileSync(join(folder, 'package-lock.json'), lock(wanted));
    expect(looks(folder)).toBe('false');
    writeFileSync(join(folder, 'node_modules/.package-lock.json'), lock(installed));
    expect(looks(folder)).toBe(expected);
    rmSync(folder, { recursive: true });
  });
});
