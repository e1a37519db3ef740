/** The version of a folder's content: its git commit. */
import { execa } from 'execa';
import { childEnvironment } from '../../base/child-env.ts';
import { FaultlineError } from '../../base/errors.ts';

export interface Commit {
  readonly commit: string;
  /** undefined when HEAD is detached, as in most CI checkouts. */
  readonly branch: string | undefined;
  /** Files that git tracks differ from the commit. */
  readonly dirty: boolean;
  /** The worktree's top folder. */
  readonly top: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

const GIT_MS = 10_000;

/** stdout, or undefined when git failed or is not there. */
const git = async (folder: string, args: readonly string[], env: Environment): Promise<string | undefined> => {
  // A hook or a rebase sets GIT_DIR: the answer would be about another repository than the folder's.
  const { GIT_DIR: _dir, GIT_WORK_TREE: _tree, GIT_INDEX_FILE: _index, ...rest } = env;
  const result = await execa('git', ['-C', folder, ...args], {
    env: childEnvironment(rest),
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
    timeout: GIT_MS,
  });
  return result.exitCode === 0 ? result.stdout : undefined;
};

/** The commit that a folder is at; undefined outside a repository, before its first commit, and without git. */
export const commitOf = async (folder: string, env: Environment): Promise<Commit | undefined> => {
  const commit = (await git(folder, ['rev-parse', '--verify', 'HEAD'], env))?.trim();
  if (commit === undefined || commit === '') return undefined;
  const [branch, changes, top] = await Promise.all([
    git(folder, ['symbolic-ref', '--quiet', '--short', 'HEAD'], env),
    git(folder, ['status', '--porcelain', '--untracked-files=no'], env),
    git(folder, ['rev-parse', '--show-toplevel'], env),
  ]);
  return { commit, branch: branch?.trim(), dirty: changes === undefined || changes !== '', top: top?.trim() ?? folder };
};

export interface VersionWish {
  readonly folder: string;
  /** The option's value: nothing is read from git then. */
  readonly version: string | undefined;
  readonly branch: string | undefined;
  /** Name of the option, for the error. */
  readonly option: string;
  readonly allowDirty: boolean;
  /** The repository must begin at this folder; otherwise its commit says nothing about what is in the folder. */
  readonly mustBeTop?: boolean;
}

export interface Version {
  readonly number: string;
  readonly branch: string | undefined;
  /** Said with what is shown: the commit alone does not describe it. */
  readonly dirty: boolean;
}

/**
 * The version to publish as: as wished, or the folder's commit and branch. Errors: FaultlineError 'usage' where there is no
 * commit, or one that the files are not at.
 */
export const versionOf = async (wish: VersionWish, env: Environment): Promise<Version> => {
  if (wish.version !== undefined) {
    if (wish.version.trim() === '') throw new FaultlineError('usage', `${wish.option} is empty`, 'Name a version.');
    return { number: wish.version, branch: wish.branch, dirty: false };
  }
  const found = await commitOf(wish.folder, env);
  if (found === undefined || (wish.mustBeTop === true && found.top !== wish.folder))
    throw new FaultlineError(
      'usage',
      `there is no git commit for ${wish.folder}`,
      `A version is the git commit of that folder. Commit it, or name the version with ${wish.option}.`,
    );
  if (found.dirty && !wish.allowDirty)
    throw new FaultlineError(
      'usage',
      `${wish.folder} has changes that are not in its commit ${found.commit.slice(0, 12)}`,
      `The broker would hold that commit to something else. Commit them, or name the version with ${wish.option}, or give --allow-dirty.`,
    );
  return { number: found.commit, branch: wish.branch ?? found.branch, dirty: found.dirty };
};
