import { existsSync, statSync } from 'node:fs';
import { chmod, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FaultlineError } from '../../base/errors.ts';
import { NotSetUp, cached, keyOf } from './cache.ts';
import type { SetupOptions, ToxiproxyParts } from './parts.ts';
import { find, need, run } from './tools.ts';
import { VERSIONS } from './versions.ts';

const PROGRAM = 'toxiproxy-server';
const MODULE = `github.com/Shopify/toxiproxy/v2/cmd/server@v${VERSIONS.toxiproxy}`;

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
      const bin = join(unfinished, 'bin');
      await mkdir(bin);
      await run([go, 'install', MODULE], {
        env: { ...env, GOBIN: bin },
        doing: 'building Toxiproxy',
        timeout: 15 * 60_000,
        hint: 'Go must reach its module proxy (GOPROXY); or set TOXIPROXY_BIN to a toxiproxy-server 2.12',
      });
      await rename(join(bin, 'server'), join(unfinished, PROGRAM));
      await rm(bin, { recursive: true });
      await chmod(join(unfinished, PROGRAM), 0o755);
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
