/**
 * Lines about long work: on a terminal one line that changes, elsewhere a line each, and again with the time it took so far
 * while it goes on. Always on standard error.
 */
import { oneLine, ours } from '../base/presentable.ts';
import type { Io } from './io.ts';

export interface Progress {
  /** Says what is being worked on now. */
  say(line: string): void;
  /** The same of what is worth a line only when it takes long. */
  during(line: string): void;
  /** What it waits for now, if it takes long: said with the line, and no line of its own. */
  waitsFor(what: string): void;
  /** Removes the line before something else is printed, and is silent until something else is said. */
  clear(): void;
}

/** ms until work that was not worth a line is, and between two lines about the same work. */
const AGAIN_AFTER = { terminal: 1000, file: 10_000 } as const;

/** Columns of the line that changes. */
const WIDTH = 100;

/** `now`: ms; only differences count. */
export const createProgress = (stderr: Io['stderr'], now: () => number = () => performance.now()): Progress => {
  const isTerminal = stderr.isTTY === true;
  let shown = false;
  let timer: NodeJS.Timeout | undefined;
  let awaited = '';
  const hide = (): void => {
    // Carriage return, then "erase to the end of the line" (ECMA-48 EL).
    if (shown) stderr.write(ours('\r\u001b[K'));
    shown = false;
  };
  const show = (line: string): void => {
    hide();
    stderr.write(isTerminal ? line.slice(0, WIDTH) : `${line}\n`);
    shown = isTerminal;
  };
  const begin = (line: string): void => {
    clearInterval(timer);
    awaited = '';
    const began = now();
    const again = (): void => {
      const why = awaited === '' ? '' : `, waiting for ${awaited}`;
      show(`${line} (${Math.round((now() - began) / 1000)} s)${why}`);
    };
    timer = setInterval(again, isTerminal ? AGAIN_AFTER.terminal : AGAIN_AFTER.file);
    timer.unref();
  };
  return {
    say: (line) => {
      begin(line);
      show(line);
    },
    during: begin,
    waitsFor: (what) => {
      awaited = oneLine(what);
    },
    clear: () => {
      clearInterval(timer);
      hide();
    },
  };
};
