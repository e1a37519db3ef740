import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readFileSync } from 'node:fs';
import { packageRoot } from '../../base/package-root.ts';
import { cached, keyOf } from './cache.ts';
import type { SetupOptions } from './parts.ts';
import { need, run } from './tools.ts';
import { VERSIONS } from './versions.ts';

/** Class path of Kafka's jars, fetched by Maven from the project's pom.xml if they are not there. */
export const kafkaJars = async (options: SetupOptions): Promise<string> => {
  const { env, progress } = options;
  const pom = join(packageRoot, 'pom.xml');
  const name = `kafka-${VERSIONS.kafka}-jars-${keyOf(readFileSync(pom, 'utf8'))}`;
  const folder = await cached(options, name, async (unfinished) => {
    const mvn = need('mvn', env, `Kafka ${VERSIONS.kafka}'s jars cannot be fetched`);
    progress(`fetching Kafka ${VERSIONS.kafka} with Maven`);
    await run(
      [
        mvn,
        '--batch-mode',
        '--quiet',
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
  });
  return readdirSync(folder)
    .filter((file) => file.endsWith('.jar'))
    .sort()
    .map((file) => join(folder, file))
    .join(':');
};
