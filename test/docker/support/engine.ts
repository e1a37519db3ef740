/** The engine that the tests run on, asked in its own words. */
import { execFileSync } from 'node:child_process';

/** `docker` with these arguments; its output without the last line end. */
export const docker = (...args: readonly string[]): string =>
  execFileSync('docker', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();

const lines = (text: string): readonly string[] => text.split('\n').filter((line) => line !== '');

/** Names of everything that a run of this process id has in the engine. */
export const madeBy = (pid: number): readonly string[] => {
  const filter = ['--filter', `label=faultline.owner-pid=${pid}`];
  return [
    ...lines(docker('ps', '--all', ...filter, '--format', '{{.Names}}')),
    ...lines(docker('network', 'ls', ...filter, '--format', '{{.Name}}')),
    ...lines(docker('volume', 'ls', ...filter, '--format', '{{.Name}}')),
  ];
};

/** Volumes of the engine: anonymous ones carry no labels. */
export const volumes = (): readonly string[] => lines(docker('volume', 'ls', '--quiet'));
