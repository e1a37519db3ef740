/** A packed checkout as a dependency of an empty project, with the versions that the checkout's lock file pins. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../harness/base/package-root.ts';

interface Locked {
  readonly dev?: boolean;
  readonly [key: string]: unknown;
}

interface Lock {
  readonly packages: Readonly<Record<string, Locked>>;
  readonly [key: string]: unknown;
}

/**
 * Writes the project's package.json and package-lock.json, so that `npm ci` there installs the tarball and what it depends on: from
 * npm's cache, where the checkout's own installation left it, and without asking a registry which version of each there is. What only
 * develops Faultline is not in it, so that a dependency which is declared in the wrong place is missed.
 */
export const writeLockedProject = (cwd: string, tarball: string): void => {
  const { packages, ...head } = JSON.parse(readFileSync(join(packageRoot, 'package-lock.json'), 'utf8')) as Lock;
  const own = JSON.parse(
    execFileSync('tar', ['-xzOf', tarball, 'package/package.json'], { encoding: 'utf8' }),
  ) as Locked;
  const { version, dependencies, bin, engines } = own;
  const resolved = `file:${tarball}`;
  const others = Object.entries(packages).filter(([path, { dev }]) => path !== '' && dev !== true);
  const root = { name: 'workers', version: '1.0.0', dependencies: { faultline: resolved } };
  const faultline = { version, resolved, dependencies, bin, engines };
  const write = (name: string, value: object): void => writeFileSync(join(cwd, name), JSON.stringify(value, null, 2));
  write('package.json', root);
  write('package-lock.json', {
    ...head,
    name: root.name,
    packages: { '': root, 'node_modules/faultline': faultline, ...Object.fromEntries(others) },
  });
};
