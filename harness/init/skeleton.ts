/** What a project begins with: files that come with Faultline, each a commented example. */
import { readFileSync, readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { packageRoot } from '../base/package-root.ts';
import type { NewFile } from './put-files.ts';

/** The pipeline that comes with Faultline, or a declaration to make one's own of. */
export const SKELETON_PIPELINES = ['shipped', 'own'] as const;
export type SkeletonPipeline = (typeof SKELETON_PIPELINES)[number];

export const SKELETON_CI = ['github', 'gitlab', 'none'] as const;
export type SkeletonCi = (typeof SKELETON_CI)[number];

export interface SkeletonChoice {
  readonly pipeline: SkeletonPipeline;
  readonly ci: SkeletonCi;
}

const filesOf = (template: string): readonly NewFile[] => {
  const folder = join(packageRoot, 'templates', template);
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((file) => ({ path: relative(folder, file).split(sep).join('/'), text: readFileSync(file, 'utf8') }))
    .toSorted((a, b) => (a.path < b.path ? -1 : 1));
};

export const skeletonCiFiles = (ci: SkeletonCi): readonly NewFile[] => (ci === 'none' ? [] : filesOf(ci));

/** Files that are made, none of which may be there before. */
export const skeletonFiles = ({ pipeline, ci }: SkeletonChoice): readonly NewFile[] => [
  ...filesOf(pipeline),
  ...skeletonCiFiles(ci),
];

/** What the stand-in worker of an own pipeline is written with, as Faultline has it. */
const WORKER_NEEDS = ['kafkajs', 'pg'] as const;

interface Manifest {
  readonly version: string;
  readonly dependencies: Readonly<Record<string, string>>;
}

/** Packages that the files import, with the versions they are known to work with. */
export const skeletonDependencies = ({ pipeline }: SkeletonChoice): Readonly<Record<string, string>> => {
  const { version, dependencies } = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as Manifest;
  const needed = pipeline === 'own' ? WORKER_NEEDS : [];
  return { faultline: version, ...Object.fromEntries(needed.map((name) => [name, dependencies[name] ?? '*'])) };
};
