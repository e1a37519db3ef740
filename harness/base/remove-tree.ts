/** Removes a folder that others may write into. */
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';

/** Something may be made within while it is being removed. */
const TRIES = 3;

/**
 * Removes what is there, with all that is in it. No link is followed, also none that somebody puts into the place of a folder meanwhile:
 * Node's own way goes by names, rm holds each folder open. That matters to root alone, who may remove what is not his. Errors: those of
 * the file system; that rm failed.
 */
export const removeTree = (path: string): void => {
  if (process.geteuid?.() !== 0)
    return rmSync(path, { recursive: true, force: true, maxRetries: TRIES, retryDelay: 20 });
  let said = '';
  for (let tries = 0; tries < TRIES; tries += 1) {
    const { status, stderr, error } = spawnSync('rm', ['-rf', '--', path], {
      env: { PATH: process.env['PATH'] },
      stdio: ['ignore', 'ignore', 'pipe'],
      encoding: 'utf8',
    });
    if (status === 0) return;
    said = error?.message ?? stderr.trim();
  }
  throw new Error(`${path} could not be removed: ${said}`);
};
