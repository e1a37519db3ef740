import { FaultlineError } from '../base/errors.ts';
import { within } from '../base/waiting.ts';
import type { Told } from './snapshot.ts';

/**
 * What is said of a shared cluster's settings is said of the same ones here: keys alone are rewritten, no address in which the word
 * is. Its URL has another variable here.
 */
export const ofLive = (text: string): string =>
  text
    .replaceAll(/(?<![\w.-])external(?=\.(?:kafka|postgres)\.(?:tls|sasl|brokers|url|plaintext)(?![\w-]))/g, 'live')
    .replaceAll('FAULTLINE_POSTGRES_URL', 'DATABASE_URL')
    .replaceAll('FAULTLINE_KAFKA_BROKERS', 'KAFKA_BROKERS')
    .replaceAll('docs/shared-cluster.md', 'docs/diagnose.md');

/** With the way out, where one is known. */
const inWords = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  const hint = error instanceof FaultlineError && error.hint !== undefined ? `. ${error.hint}` : '';
  return ofLive(`${error.message}${hint}`);
};

/** For how long a step may be waited for, and what is done with one that is late. */
export interface Deadline {
  readonly ms: number;
  readonly abandon: () => void;
}

const inTime = async <T>(work: Promise<T>, { ms, abandon }: Deadline): Promise<T> => {
  const done = await within(
    ms,
    work.then((value) => ({ value })),
  );
  if (done !== undefined) return done.value;
  abandon();
  throw new Error(`it took longer than ${ms / 1000} s`);
};

/** What one step found out, or why it did not, also where it never ends: it never ends the others. */
export const told = async <T>(what: string, ask: () => Promise<T>, deadline: Deadline): Promise<Told<T>> => {
  try {
    return { value: await inTime(ask(), deadline) };
  } catch (error) {
    return { why: `${what}: ${inWords(error)}` };
  }
};

/** Of what nobody was to ask. */
export const leftOut = (what: string): { readonly why: string } => ({ why: `${what}: left out by --only or --skip` });
