/** Kafka, PostgreSQL and Toxiproxy as containers of the official images. */
import type { FaultlineError } from '../../base/errors.ts';
import { pipelineOf } from '../../pipeline/queries.ts';
import { VERSIONS } from '../setup/versions.ts';
import type { Environment, StartOptions } from '../types.ts';
import { createContainers } from './containers.ts';
import { startKafka } from './kafka.ts';
import type { Part } from './part.ts';
import { startPostgres } from './postgres.ts';
import { openPremises } from './premises.ts';
import { checkReach } from './reach.ts';
import { startToxiproxy } from './toxiproxy.ts';

const firstToDie = (parts: readonly Part[]): Promise<FaultlineError> =>
  Promise.race(parts.map((part) => part.died)).catch((error: unknown) => error as FaultlineError);

/**
 * Starts all three as containers, in a network of their own. Each has answered a real request when it resolves, and a
 * container has reached this machine. What a killed run left is removed at the next start.
 * @throws FaultlineError 'environment'; nothing is left running then
 */
export const startDocker = async ({
  env,
  progress,
  pipeline,
}: Pick<StartOptions, 'env' | 'progress' | 'pipeline'>): Promise<Environment> => {
  const begun = performance.now();
  const premises = await openPremises(env, progress);
  progress('starting containers of Kafka, PostgreSQL and Toxiproxy');
  const reachable = async () => {
    const toxiproxy = await startToxiproxy(premises, pipelineOf(pipeline));
    await checkReach(premises, toxiproxy);
    return toxiproxy;
  };
  let stopped: Promise<void> | undefined;
  const starting = [startKafka(premises), startPostgres(premises), reachable()] as const;
  try {
    const [kafka, postgres, toxiproxy] = await Promise.all(starting);
    return {
      mode: 'docker',
      kafka: kafka.address,
      postgres: postgres.address,
      toxiproxy: toxiproxy.address,
      inside: {
        kafka: kafka.inside,
        postgres: postgres.inside,
        harness: premises.harness,
        proxyPorts: toxiproxy.proxyPorts,
      },
      containers: createContainers(premises),
      sharedClock: premises.engine.sharesKernel,
      versions: { kafka: VERSIONS.kafka, postgres: postgres.version, toxiproxy: VERSIONS.toxiproxy },
      startedInMs: performance.now() - begun,
      died: firstToDie([kafka.part, postgres.part, toxiproxy.part]),
      stop: () => (stopped ??= premises.end()),
      // Nothing can be waited for: what the engine does not hear in time is removed by the next start.
      kill: () => void premises.end().catch(() => undefined),
    };
  } catch (error) {
    // The others are still on their way; what they make must be there before it can be removed.
    premises.abandon();
    await Promise.allSettled(starting);
    await premises.end();
    throw error;
  }
};
