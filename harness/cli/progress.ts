/** Lines about long work: one line that changes on a terminal, a line each elsewhere. Always on standard error. */
import { ours } from '../base/presentable.ts';
import type { Io } from './io.ts';

export interface Progress {
  /** Says what is being worked on now. */
  say(line: string): void;
  /** Removes the line before something else is printed. */
  clear(): void;
}

export const createProgress = (stderr: Io['stderr']): Progress => {
  if (stderr.isTTY !== true) return { say: (line) => void stderr.write(`${line}\n`), clear: () => undefined };
  let shown = false;
  const clear = (): void => {
    // Carriage return, then "erase to the end of the line" (ECMA-48 EL).
    if (shown) stderr.write(ours('\r\u001b[K'));
    shown = false;
  };
  return {
    say: (line) => {
      clear();
      stderr.write(line.slice(0, 100));
      shown = true;
    },
    clear,
  };
};
