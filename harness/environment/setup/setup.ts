import { resolve } from 'node:path';
import { discardAbandoned } from './cache.ts';
import { findJava } from './java.ts';
import { kafkaArchive } from './kafka-archive.ts';
import { kafkaJars } from './kafka-jars.ts';
import { kafkaStorage } from './kafka-storage.ts';
import type { Java, KafkaParts, Parts, PostgresParts, SetupOptions } from './parts.ts';
import { postgresBinaries } from './postgres-binaries.ts';
import { postgresTemplate } from './postgres-template.ts';
import { toxiproxyServer } from './toxiproxy.ts';
import { VERSIONS } from './versions.ts';

const kafkaParts = async (options: SetupOptions, java: Java): Promise<KafkaParts> => {
  const classPath = await kafkaJars(options);
  const storage = await kafkaStorage(options, java, classPath);
  const parts = { version: VERSIONS.kafka, java, classPath, storage };
  return { ...parts, archive: await kafkaArchive(parts, options) };
};

const postgresParts = async (options: SetupOptions): Promise<PostgresParts> => {
  const binaries = await postgresBinaries(options);
  return { ...binaries, template: await postgresTemplate(binaries, options) };
};

/**
 * Makes sure that everything the embedded environment needs is there. The first call fetches and builds, about a minute; a later one only
 * looks, a few milliseconds.
 * @throws FaultlineError 'setup' for a missing tool, with the way to get it, or a step that failed, with its last lines
 */
export const ensureSetup = async (given: SetupOptions): Promise<Parts> => {
  const options = { ...given, cacheDir: resolve(given.cacheDir) };
  await discardAbandoned(options.cacheDir, Date.now());
  // Before anything is fetched or built: who has no Java shall not wait for Maven and Go to hear of it.
  const java = await findJava(options.env);
  const all = [kafkaParts(options, java), postgresParts(options), toxiproxyServer(options)] as const;
  try {
    const [kafka, postgres, toxiproxy] = await Promise.all(all);
    return { kafka, postgres, toxiproxy };
  } catch (error) {
    // What is nearly done is finished, and nothing goes on in the background after the error.
    await Promise.allSettled(all);
    throw error;
  }
};
