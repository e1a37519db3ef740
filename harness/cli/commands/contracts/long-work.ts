/** What is being worked on, for work that takes minutes: on a terminal a line with its seconds, elsewhere a line every ten. */
import type { Io } from '../../io.ts';
import { createProgress } from '../../progress.ts';
import type { Progress } from '../../progress.ts';

const ON_A_TERMINAL_MS = 1_000;
const ELSEWHERE_MS = 10_000;

/** As createProgress, and says again what it is at while that takes its time. Clear it at the end. */
export const createLongProgress = (stderr: Io['stderr'], now: () => number = () => performance.now()): Progress => {
  const progress = createProgress(stderr);
  let timer: NodeJS.Timeout | undefined;
  return {
    say: (line) => {
      clearInterval(timer);
      const begun = now();
      progress.say(line);
      timer = setInterval(
        () => progress.say(`${line} (${Math.round((now() - begun) / 1000)} s)`),
        stderr.isTTY === true ? ON_A_TERMINAL_MS : ELSEWHERE_MS,
      );
      timer.unref();
    },
    clear: () => {
      clearInterval(timer);
      progress.clear();
    },
  };
};
