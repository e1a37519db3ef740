import { existsSync, statSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FaultlineError } from '../../base/errors.ts';
import { packageRoot } from '../../base/package-root.ts';
import { NotSetUp, cached, keyOf } from './cache.ts';
import type { SetupOptions, ToxiproxyParts } from './parts.ts';
import { find, need, run } from './tools.ts';
import { VERSIONS } from './versions.ts';

const PROGRAM = 'toxiproxy-server';
/** Its version is in go.mod, and what it and its modules must be in go.sum. */
const PACKAGE = 'github.com/Shopify/toxiproxy/v2/cmd/server';

/** Whether a program's version is right; it is asked once, and the answer kept as long as the file stays as it is. */
const checked = async (path: string, options: SetupOptions, accept: RegExp): Promise<boolean> => {
  const { size, mtimeMs } = statSync(path);
  const name = `toxiproxy-checked-${keyOf(path, String(size), String(mtimeMs), accept.source)}`;
  const check = async (): Promise<string> => {
    const version = await run([path, '-version'], {
      env: options.env,
      doing: `asking ${path} for its version`,
      timeout: 20_000,
    });
    if (!accept.test(version)) throw new FaultlineError('setup', `${path} is "${version.trim()}"`);
    return version;
  };
  try {
    await cached(options, name, async (unfinished) => writeFile(join(unfinished, 'version.txt'), await check()));
    return true;
  } catch (error) {
    if (error instanceof NotSetUp)
      return check().then(
        () => true,
        () => false,
      );
    if (error instanceof FaultlineError) return false;
    throw error;
  }
};

/** Built by `go install` a binary calls itself "git": whoever names one expressly is believed. */
const EXPRESSLY = /2\.12|git/;
const ON_PATH = /2\.12/;

const built = async (options: SetupOptions): Promise<string> => {
  const { env, progress } = options;
  const folder = await cached(
    options,
    `toxiproxy-${VERSIONS.toxiproxy}-${process.platform}-${process.arch}`,
    async (unfinished) => {
      const go = need('go', env, `Toxiproxy ${VERSIONS.toxiproxy} cannot be built, and there is no TOXIPROXY_BIN`);
      progress(`building Toxiproxy ${VERSIONS.toxiproxy} with Go`);
      // Whatever GOFLAGS, a go.work above or a repository around say: what go.sum does not hold is not built.
      const flags = ['-mod=readonly', '-buildvcs=false', '-o', join(unfinished, PROGRAM)];
      await run([go, 'build', ...flags, PACKAGE], {
        env: { ...env, GOWORK: 'off' },
        cwd: packageRoot,
        doing: 'building Toxiproxy',
        timeout: 15 * 60_000,
        hint: 'Go must reach its module proxy (GOPROXY); or set TOXIPROXY_BIN to a toxiproxy-server 2.12',
      });
    },
  );
  return join(folder, PROGRAM);
};

/** Toxiproxy's server: TOXIPROXY_BIN, else one of the right version on the PATH, else built with Go. */
export const toxiproxyServer = async (options: SetupOptions): Promise<ToxiproxyParts> => {
  const { env } = options;
  const version = VERSIONS.toxiproxy;
  const expressly = env['TOXIPROXY_BIN'] ?? '';
  if (expressly !== '') {
    if (!existsSync(expressly) || !(await checked(expressly, options, EXPRESSLY)))
      throw new FaultlineError(
        'setup',
        `TOXIPROXY_BIN is ${expressly}, which is no toxiproxy-server ${version}`,
        'point it to one of 2.12, or unset it: Faultline builds its own',
      );
    return { version, command: expressly };
  }
  const onPath = find(PROGRAM, env);
  if (onPath !== null && (await checked(onPath, options, ON_PATH))) return { version, command: onPath };
  return { version, command: await built(options) };
};
