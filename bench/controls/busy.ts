/** Keeps every core busy while work is done, as a neighbour's build would. */
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';

/** Ends by itself when the bench does: its stdin closes. */
const LOOP = `process.stdin.on('close', () => process.exit()).resume();
const spin = () => { for (const until = Date.now() + 50; Date.now() < until; ); setImmediate(spin); };
spin();`;

/** Runs the work while as many processes as there are cores do nothing but compute. */
export const whileBusy = async <T>(work: () => Promise<T>): Promise<T> => {
  const loops = Array.from({ length: availableParallelism() }, () =>
    spawn(process.execPath, ['-e', LOOP], { stdio: ['pipe', 'ignore', 'inherit'] }),
  );
  try {
    return await work();
  } finally {
    for (const loop of loops) loop.kill('SIGKILL');
  }
};
