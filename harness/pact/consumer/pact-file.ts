/** Pact files that are the same on every run, and the checks that no interaction is lost on the way into them. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '../../base/make-folder.ts';
import { FaultlineError } from '../../base/errors.ts';

/** What tells one interaction of a pact from another. */
export interface Identity {
  readonly description: string;
  /** Names of its provider states. */
  readonly states: readonly string[];
}

const nameOf = ({ description, states }: Identity): string =>
  states.length === 0 ? `"${description}"` : `"${description}" given "${[...states].sort().join('", "')}"`;

/**
 * Pact itself keeps the last of two interactions with the same description and states and drops the other without a word.
 * Errors: FaultlineError 'config'.
 */
export const refuseDoubles = (pact: string, interactions: readonly Identity[]): void => {
  const seen = new Set<string>();
  for (const interaction of interactions) {
    const name = nameOf(interaction);
    if (seen.has(name))
      throw new FaultlineError(
        'config',
        `${pact} has two interactions ${name}: Pact would keep only one of them`,
        'Give each its own description, or remove one.',
      );
    seen.add(name);
  }
};

type Rules = Readonly<Record<string, unknown>>;

interface StoredInteraction {
  readonly description: string;
  readonly providerStates?: readonly { readonly name: string }[];
  readonly matchingRules?: Readonly<Record<string, Rules>>;
}

interface StoredPact {
  readonly interactions: readonly StoredInteraction[];
  readonly metadata: Readonly<Record<string, unknown>>;
}

const identityOf = ({ description, providerStates = [] }: StoredInteraction): Identity => ({
  description,
  states: providerStates.map(({ name }) => name),
});

/**
 * An interaction is in the file only when a test has exercised it and Pact was content.
 * Errors: FaultlineError 'config' with the ones that are not.
 */
export const refuseGaps = (pact: string, declared: readonly Identity[], made: readonly Identity[]): void => {
  const there = new Set(made.map(nameOf));
  const missing = declared.map(nameOf).filter((name) => !there.has(name));
  if (missing.length > 0)
    throw new FaultlineError(
      'config',
      `no test exercised ${missing.length} of the ${declared.length} interactions of ${pact}: ${missing.join(', ')}`,
      'An interaction that nobody exercises promises nothing: exercise it, or take it out of the declarations.',
    );
};

const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, each]) => [key, sorted(each)]),
  );
};

/**
 * Pact writes the rules of the metadata `header.source` under that name and, reading it, takes it for a path of two names:
 * its verifier then finds no rule and demands the example's very value. In brackets it is one name.
 */
const withWholeNames = (interaction: StoredInteraction): StoredInteraction => {
  const { metadata, ...others } = interaction.matchingRules ?? {};
  if (metadata === undefined) return interaction;
  const named = Object.entries(metadata).map(([name, rules]) => [name.includes('.') ? `$['${name}']` : name, rules]);
  return { ...interaction, matchingRules: { ...others, metadata: Object.fromEntries(named) as Rules } };
};

export const pactFileName = (consumer: string, provider: string): string => `${consumer}-${provider}.json`;

/** Brings what Pact wrote into its final form: keys and interactions sorted, and whose workers made it. */
const finalText = ({ interactions, metadata, ...rest }: StoredPact, workers: string): string => {
  const ordered = interactions
    .map(withWholeNames)
    .sort((a, b) => (nameOf(identityOf(a)) < nameOf(identityOf(b)) ? -1 : 1));
  const pact = sorted({ ...rest, metadata: { ...metadata, faultline: { workers } } });
  return `${JSON.stringify({ ...(pact as object), interactions: ordered.map(sorted) }, null, 2)}\n`;
};

/**
 * Takes over a pact that Pact wrote into `from`, checks that it holds everything that was declared, and writes it to `to`.
 * Returns the path. Errors: FaultlineError 'config' when an interaction is missing.
 */
export const takeOver = (options: {
  readonly from: string;
  readonly to: string;
  readonly consumer: string;
  readonly provider: string;
  readonly declared: readonly Identity[];
  readonly workers: string;
}): string => {
  const { from, to, consumer, provider, declared, workers } = options;
  const name = pactFileName(consumer, provider);
  let made: StoredPact = { interactions: [], metadata: {} };
  try {
    made = JSON.parse(readFileSync(join(from, name), 'utf8')) as StoredPact;
  } catch {
    // Pact writes nothing when no interaction succeeded: the check below names all of them.
  }
  refuseGaps(name, declared, made.interactions.map(identityOf));
  makeFolder(to);
  const path = join(to, name);
  writeFileSync(path, finalText(made, workers));
  return path;
};
