/**
 * An engine of one's own whose disk can be filled: dockerd, with its data in a tmpfs, in name spaces of its own. The mount is
 * seen by nobody else, and the kernel takes it and every process away with the first one, however that one ends.
 */
import { spawn, spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { engineObstacle } from '../../../harness/environment/docker/engine.ts';
import { until } from '../../../harness/environment/embedded/until.ts';

export interface TightEngine {
  /** As DOCKER_HOST names it. */
  readonly host: string;
  /** Copies an image from the engine that DOCKER_HOST names. */
  load(image: string): void;
  /** Takes the disk's space but for so many bytes. */
  fill(left: number): void;
  /** Gives back what `fill` took. */
  free(): void;
  stop(): Promise<void>;
}

const UP_WITHIN_MS = 60_000;
const DOWN_WITHIN_MS = 30_000;

const run = (command: string, ...args: readonly string[]): void => {
  const { status, stderr, error } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${error?.message ?? stderr}`);
};

/** Mounts need root and Linux, and an engine that runs elsewhere is no dockerd to start. */
export const canOpenTightEngine = (): boolean =>
  process.platform === 'linux' &&
  process.getuid?.() === 0 &&
  ['dockerd', 'unshare', 'setpriv', 'fallocate'].every((name) => spawnSync(name, ['--version']).status === 0);

/**
 * The rules for packets stay as the machine's other engine made them. So does its bridge, which an engine shares by default:
 * `--bridge none` would remove it.
 */
const BESIDE_OTHERS = ['--iptables=false', '--ip-masq=false'];

/** Starts dockerd on a disk of so many MiB. */
export const openTightEngine = async (mebibytes: number): Promise<TightEngine> => {
  const place = mkdtempSync(join(tmpdir(), 'fl-tight-'));
  const disk = join(place, 'disk');
  mkdirSync(disk);
  const socket = join(place, 'docker.sock');
  const host = `unix://${socket}`;
  const paths = ['--data-root', join(disk, 'data'), '--exec-root', join(place, 'exec'), '-p', join(place, 'pid')];
  const log = openSync(join(place, 'log'), 'w');
  const child = spawn(
    'setpriv',
    [
      ...['--pdeathsig', 'KILL', 'unshare', '--mount', '--pid', '--mount-proc', '--fork', '--kill-child'],
      ...['sh', '-c', `mount -t tmpfs -o size=${mebibytes}m tight "${disk}" && exec dockerd "$@"`, 'dockerd'],
      ...['-H', host, ...paths, ...BESIDE_OTHERS],
    ],
    { stdio: ['ignore', log, log], env: { ...process.env, DOCKER_HOST: undefined } },
  );
  closeSync(log);
  const isGone = (): boolean => child.exitCode !== null || child.signalCode !== null;
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const inside = (): string => readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim();
  // As the engine sees it.
  const seenDisk = (): string => join('/proc', inside(), 'root', disk);
  const ballast = (): string => join(seenDisk(), 'ballast');

  const stop = async (): Promise<void> => {
    if (!isGone()) {
      for (const made of ['container', 'network']) spawnSync('docker', ['--host', host, made, 'prune', '--force']);
      const late = setTimeout(() => child.kill('SIGKILL'), DOWN_WITHIN_MS);
      process.kill(Number(inside()), 'SIGTERM');
      await ended;
      clearTimeout(late);
    }
    rmSync(place, { recursive: true, force: true, maxRetries: 5 });
  };

  const answers = async (): Promise<void> => {
    const obstacle = await engineObstacle({ DOCKER_HOST: host });
    if (obstacle !== undefined) throw new Error(obstacle.why);
  };
  const died = ended.then((): never => {
    throw new Error(`dockerd ended:\n${readFileSync(join(place, 'log'), 'utf8').slice(-2000)}`);
  });
  died.catch(() => undefined);
  try {
    await until(answers, { what: 'dockerd', within: UP_WITHIN_MS, unless: [died] });
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    host,
    load: (image) => run('sh', '-c', `docker save "${image}" | docker --host "${host}" load`),
    fill: (left) => {
      const { bavail, bsize } = statfsSync(seenDisk());
      run('fallocate', '--length', String(bavail * bsize - left), ballast());
    },
    free: () => rmSync(ballast(), { force: true }),
    stop,
  };
};
