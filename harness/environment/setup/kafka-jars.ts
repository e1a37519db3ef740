import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { FaultlineError } from '../../base/errors.ts';
import { packageRoot } from '../../base/package-root.ts';
import { cached, keyOf } from './cache.ts';
import type { SetupOptions } from './parts.ts';
import { need, run } from './tools.ts';
import { VERSIONS } from './versions.ts';

/** "hash  name" a line, as sha256sum writes them: made anew whenever pom.xml changes. */
const SUMS = join(packageRoot, 'pom.sha256');

const jarsIn = (folder: string): readonly string[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith('.jar'))
    .sort();

/** Errors: FaultlineError 'setup' when the folder holds anything else than the jars this version was made with. */
const requireSums = (folder: string, sums: string): void => {
  const wanted = new Map(
    sums.split('\n').flatMap((line) => (line === '' ? [] : [line.split('  ').reverse() as [string, string]])),
  );
  const hash = (file: string): string =>
    createHash('sha256')
      .update(readFileSync(join(folder, file)))
      .digest('hex');
  const found = jarsIn(folder);
  const wrong = [
    ...found.filter((file) => wanted.get(file) !== hash(file)),
    ...[...wanted.keys()].filter((file) => !found.includes(file)).map((file) => `${file} (missing)`),
  ];
  if (wrong.length > 0)
    throw new FaultlineError(
      'setup',
      `what Maven fetched is not what this version of Faultline was made with: ${wrong.join(', ')}`,
      'Whoever serves them (a mirror in ~/.m2/settings.xml, or the local repository ~/.m2) changed them: find out why before you use them.',
    );
};

/** Class path of Kafka's jars, fetched by Maven from the project's pom.xml if they are not there. */
export const kafkaJars = async (options: SetupOptions): Promise<string> => {
  const { env, progress } = options;
  const pom = join(packageRoot, 'pom.xml');
  const name = `kafka-${VERSIONS.kafka}-jars-${keyOf(readFileSync(pom, 'utf8'), readFileSync(SUMS, 'utf8'))}`;
  const folder = await cached(options, name, async (unfinished) => {
    const mvn = need('mvn', env, `Kafka ${VERSIONS.kafka}'s jars cannot be fetched`);
    progress(`fetching Kafka ${VERSIONS.kafka} with Maven`);
    await run(
      [
        mvn,
        '--batch-mode',
        '--quiet',
        '--strict-checksums',
        '--file',
        pom,
        'dependency:copy-dependencies',
        '-DincludeScope=runtime',
        `-DoutputDirectory=${unfinished}`,
      ],
      {
        env,
        doing: "fetching Kafka's jars",
        timeout: 15 * 60_000,
        hint: 'Maven must reach Maven Central or a mirror (~/.m2/settings.xml); what it fetched is kept, so starting again goes on from there',
      },
    );
    requireSums(unfinished, readFileSync(SUMS, 'utf8'));
  });
  return jarsIn(folder)
    .map((file) => join(folder, file))
    .join(':');
};
