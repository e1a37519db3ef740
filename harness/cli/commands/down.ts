/** `faultline down`: ends what `faultline up` keeps running, and removes containers that gone runs left. */
import { setTimeout as delay } from 'node:timers/promises';
import { EXIT } from '../../base/errors.ts';
import { loadConfig } from '../../config/load.ts';
import type { Config } from '../../config/types.ts';
import { isGone } from '../../environment/embedded/owner.ts';
import type { Owner } from '../../environment/embedded/owner.ts';
import { notesFolder } from '../../config/cache-folder.ts';
import type { Command } from '../context.ts';
import type { Io } from '../io.ts';
import { readUpFile, removeUpFile, upFileIn } from '../up-file.ts';

/** An environment stops within a second or two; ms until it is killed. */
const STOP_WITHIN_MS = 20_000;

/** How often the process is looked for, ms. */
const LOOK_EVERY_MS = 50;

const endsWithin = async (owner: Owner, ms: number): Promise<boolean> => {
  const deadline = performance.now() + ms;
  while (!isGone(owner)) {
    if (performance.now() > deadline) return false;
    await delay(LOOK_EVERY_MS);
  }
  return true;
};

const endStanding = async (config: Config, io: Io): Promise<number> => {
  const file = upFileIn(notesFolder(config, io.env));
  const owner = readUpFile(file);
  if (owner === undefined) {
    removeUpFile(file);
    io.stdout.write('no environment is up here\n');
    return EXIT.ok;
  }
  process.kill(owner.pid, 'SIGTERM');
  if (await endsWithin(owner, STOP_WITHIN_MS)) {
    io.stdout.write(`ended process ${owner.pid} and its environment\n`);
    return EXIT.ok;
  }
  // What it had started dies with it.
  process.kill(owner.pid, 'SIGKILL');
  removeUpFile(file);
  io.stdout.write(`process ${owner.pid} did not end within ${STOP_WITHIN_MS / 1000} s and was killed\n`);
  return EXIT.ok;
};

const removeContainers = async (io: Io): Promise<void> => {
  const { removeDockerLeftovers } = await import('../../environment/docker/leftovers.ts');
  const removed = await removeDockerLeftovers(io.env);
  if (removed.length > 0) io.stdout.write(`removed what gone runs left: ${removed.join(', ')}\n`);
};

export const down: Command<[]> = async ({ io }) => {
  const config = await loadConfig({ cwd: io.cwd });
  const code = await endStanding(config, io);
  await removeContainers(io);
  return code;
};
