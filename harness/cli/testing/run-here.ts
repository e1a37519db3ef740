/** For tests only: the command line in this process, with nothing behind it that it could start. */
import { Writable } from 'node:stream';
import type { CommandContext } from '../context.ts';
import type { Parts } from '../parts.ts';
import { runProgram } from '../program.ts';

const started = (): never => {
  throw new Error('nothing may be started');
};

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

interface Where {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Left out: whoever listens for signals fails. */
  readonly signals?: CommandContext['signals'];
  /** Those that are there; whoever asks for another fails. */
  readonly parts?: Partial<Parts>;
}

/** Runs one command; `args` are without the program's name. */
export const runHere = async (
  args: readonly string[],
  { cwd, env, signals = { on: started, off: started }, parts = {} }: Where,
): Promise<Ended> => {
  const written = { stdout: '', stderr: '' };
  const capture = (name: 'stdout' | 'stderr'): Writable =>
    new Writable({
      write: (chunk, _encoding, done) => {
        written[name] += String(chunk);
        done();
      },
    });
  const code = await runProgram(args, {
    io: { stdout: capture('stdout'), stderr: capture('stderr'), env, cwd },
    parts: new Proxy(parts, { get: (own, name) => Reflect.get(own, name) ?? started }) as Parts,
    signals,
    exitNow: started,
    random: () => 0.5,
    clock: () => 0,
    now: () => new Date(0),
  });
  return { code, ...written };
};
