/** `faultline init`: a project to begin with, in an empty folder or beside what is there. */
import { realpathSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { SCRIPT } from '../../init/package-json.ts';
import { belowRoot } from '../../init/repository.ts';
import { skeletonCiFiles } from '../../init/skeleton.ts';
import type { SkeletonChoice, SkeletonPipeline } from '../../init/skeleton.ts';
import { writeSkeleton } from '../../init/write.ts';
import type { Command } from '../context.ts';

export interface InitOptions extends SkeletonChoice {
  /** Relative to the current directory. */
  readonly folder: string;
}

const OWN_WORKERS: Readonly<Record<SkeletonPipeline, string>> = {
  shipped: 'faultline.config.ts: your own workers in the place of the ones that come with Faultline',
  own: 'faultline/pipeline.ts: your topics, events, rows and stages; faultline.config.ts: your workers and tables',
};

const column = (lines: readonly (readonly [string, string])[]): string => {
  const width = Math.max(...lines.map(([first]) => first.length));
  return lines.map(([first, then]) => `  ${first.padEnd(width)}  ${then}\n`).join('');
};

/** No CI would read its file there. */
const toMove = (cwd: string, folder: string, ci: SkeletonChoice['ci']): readonly string[] => {
  const below = belowRoot(folder);
  if (below === undefined) return [];
  const from = realpathSync(cwd);
  return skeletonCiFiles(ci).map(
    ({ path }) =>
      `${relative(from, join(below.folder, path))} is read at the repository's root only: move it to ${relative(from, join(below.root, path))}, and let its steps run in ${relative(below.root, below.folder)}.\n`,
  );
};

export const init: Command<[InitOptions]> = ({ io }, { folder, ...choice }) => {
  const { made, changed } = writeSkeleton(io.cwd, folder, choice);
  const into = resolve(io.cwd, folder);
  const there = relative(io.cwd, into);
  io.stdout.write(
    [
      ...made.map((path) => `wrote     ${path}\n`),
      ...changed.map((path) => `added to  ${path}\n`),
      '\nWhat to do next\n',
      column([
        ...(there === '' ? [] : ([[`cd ${there}`, 'where it was written']] as const)),
        ['npm install', 'once, and keep package-lock.json: CI installs by it'],
        [`npx ${SCRIPT.runs}`, 'passes as it stands; the first time it fetches its parts'],
      ]),
      `Then, in ${OWN_WORKERS[choice.pipeline]}.\n`,
      ...toMove(io.cwd, into, choice.ci),
    ].join(''),
  );
  return Promise.resolve(0);
};
