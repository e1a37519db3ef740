import { FaultlineError } from '../base/errors.ts';
import type { Told } from './snapshot.ts';

/** With the way out, where one is known. What is said of a shared cluster's settings is said of the same ones here. */
const inWords = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  const hint = error instanceof FaultlineError && error.hint !== undefined ? `. ${error.hint}` : '';
  return `${error.message}${hint}`.replaceAll('external.', 'live.');
};

/** What one step found out, or why it did not: it never ends the others. */
export const told = async <T>(what: string, ask: () => Promise<T>): Promise<Told<T>> => {
  try {
    return { value: await ask() };
  } catch (error) {
    return { why: `${what}: ${inWords(error)}` };
  }
};
