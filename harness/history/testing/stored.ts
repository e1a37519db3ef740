/** Real histories, kept compressed: every scenario with every edition of the workers, as recorded once. */
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { parseHistory } from '../file.ts';
import { openHistory } from '../history.ts';
import type { History } from '../history.ts';

const FOLDER = fileURLToPath(new URL('../../../test/histories/', import.meta.url));
const SUFFIX = '.ndjson.gz';

/** `incident/healthy`, by edition and scenario. */
export const STORED: readonly string[] = readdirSync(FOLDER, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .flatMap(({ name: edition }) =>
    readdirSync(`${FOLDER}${edition}`)
      .filter((file) => file.endsWith(SUFFIX))
      .map((file) => `${edition}/${file.slice(0, -SUFFIX.length)}`),
  )
  .sort();

/** The stored history of that name, opened anew. */
export const storedHistory = (name: string): History => {
  const content = gunzipSync(readFileSync(`${FOLDER}${name}${SUFFIX}`)).toString('utf8');
  return openHistory(parseHistory(content, name));
};
