/** Which code is measured. */
import { spawnSync } from 'node:child_process';
import { packageRoot } from '../../harness/base/package-root.ts';

const git = (...args: readonly string[]): string | undefined => {
  const { status, stdout } = spawnSync('git', args, { cwd: packageRoot, encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
};

/** Of files that were changed since, those that are measured. */
const MEASURED = ['harness', 'pipelines', 'fixtures', 'bench/diagnosis', 'bench/diagnosis.ts'];

/** The commit's hash, `+` behind it where what is measured was changed since; undefined: this is no repository of git, or there is no git. */
export const commitHere = (): string | undefined => {
  const commit = git('rev-parse', 'HEAD');
  return commit === undefined || git('status', '--porcelain', '--', ...MEASURED) === '' ? commit : `${commit}+`;
};
