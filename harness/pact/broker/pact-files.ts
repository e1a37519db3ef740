/** The pact files of a folder, and under which names they may be published. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { FaultlineError } from '../../base/errors.ts';
import { didYouMean } from '../../base/nearest.ts';
import { EDITIONS } from '../../config/resolve.ts';

export interface PactFile {
  /** Name in its folder. */
  readonly file: string;
  /** As the pact says: the pipeline's name. */
  readonly consumer: string;
  readonly provider: string;
  /** The worker set that made it. */
  readonly workers: string;
  /** Made by workers that come with Faultline. */
  readonly reference: boolean;
  /** The consumer's name at the broker. */
  readonly publishedAs: string;
  /** The document as it is to be published: with that name. */
  readonly document: Readonly<Record<string, unknown>>;
}

const PREFIX = 'faultline-reference-';

/** The name that a reference worker has at the broker: nobody takes its pact for the team's. */
const referenceName = (consumer: string): string => `${PREFIX}${consumer}`;

/** The pipeline's name for a consumer of the broker: the team's and the reference workers' pacts promise the same messages. */
export const pipelineName = (consumer: string): string =>
  consumer.startsWith(PREFIX) ? consumer.slice(PREFIX.length) : consumer;

/** Whether these workers come with Faultline. A set may be another project's, `path#set`: then its own name counts. */
export const isReferenceSet = (workers: string): boolean =>
  (EDITIONS as readonly string[]).includes(workers.slice(workers.lastIndexOf('#') + 1));

const wrong = (file: string, what: string): FaultlineError =>
  new FaultlineError('usage', `${file} ${what}`, 'Make the pacts with: faultline contracts generate.');

const nameIn = (document: Readonly<Record<string, unknown>>, key: 'consumer' | 'provider'): string | undefined => {
  const name = (document[key] as { readonly name?: unknown } | undefined)?.name;
  return typeof name === 'string' && name !== '' ? name : undefined;
};

const workersIn = (document: Readonly<Record<string, unknown>>): string | undefined => {
  const metadata = document['metadata'] as { readonly faultline?: { readonly workers?: unknown } } | undefined;
  const workers = metadata?.faultline?.workers;
  return typeof workers === 'string' && workers !== '' ? workers : undefined;
};

const parse = (path: string): Readonly<Record<string, unknown>> => {
  try {
    const found: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (typeof found === 'object' && found !== null && !Array.isArray(found)) return found as Record<string, unknown>;
  } catch {
    // Said below, as for JSON that is no object.
  }
  throw wrong(path, 'is no pact: not a JSON object');
};

const readPact = (folder: string, file: string): PactFile => {
  const path = join(folder, file);
  const document = parse(path);
  const consumer = nameIn(document, 'consumer');
  const provider = nameIn(document, 'provider');
  if (consumer === undefined || provider === undefined)
    throw wrong(path, 'is no pact: it names no consumer or provider');
  const interactions = document['interactions'];
  if (!Array.isArray(interactions) || interactions.length === 0) throw wrong(path, 'has no interactions');
  const workers = workersIn(document);
  // Without it a pact of the reference workers could pass for the team's.
  if (workers === undefined) throw wrong(path, 'does not say which workers made it (metadata.faultline.workers)');
  const reference = isReferenceSet(workers) || consumer.startsWith(PREFIX);
  const publishedAs = reference && !consumer.startsWith(PREFIX) ? referenceName(consumer) : consumer;
  return {
    file,
    consumer,
    provider,
    workers,
    reference,
    publishedAs,
    document: { ...document, consumer: { ...(document['consumer'] as object), name: publishedAs } },
  };
};

/** The pacts of a folder, by file name. Errors: FaultlineError 'usage' when there are none, or one is not a pact of ours. */
export const readPacts = (folder: string): readonly PactFile[] => {
  let names: readonly string[];
  try {
    names = readdirSync(folder).filter((name) => name.endsWith('.json'));
  } catch {
    names = [];
  }
  if (names.length === 0)
    throw new FaultlineError(
      'usage',
      `there are no pacts in ${folder}`,
      'Make them with: faultline contracts generate; or name their folder with --pacts.',
    );
  return [...names].sort().map((name) => readPact(folder, name));
};

/**
 * The pacts of these consumers, all without any named. Errors: FaultlineError 'usage' for a name that none is published as,
 * and for the team's name of a pact that the reference workers made.
 */
export const choosePacts = (pacts: readonly PactFile[], consumers: readonly string[]): readonly PactFile[] => {
  for (const name of consumers) {
    if (pacts.some(({ publishedAs }) => publishedAs === name)) continue;
    const made = pacts.find(({ consumer }) => consumer === name);
    if (made !== undefined)
      throw new FaultlineError(
        'usage',
        `${made.file} was made by the reference workers (${made.workers}): it is never published as ${name}`,
        `It is published as ${made.publishedAs}. For ${name}'s own pact: faultline contracts generate --workers with the team's workers.`,
      );
    const known = [...new Set(pacts.map(({ publishedAs }) => publishedAs))];
    throw new FaultlineError(
      'usage',
      `no pact is published as ${name}${didYouMean(name, known)}`,
      `Choose from: ${known.join(', ')}.`,
    );
  }
  return consumers.length === 0 ? pacts : pacts.filter(({ publishedAs }) => consumers.includes(publishedAs));
};
