/** A real broker, and what the tests around it share. */
import { join } from 'node:path';
import { Kafka, logLevel } from 'kafkajs';
import { packageRoot } from '../../harness/base/package-root.ts';
import { startEmbedded } from '../../harness/environment/embedded/embedded.ts';
import type { Address } from '../../harness/addresses/address.ts';
import type { Environment } from '../../harness/environment/types.ts';

/** Starts the whole embedded environment. */
export const openEnvironment = (): Promise<Environment> =>
  startEmbedded({ cacheDir: join(packageRoot, '.faultline'), env: process.env, progress: () => undefined });

/** An ordinary client, as the workers have it. */
export const kafkaClient = ({ host, port }: Address, clientId = 'worker'): Kafka =>
  new Kafka({
    clientId,
    brokers: [`${host}:${port}`],
    logLevel: logLevel.NOTHING,
    retry: { retries: 8, initialRetryTime: 30 },
  });

let names = 0;

/** A name nobody else has in this file's environment. */
export const unique = (prefix: string): string => `${prefix}-${++names}`;
