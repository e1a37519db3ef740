import type { FaultlineError } from '../../base/errors.ts';
import { toldWhenLong } from '../../base/told-when-long.ts';
import { ensureSetup } from '../setup/setup.ts';
import type { SetupOptions } from '../setup/parts.ts';
import type { Environment } from '../types.ts';
import { startKafka } from './kafka.ts';
import type { Part } from './part.ts';
import { startPostgres } from './postgres.ts';
import { makePremises } from './premises.ts';
import { startToxiproxy } from './toxiproxy.ts';

const firstToDie = (parts: readonly Part[]): Promise<FaultlineError> =>
  Promise.race(parts.map((part) => part.died)).catch((error: unknown) => error as FaultlineError);

/**
 * Starts Kafka, PostgreSQL and Toxiproxy on free ports of 127.0.0.1, and sets up first what is not there yet. Each has answered a real
 * request when it resolves. Everything dies with the harness, SIGKILL included. Call it from the main thread: what a worker thread starts
 * dies with that thread.
 * @throws FaultlineError 'setup' or 'environment'; nothing is left running then
 */
export const startEmbedded = async (options: SetupOptions): Promise<Environment> => {
  const parts = await ensureSetup(options);
  const begun = performance.now();
  const premises = makePremises(options.env);
  const starting = [
    startKafka(parts.kafka, premises.context),
    startPostgres(parts.postgres, premises.context),
    startToxiproxy(parts.toxiproxy, premises.context),
  ] as const;
  try {
    const [kafka, postgres, toxiproxy] = await toldWhenLong(
      options.progress,
      'starting Kafka, PostgreSQL and Toxiproxy',
      Promise.all(starting),
    );
    return {
      mode: 'embedded',
      kafka: kafka.address,
      postgres: postgres.address,
      toxiproxy: toxiproxy.address,
      sharedClock: true,
      versions: { kafka: parts.kafka.version, postgres: postgres.version, toxiproxy: parts.toxiproxy.version },
      startedInMs: performance.now() - begun,
      died: firstToDie([kafka.part, postgres.part, toxiproxy.part]),
      stop: () => premises.end(),
      kill: () => premises.kill(),
    };
  } catch (error) {
    // The others are still on their way; each ends before the folder under it goes.
    premises.kill();
    await Promise.allSettled(starting);
    await premises.end();
    throw error;
  }
};
