/** What a finished history was: so that one that was cut, filled up or changed since is known for it. */
import { createHash } from 'node:crypto';
import type { Hash } from 'node:crypto';

/** Kept with the verdict that was given on it. */
export interface Seal {
  readonly events: number;
  /** Of all lines up to the 100th event, the 200th and so on, and up to the last. */
  readonly digests: readonly string[];
  /** Of the documents beside it, by name; absent where an earlier Faultline sealed it. */
  readonly documents?: Readonly<Record<string, string>>;
}

/** So many events are told from others by a digest. */
const BLOCK = 100;

/** Long enough that no accident makes the same twice. */
const DIGEST_LENGTH = 16;

const shortened = (hash: Hash): string => hash.digest('hex').slice(0, DIGEST_LENGTH);

/** Of a document. */
export const digestOf = (text: string): string => shortened(createHash('sha256').update(text));

export interface Sealer {
  /** A line of the file, with its end. */
  add(line: string): void;
  seal(): Pick<Seal, 'events' | 'digests'>;
}

export const createSealer = (): Sealer => {
  const hash = createHash('sha256');
  const digests: string[] = [];
  let events = 0;
  const digest = (): string => shortened(hash.copy());
  return {
    add: (line) => {
      hash.update(line);
      events += 1;
      if (events % BLOCK === 0) digests.push(digest());
    },
    seal: () => ({ events, digests: events % BLOCK === 0 ? [...digests] : [...digests, digest()] }),
  };
};

const range = (first: number, last: number, is: string, are: string): string =>
  first === last ? `event ${first} ${is}` : `events ${first} to ${last} ${are}`;

/** The events between two that follow each other in the file. */
export const missing = (first: number, last: number): string => range(first, last, 'is missing', 'are missing');

/** What is not as it was sealed; undefined when all of it is. */
export const sealProblem = (found: Seal, { events, digests }: Seal): string | undefined => {
  if (found.events < events) return missing(found.events + 1, events);
  if (found.events > events) return `${range(events + 1, found.events, 'was', 'were')} added after the verdict`;
  const block = digests.findIndex((digest, i) => digest !== found.digests[i]);
  if (block === -1 && digests.length === found.digests.length) return undefined;
  const first = Math.max(block, 0) * BLOCK + 1;
  return `something in the events ${first} to ${Math.min(first + BLOCK - 1, events)} was changed`;
};
