/** Where a folder lies in a repository: a CI file is read at the root only. */
import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';

const rootOf = (folder: string): string | undefined => {
  // A file in a linked worktree and in a submodule.
  if (existsSync(join(folder, '.git'))) return folder;
  const above = dirname(folder);
  return above === folder ? undefined : rootOf(above);
};

/** The folder and its repository's root above it, without links; undefined where it is the root, or in no repository. */
export const belowRoot = (folder: string): { readonly folder: string; readonly root: string } | undefined => {
  const real = realpathSync(folder);
  const root = rootOf(real);
  return root === undefined || root === real ? undefined : { folder: real, root };
};
