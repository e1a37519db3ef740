/** `faultline down`: ends what `faultline up` keeps running, and what runs that were killed have left. */
import { existsSync } from 'node:fs';
import { EXIT, FaultlineError } from '../../base/errors.ts';
import { holdsWithin } from '../../base/waiting.ts';
import { loadConfig } from '../../config/load.ts';
import { holderOf, isHold, takeHold } from '../../environment/embedded/hold.ts';
import { isGone, isHere } from '../../environment/embedded/owner.ts';
import type { Owner } from '../../environment/embedded/owner.ts';
import { sweepLeftovers } from '../../environment/embedded/runtime-folder.ts';
import type { Command } from '../context.ts';
import { writeLines } from '../io.ts';
import type { Io } from '../io.ts';
import { upFile } from './up.ts';

/** An environment stops within a second or two; ms until it is killed. */
const STOP_WITHIN_MS = 20_000;

/** How often the process is looked for, ms. */
const LOOK_EVERY_MS = 50;

const endsWithin = (owner: Owner, ms: number): Promise<boolean> => holdsWithin(ms, LOOK_EVERY_MS, () => isGone(owner));

/** What `up` left there has no owner any more: nothing is removed that another one has taken meanwhile. */
const forget = async (file: string): Promise<void> => {
  try {
    const taken = await takeHold(file);
    if (isHold(taken)) taken.release();
  } catch (error) {
    if (error instanceof FaultlineError) throw error;
    throw new FaultlineError(
      'usage',
      `cannot remove ${file}, which is of no use any more: ${(error as Error).message}`,
      'Run it as the user that ran `faultline up`.',
    );
  }
};

const keeperOf = (file: string): Owner | undefined => {
  try {
    return holderOf(file);
  } catch (error) {
    throw new FaultlineError(
      'usage',
      `cannot tell from ${file} what is up: ${(error as Error).message}`,
      'Run it as the user that ran `faultline up`.',
    );
  }
};

const endStanding = async (file: string, io: Io): Promise<number> => {
  const owner = keeperOf(file);
  if (owner === undefined) {
    if (existsSync(file)) await forget(file);
    const ended = sweepLeftovers();
    const also = ended === 0 ? '' : `; ended ${ended} that a killed run had left running`;
    io.stdout.write(`no environment is up here${also}\n`);
    return EXIT.ok;
  }
  if (!isHere(owner))
    throw new FaultlineError(
      'usage',
      `the environment is kept by process ${owner.pid} of ${owner.hostname}, which cannot be reached from here`,
      `Run \`faultline down\` there; if that host or container is gone, remove ${file}.`,
    );
  process.kill(owner.pid, 'SIGTERM');
  if (await endsWithin(owner, STOP_WITHIN_MS)) {
    io.stdout.write(`ended process ${owner.pid} and its environment\n`);
    return EXIT.ok;
  }
  // What it had started dies with it.
  process.kill(owner.pid, 'SIGKILL');
  await forget(file);
  io.stdout.write(`process ${owner.pid} did not end within ${STOP_WITHIN_MS / 1000} s and was killed\n`);
  return EXIT.ok;
};

const removeContainers = async (io: Io): Promise<void> => {
  const { removeDockerLeftovers } = await import('../../environment/docker/leftovers.ts');
  const removed = await removeDockerLeftovers(io.env);
  if (removed.length > 0) writeLines(io.stdout, `removed what gone runs left: ${removed.join(', ')}`);
};

export const down: Command<[]> = async ({ io }) => {
  const config = await loadConfig({ cwd: io.cwd });
  const code = await endStanding(upFile(config, io), io);
  await removeContainers(io);
  return code;
};
