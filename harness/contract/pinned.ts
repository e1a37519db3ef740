/** The pacts this version of Faultline judges by: what is committed in contracts/pacts/. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { FaultlineError } from '../base/errors.ts';
import { packageRoot } from '../base/package-root.ts';
import { readJson } from './json.ts';
import { parsePact } from './pact.ts';
import type { Pact } from './pact.ts';

const FOLDER = join(packageRoot, 'contracts/pacts');

const readPacts = (): readonly Pact[] => {
  let files: readonly string[];
  try {
    files = readdirSync(FOLDER).filter((name) => name.endsWith('.json'));
  } catch {
    files = [];
  }
  if (files.length === 0)
    throw new FaultlineError(
      'setup',
      `there is no pact in ${FOLDER}`,
      'Install Faultline whole, or make the pacts with: faultline contracts generate',
    );
  return files.toSorted().map((name) => parsePact(readJson(readFileSync(join(FOLDER, name), 'utf8')), name));
};

let pacts: readonly Pact[] | undefined;

/** Every pact, by file name; read once. Errors: FaultlineError when there is none, or one cannot be read. */
export const pinnedPacts = (): readonly Pact[] => (pacts ??= readPacts());
