/** An id of a subject in the look that its pipeline declares, made from a UUID that was drawn. */
import type { IdKind } from '../pipeline/declaration.ts';

/** Nine digits fit into PostgreSQL's integer, and are met by chance nowhere else. */
const FROM = 100_000_000;
const UNTIL = 1_000_000_000;

/** `thing`: what it is the id of, for one that is text. */
export const drawnAs = (kind: IdKind = 'uuid', thing: string, uuid: string): string => {
  if (kind === 'uuid') return uuid;
  const [first = '', second = ''] = uuid.split('-');
  // Without a digit it would be a word like any other, which a log line does not name: the drawn ones may all be letters.
  if (kind === 'text') return `${thing.replaceAll(/[^a-z0-9]+/gi, '-')}-1${first}`;
  return String(FROM + (Number.parseInt(`${first}${second}`, 16) % (UNTIL - FROM)));
};
