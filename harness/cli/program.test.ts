import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { Parts } from './parts.ts';
import { runProgram } from './program.ts';

const started = (): never => {
  throw new Error('nothing may be started');
};

const parts: Parts = {
  openHost: started,
  openStanding: started,
  lookAtCluster: started,
  checkEnvironment: started,
  ensureSetup: started,
  inspectMachine: started,
  judge: started,
};

const capture = (): { readonly stream: Writable; text(): string } => {
  const chunks: string[] = [];
  const stream = new Writable({
    write: (chunk, _encoding, done) => {
      chunks.push(String(chunk));
      done();
    },
  });
  return { stream, text: () => chunks.join('') };
};

const faultline = async (
  args: readonly string[],
): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }> => {
  const [stdout, stderr] = [capture(), capture()];
  const code = await runProgram(args, {
    io: { stdout: stdout.stream, stderr: stderr.stream, env: {}, cwd: process.cwd() },
    parts,
    signals: { on: started, off: started },
    exitNow: started,
    random: () => 0.5,
    clock: () => 0,
    now: () => new Date(0),
  });
  return { code, stdout: stdout.text(), stderr: stderr.text() };
};

/** The words of every command, the program's own (none) first. */
const commandsBelow = async (words: readonly string[]): Promise<readonly (readonly string[])[]> => {
  const { stdout } = await faultline([...words, '--help']);
  const listed = /\nCommands:\n([^]*?)(?:\n\n|$)/.exec(stdout)?.[1] ?? '';
  const names = [...listed.matchAll(/^ {2}([a-z][a-z-]*)/gm)].flatMap(([, name = '']) =>
    name === 'help' ? [] : [name],
  );
  return [words, ...(await Promise.all(names.map((name) => commandsBelow([...words, name])))).flat()];
};

it('every command shows how it is written', async () => {
  const commands = await commandsBelow([]);
  expect(commands.length).toBeGreaterThan(20);
  for (const words of commands) {
    const { code, stdout } = await faultline([...words, '--help']);
    const written = new RegExp(`^(?: {2}| *\\d\\. )${['faultline', ...words].join(' ')}\\b`, 'm');
    expect({ words, code, shown: written.test(stdout) }).toEqual({ words, code: 0, shown: true });
  }
});

describe('wrong usage', () => {
  it.each([
    [['run', 'helthy'], 'there is no scenario helthy (did you mean healthy?)'],
    [['run', '--workers', 'hardend'], 'did you mean hardened'],
    [['run', '--tag', 'incidnt'], 'no scenario has the tag incidnt (did you mean incident?)'],
    [['run', '--seed', '-1'], '--seed -1 is not allowed'],
    [['run', '--shard', '3/2'], '--shard 3/2 is not allowed'],
    [['run', '--reporter', 'junitt'], 'did you mean junit'],
    [['run', '--sead', '1'], 'unknown option'],
    [['rum'], 'unknown command'],
    [['judge', 'nowhere'], 'there is no run folder'],
    [['contracts', 'generate', '--out', '/proc/nowhere/pacts'], 'cannot write /proc/nowhere/pacts'],
    [['stub', '--database-url', 'not a url'], 'is no URL of a PostgreSQL database'],
    [['stub', '--database-url', 'http://user:secret@host/db'], 'is no URL of a PostgreSQL database'],
  ])('%j is a usage error: 2, one message, nothing started', async (args, message) => {
    const { code, stderr } = await faultline(args);
    expect(stderr).toContain(message);
    expect(stderr).not.toContain('    at ');
    expect(stderr).not.toContain('secret@');
    expect(code).toBe(2);
  });
});

describe('faultline list', () => {
  it('shows names, titles and tags', async () => {
    const { code, stdout } = await faultline(['list', 'worker-d*', 'healthy']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^healthy +Five payments .* \[smoke\]\nworker-down +The allocation-worker .*\n$/);
  });
});

describe('--help', () => {
  it('tells every exit code', async () => {
    for (const args of [['--help'], ['run', '--help']]) {
      const { code, stdout } = await faultline(args);
      expect(code).toBe(0);
      for (const number of [0, 1, 2, 3, 4, 130]) expect(stdout).toMatch(new RegExp(`^ {2}${number} +\\w`, 'm'));
    }
  });
  /** Those of its list, but for `help` and what has commands itself. */
  const commandsOf = (help: string): readonly string[] =>
    [...(/\nCommands:\n([^]*?)\n\n/.exec(`${help}\n\n`)?.[1] ?? '').matchAll(/^ {2}([a-z-]+)/gm)]
      .map(([, name = '']) => name)
      .filter((name) => name !== 'help');

  it('has an example of every command', async () => {
    expect((await faultline(['--help'])).stdout).toMatch(/Examples:\n {2}faultline init/);
    const all = commandsOf((await faultline(['--help'])).stdout);
    const contracts = commandsOf((await faultline(['contracts', '--help'])).stdout);
    expect([all.length, contracts.length]).toEqual([18, 5]);
    const leaves = [
      ...all.filter((name) => name !== 'contracts').map((name) => [name]),
      ...contracts.map((name) => ['contracts', name]),
    ];
    for (const words of leaves) {
      const { stdout } = await faultline([...words, '--help']);
      expect(stdout, words.join(' ')).toMatch(new RegExp(`Examples:\n {2}faultline ${words.join(' ')}`));
    }
  });
});
