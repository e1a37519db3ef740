/** Real histories, kept compressed, as recorded once. */
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { parseHistory } from './parse.ts';
import { openHistory } from '../history.ts';
import type { History } from '../history.ts';

const SUFFIX = '.ndjson.gz';

const below = (folder: string): string => fileURLToPath(new URL(`../../../test/${folder}/`, import.meta.url));

/** `incident/healthy`, by worker set and scenario. */
const namesIn = (folder: string): readonly string[] =>
  readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name: workers }) =>
      readdirSync(`${folder}${workers}`)
        .filter((file) => file.endsWith(SUFFIX))
        .map((file) => `${workers}/${file.slice(0, -SUFFIX.length)}`),
    )
    .sort();

/** The stored history of that name below `test/<folder>`, opened anew. */
const readFrom = (folder: string, name: string): History => {
  const content = gunzipSync(readFileSync(`${folder}${name}${SUFFIX}`)).toString('utf8');
  return openHistory(parseHistory(content, name));
};

const HISTORIES = below('histories');

/** The scenarios with the editions of the reference workers: what is tried on every history is tried on these. */
export const STORED: readonly string[] = namesIn(HISTORIES);

export const storedHistory = (name: string): History => readFrom(HISTORIES, name);

const FURTHER = below('judged');

/** More scenarios, and mutants: so many that only what they are judged to be is held. */
export const STORED_FURTHER: readonly string[] = namesIn(FURTHER);

export const storedFurther = (name: string): History => readFrom(FURTHER, name);
