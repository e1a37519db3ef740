/** Compose v2: the engine's plugin where there is one, else built from its Go module, once. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../../harness/base/package-root.ts';

/** Later ones do not build with `go install`. */
const VERSION = '2.32.4';
const GO_PACKAGE = `github.com/docker/compose/v2/cmd@v${VERSION}`;
const BUILD_WITHIN_MS = 900_000;

type Command = readonly [string, ...string[]];

const answers = ([program, ...args]: Command): boolean =>
  /^v?2\./.test(spawnSync(program, [...args, 'version', '--short'], { encoding: 'utf8' }).stdout ?? '');

const build = (folder: string): Command => {
  const program = join(folder, 'docker-compose');
  if (existsSync(program)) return [program];
  const made = join(folder, 'cmd');
  mkdirSync(folder, { recursive: true });
  process.stderr.write(`building Compose ${VERSION}, some minutes the first time\n`);
  const { status, stderr } = spawnSync('go', ['install', GO_PACKAGE], {
    env: { ...process.env, GOBIN: folder, CGO_ENABLED: '0' },
    encoding: 'utf8',
    timeout: BUILD_WITHIN_MS,
  });
  if (status !== 0) throw new Error(`Compose v2 is not there and could not be built: ${stderr}`);
  renameSync(made, program);
  return [program];
};

/** The command line of Compose v2. COMPOSE_BIN names one that lies elsewhere. */
export const findCompose = (): Command => {
  const named = process.env['COMPOSE_BIN'];
  if (named !== undefined && named !== '') return [named];
  const plugin: Command = ['docker', 'compose'];
  return answers(plugin) ? plugin : build(join(packageRoot, '.faultline', `compose-${VERSION}`));
};

/** Runs Compose on this checkout's file, under a project name and with variables of its own. Rejects with what it said. */
export const composeWith =
  (project: string, variables: Readonly<Record<string, string>>) =>
  (...args: readonly string[]): Promise<string> =>
    new Promise((resolve, reject) => {
      const [program, ...before] = findCompose();
      const child = spawn(program, [...before, '--project-name', project, ...args], {
        cwd: packageRoot,
        env: { ...process.env, DOCKER_BUILDKIT: '0', ...variables },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let stdout = '';
      let stderr = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
      child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
      child.once('error', reject);
      child.once('close', (code) =>
        code === 0
          ? resolve(stdout)
          : reject(new Error(`docker compose ${args.join(' ')}: ${code}\n${stdout}${stderr}`)),
      );
    });
