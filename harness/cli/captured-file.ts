/** The file of a captured scenario: where it is put, and that nobody's is taken away by it. */
import { lstatSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { FaultlineError } from '../base/errors.ts';
import { replaceProjectFile } from '../base/replace-file.ts';
import { declarationHash } from '../history/declared.ts';
import { putFiles } from '../init/put-files.ts';
import type { PipelineDeclaration } from '../pipeline/declaration.ts';
import type { Io } from './io.ts';
import { loadOwnConfig } from './own-config.ts';

const isThere = (file: string): boolean => lstatSync(file, { throwIfNoEntry: false }) !== undefined;

/** Errors: FaultlineError 'usage' where it would take somebody's file away. */
export const requireFree = ({ cwd }: Io, file: string, force: boolean): void => {
  if (force || !isThere(file)) return;
  throw new FaultlineError(
    'usage',
    `${relative(cwd, file)} is there already`,
    'Name another file with --out, or have it replaced with --force.',
  );
};

/** Errors: FaultlineError 'usage' for what nobody would load. */
export const requireLoadable = (out: string): void => {
  if (/\.[cm]?ts$/.test(out)) return;
  throw new FaultlineError(
    'usage',
    `--out ${out} is not allowed`,
    'Name a TypeScript file, such as scenarios/incident.ts.',
  );
};

/** Errors: FaultlineError 'usage', or 'environment' where it cannot be replaced. */
export const writeCaptured = (file: string, text: string, force: boolean): void => {
  if (force && isThere(file)) replaceProjectFile(file, text);
  else putFiles(dirname(file), [{ path: basename(file), text }], []);
};

/**
 * Beside the project's scenarios. Errors: FaultlineError 'usage' where those are of another pipeline than what was captured: one that is not
 * valid there would end every run.
 */
export const usualFile = async ({ cwd }: Io, name: string, captured: PipelineDeclaration): Promise<string> => {
  const { scenarios, root, pipeline } = await loadOwnConfig(cwd);
  if (declarationHash(captured) !== declarationHash(pipeline))
    throw new FaultlineError(
      'usage',
      captured.name === pipeline.name
        ? `the pipeline ${pipeline.name} is declared otherwise in this project than when this was read`
        : `this was read of the pipeline ${captured.name}, and the project's is ${pipeline.name}`,
      "Start it in that pipeline's project, or name a file outside the folder of scenarios with --out.",
    );
  return join(scenarios[0] ?? join(root, 'scenarios'), `${name}.ts`);
};
