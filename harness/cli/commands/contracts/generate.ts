/** `faultline contracts generate`: real workers run against Pact's mock server and the real broker; the pacts are written. */
import { existsSync, readFileSync, rmdirSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { EXIT, FaultlineError } from '../../../base/errors.ts';
import { requireWritable } from '../../../base/replace-file.ts';
import { loadConfig } from '../../../config/load.ts';
import type { Config, WorkerSet } from '../../../config/types.ts';
import { findWorkerSet } from '../../../config/worker-sets.ts';
import type { EnvironmentChoice } from '../../../environment/start.ts';
import { versionOf } from '../../../pact/broker/commit.ts';
import { makeIn, openWorkshop, shortName } from '../../../pact/consumer/generate.ts';
import { pactFilesOf } from '../../../pact/consumer/make.ts';
import type { PactDeclarations } from '../../../pipeline/pacts.ts';
import { checkStartable } from '../../../run/check-startable.ts';
import type { Command } from '../../context.ts';
import { DEFAULT_PACTS } from './pacts-folder.ts';
import { interruptible } from './interruptible.ts';
import { createProgress } from '../../progress.ts';
import { summaryOf } from './made-summary.ts';
import type { MadePact } from './made-summary.ts';

export interface GenerateOptions {
  readonly workers: string | undefined;
  /** Relative to the current directory; undefined: the folder that the workers' configuration names, or contracts/pacts of their project. */
  readonly out: string | undefined;
  /** Undefined: the git commit of the workers' folder. */
  readonly consumerVersion: string | undefined;
  readonly environment: EnvironmentChoice;
}

/** Another project's workers are named by the path of its configuration, and their pacts belong there. */
const projectOf = (config: Config, { name }: WorkerSet): string => {
  const end = name.lastIndexOf('#');
  return end === -1 ? config.root : dirname(name.slice(0, end));
};

const isOfAnother = ({ name }: WorkerSet): boolean => name.includes('#');

/** The folder that the workers' configuration names, or the usual one of their project. */
const folderFor = (config: Config, workers: WorkerSet): string =>
  (isOfAnother(workers) ? workers.ownPacts : config.ownPacts) ?? join(projectOf(config, workers), DEFAULT_PACTS);

/** Errors: FaultlineError 'usage' where the pipeline declares none. */
const declaredBy = ({ pipeline, pactDeclarations }: WorkerSet): PactDeclarations => {
  if (pactDeclarations !== undefined) return pactDeclarations();
  throw new FaultlineError(
    'usage',
    `the pipeline ${pipeline.name} declares no pacts to make`,
    'Declare them (`pacts` in its declaration), or name the folder of those that you have: `pacts` in the configuration.',
  );
};

const makerOf = (file: string): string | undefined => {
  try {
    const { metadata } = JSON.parse(readFileSync(file, 'utf8')) as { metadata?: { faultline?: { workers?: string } } };
    return metadata?.faultline?.workers;
  } catch {
    // It is no pact, so nobody made it.
    return undefined;
  }
};

/** The folder and those above it that are not there, the innermost first. */
const missingIn = (folder: string): readonly string[] =>
  existsSync(folder) ? [] : [folder, ...missingIn(dirname(folder))];

/** Finds out, and leaves no folder: none is there until there are pacts. Errors: FaultlineError 'usage'. */
const requirePactsWritable = (out: string, files: readonly string[]): void => {
  const missing = missingIn(out);
  for (const name of files) requireWritable(join(out, name));
  for (const folder of missing) rmdirSync(folder);
};

/** Pacts of other workers are not overwritten unless the folder was named. Errors: FaultlineError 'usage'. */
const refuseOthers = (folder: string, files: readonly string[], set: WorkerSet): void => {
  for (const file of files.map((name) => join(folder, name)).filter((path) => existsSync(path))) {
    const maker = makerOf(file);
    if (maker !== undefined && maker !== shortName(set.name))
      throw new FaultlineError(
        'usage',
        `${file} was made by the workers ${maker}, not by ${shortName(set.name)}`,
        'Name the folder for these pacts with --out, or choose those workers with --workers.',
      );
  }
};

const textOf = (path: string): string | undefined => (existsSync(path) ? readFileSync(path, 'utf8') : undefined);

const howChanged = (before: string | undefined, after: string | undefined): 'new' | 'changed' | 'unchanged' => {
  if (before === undefined) return 'new';
  return before === after ? 'unchanged' : 'changed';
};

export const generate: Command<[GenerateOptions]> = async (context, options) => {
  const { io } = context;
  const config = await loadConfig({ cwd: io.cwd });
  const workers = await findWorkerSet(config, options.workers, io.cwd);
  const [first] = workers.workers;
  if (first === undefined) throw new FaultlineError('config', `the worker set ${workers.name} has no workers`);
  checkStartable(config, workers, io.env);
  const declared = declaredBy(workers);
  const pactFiles = pactFilesOf(declared);
  const out = options.out === undefined ? folderFor(config, workers) : resolve(io.cwd, options.out);
  if (options.out === undefined) refuseOthers(out, pactFiles, workers);
  requirePactsWritable(out, pactFiles);
  const version = await versionOf(
    {
      folder: first.cwd,
      version: options.consumerVersion,
      branch: undefined,
      option: '--consumer-version',
      // Nothing is published here: what is not committed yet is what the pacts are made for.
      allowDirty: true,
    },
    io.env,
  );

  const before = new Map(pactFiles.map((name) => [join(out, name), textOf(join(out, name))]));
  const progress = createProgress(io.stderr);
  const workshop = await openWorkshop({
    config,
    workers,
    environment: options.environment,
    env: io.env,
    progress: progress.say,
  });
  const made = await interruptible(context, workshop, () =>
    makeIn(workshop, { ...declared, out }, progress.say),
  ).finally(() => progress.clear());
  io.stdout.write(
    `Made by the workers ${shortName(workers.name)}, version ${version.number}${version.dirty ? ' with changes that are not committed' : ''}\n`,
  );
  const states = made.declared.map(({ pact, interactions }): MadePact => {
    const file = join(out, pact);
    const was = before.get(file);
    const unwritten = was === undefined ? 'not made' : 'left as it was';
    return {
      pact: relative(io.cwd, file),
      interactions,
      broken: made.broken.filter((each) => each.pact === pact),
      state: made.files.includes(file) ? howChanged(was, textOf(file)) : unwritten,
    };
  });
  const unmade = pactFiles.filter((name) => !made.declared.some(({ pact }) => pact === name));
  io.stdout.write(summaryOf(states, unmade));
  return made.broken.length === 0 ? EXIT.ok : EXIT.failed;
};
