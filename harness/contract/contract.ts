/** The contract that trials are judged by: the pacts of a folder, read once and ready to judge with. */
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { FaultlineError } from '../base/errors.ts';
import { httpContract } from './calls.ts';
import type { HttpContract } from './calls.ts';
import { sortedOnce } from './coverage.ts';
import type { Pinned } from './coverage.ts';
import { readJson } from './json.ts';
import { messagesByTopic } from './messages.ts';
import type { MessageInteraction, Pact } from './pact.ts';
import { parsePact } from './pact.ts';

export interface Contract {
  readonly pacts: readonly Pact[];
  /** What the files hold, by name: two folders of one hash judge alike. SHA-256, hex. */
  readonly hash: string;
  readonly http: HttpContract;
  /** Interactions of each topic that is pinned. */
  readonly topics: ReadonlyMap<string, readonly MessageInteraction[]>;
}

/** A contract of these pacts. */
export const contractOf = (pacts: readonly Pact[], hash: string): Contract => ({
  pacts,
  hash,
  http: httpContract(pacts),
  topics: messagesByTopic(pacts),
});

/** Everything that the pacts say, by name: what traffic may exercise. */
export const pinnedBy = ({ pacts, hash }: Pick<Contract, 'pacts' | 'hash'>): Pinned => {
  const interactions = pacts.flatMap((pact) => pact.interactions);
  return {
    hash,
    interactions: sortedOnce(interactions.map(({ id }) => id)),
    providerStates: sortedOnce(interactions.flatMap(({ providerStates }) => providerStates)),
  };
};

const filesIn = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.json'))
      .toSorted();
  } catch {
    return [];
  }
};

/** The hash of a contract without any pact. */
export const HASH_OF_NONE = createHash('sha256').digest('hex');

/** Reads every pact of a folder, by file name; null: there is no contract, and nothing is judged by one. Errors: FaultlineError when the folder has none, or one cannot be read. */
export const readContract = (folder: string | null): Contract => {
  if (folder === null) return contractOf([], HASH_OF_NONE);
  const names = filesIn(folder);
  if (names.length === 0)
    throw new FaultlineError(
      'setup',
      `there is no pact in ${folder}`,
      'Name the folder of your pacts as `pacts` in faultline.config.ts, or make them with: faultline contracts generate',
    );
  const hash = createHash('sha256');
  const pacts = names.map((name) => {
    const text = readFileSync(join(folder, name), 'utf8');
    hash.update(JSON.stringify([name, text]));
    return parsePact(readJson(text), name);
  });
  return contractOf(pacts, hash.digest('hex'));
};
