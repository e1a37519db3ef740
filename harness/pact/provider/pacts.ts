/** The HTTP pacts of one provider in a folder. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { FaultlineError } from '../../base/errors.ts';
import { packageRoot } from '../../base/package-root.ts';
import { readDocument } from './document.ts';
import type { PactDocument } from './document.ts';

const WAY_OUT = `Name the folder with the pacts in --pacts. Faultline's own are in ${join(packageRoot, 'contracts/pacts')}.`;

const documentsIn = (folder: string): readonly PactDocument[] => {
  let files: readonly string[];
  try {
    files = readdirSync(folder).filter((name) => name.endsWith('.json'));
  } catch (error) {
    throw new FaultlineError(
      'usage',
      `the folder ${folder} cannot be read (${(error as NodeJS.ErrnoException).code ?? String(error)})`,
      WAY_OUT,
    );
  }
  return [...files].sort().map((name) => readDocument(join(folder, name)));
};

/** Providers that the folder's pacts have called by HTTP, each once. Throws FaultlineError 'usage' when it cannot be read. */
export const calledIn = (folder: string): readonly string[] => {
  const isCalled = ({ interactions }: PactDocument): boolean =>
    interactions.some(({ json }) => json['type'] === 'Synchronous/HTTP');
  return [
    ...new Set(
      documentsIn(folder)
        .filter(isCalled)
        .map(({ provider }) => provider),
    ),
  ];
};

/** Never empty. Throws FaultlineError 'usage' when the folder cannot be read or holds no pact of this provider. */
export const pactsOf = (provider: string, folder: string): readonly PactDocument[] => {
  const found = documentsIn(folder).filter((document) => document.provider === provider);
  if (found.length === 0)
    throw new FaultlineError('usage', `${folder} holds no pact of the provider ${provider}`, WAY_OUT);
  return found;
};
