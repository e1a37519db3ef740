import { randomBytes } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { brokerSettings, propertiesFile } from '../embedded/kafka-command.ts';
import { cached } from './cache.ts';
import type { Java, SetupOptions } from './parts.ts';
import { run } from './tools.ts';
import { VERSIONS } from './versions.ts';

/** A formatted storage folder: two small files that every broker starts from a copy of. */
export const kafkaStorage = (options: SetupOptions, java: Java, classPath: string): Promise<string> =>
  cached(options, `kafka-${VERSIONS.kafka}-storage`, async (unfinished) => {
    options.progress("formatting Kafka's storage");
    const properties = join(unfinished, 'format.properties');
    // The ports are of no consequence: the formatted files do not hold them.
    await writeFile(
      properties,
      propertiesFile(brokerSettings({ folder: unfinished, port: 9092, controllerPort: 9093 })),
    );
    // Kafka wants 16 bytes in URL-safe base64, not starting with a dash.
    const clusterId = randomBytes(16).toString('base64url').replace(/^-/, 'F');
    const command = [java.command, '-cp', classPath, 'kafka.tools.StorageTool', 'format'] as const;
    await run([...command, '--cluster-id', clusterId, '--config', properties], {
      env: options.env,
      doing: "formatting Kafka's storage",
      timeout: 60_000,
    });
    await rm(properties);
  });
