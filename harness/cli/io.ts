/** What a command touches of the world around it, passed in so that tests can look. */
import type { Writable } from 'node:stream';
import { oneLine, presentable } from '../base/presentable.ts';
import { hideTokens } from '../base/redact.ts';

export interface Io {
  readonly stdout: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  readonly stderr: Writable & { readonly isTTY?: boolean };
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
}

type Output = Io['stdout'];

/** So much of an unfinished line tells whether what follows makes a command of it. */
const MOST_OF_LINE = 200;

/** The unfinished line after that, as far as it matters. */
const openLine = (before: string, text: string): string => {
  const line = text.includes('\n') ? text.slice(text.lastIndexOf('\n') + 1) : before + text;
  if (line.length <= MOST_OF_LINE) return line;
  return line.trim() === '' ? ' ' : `…${line.slice(-MOST_OF_LINE)}`;
};

/** Everything written there is made safe to look at, whoever it came from, and gives no token away. */
export const presented = (target: Output): Output => {
  let line = '';
  const write = (chunk: string | Uint8Array, ...rest: readonly unknown[]): boolean => {
    const text = typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8');
    const shown = presentable(hideTokens(text), line);
    line = openLine(line, text);
    return Reflect.apply(target.write, target, [shown, ...rest]) as boolean;
  };
  // What is piped into it ends; the process's outputs go on to the last.
  const end = (): Output => target;
  // Itself but for these: whoever gets it may ask for anything that a terminal's stream can do.
  return new Proxy(target, {
    get: (_, name) => {
      if (name === 'write') return write;
      if (name === 'end' || name === 'destroy') return end;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
};

/** Lines of ours, one each: nothing that they name begins another. */
export const writeLines = (output: Output, ...lines: readonly string[]): void =>
  void output.write(lines.map((line) => `${oneLine(line)}\n`).join(''));

/** This process's own. */
export const processIo = (): Io => ({
  stdout: presented(process.stdout),
  stderr: presented(process.stderr),
  // A copy: the test runner underneath adds variables of its own, which are no business of the workers.
  env: { ...process.env },
  cwd: process.cwd(),
});
