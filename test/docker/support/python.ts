import { execFileSync } from 'node:child_process';

/** Installs what the file lists into a folder, for PYTHONPATH. */
export const installPython = (requirements: string, folder: string): void => {
  const args = ['-m', 'pip', 'install', '--quiet', '--target', folder, '--requirement', requirements];
  execFileSync('python3', args, { stdio: ['ignore', 'ignore', 'inherit'], timeout: 200_000 });
};
