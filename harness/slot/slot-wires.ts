/** The ways of all workers of a slot to Kafka, PostgreSQL and services. */
import { playerOf } from '../config/parts.ts';
import type { WorkerConfig } from '../config/types.ts';
import type { Address } from '../addresses/address.ts';
import type { Environment } from '../environment/types.ts';
import type { RecordEvent } from '../history/events.ts';
import { namesUnder } from '../pipeline/names.ts';
import type { Pipeline } from '../pipeline/queries.ts';
import type { WorkerRole } from '../pipeline/vocabulary.ts';
import { openToxiproxy } from '../wire/toxiproxy.ts';
import { openWorkerWires } from '../wire/worker-wires.ts';
import type { WorkerWires } from '../wire/worker-wires.ts';

export interface SlotWires {
  /** Those of one worker. */
  of(role: WorkerRole): WorkerWires;
  /** What of them is not as the harness left it, in words. */
  altered(): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** Opens them. Errors: FaultlineError 'environment' when Toxiproxy refuses. */
export const openSlotWires = async (options: {
  readonly environment: Environment;
  readonly pipeline: Pick<Pipeline, 'services'>;
  readonly workers: readonly WorkerConfig[];
  /** Port of this machine on which the service answers this worker. */
  readonly portFor: (role: WorkerRole, service: string) => Promise<number>;
  /** What all topics and groups of the run begin with, where there are others beside them: workers are kept from those. */
  readonly prefix?: string;
  /** Was this process started by a worker of the slot, or is it one? */
  readonly isWorkers: (pid: number) => boolean;
  /** Tells one trial from another. */
  readonly trial: () => unknown;
  readonly record: RecordEvent;
}): Promise<SlotWires> => {
  const { environment, pipeline, workers, portFor, isWorkers, trial, prefix = '' } = options;
  const names = namesUnder(prefix);
  /** Topics are told by their real names; one without the prefix is nobody's business here. */
  const record: RecordEvent = (event) => {
    if (event.kind !== 'wire.topic-unknown') return options.record(event);
    const topic = names.real(event.topic);
    return topic === undefined ? 0 : options.record({ ...event, topic });
  };
  const guard = prefix === '' ? {} : { may: (name: string) => name.startsWith(prefix) };
  const { inside, containers } = environment;
  const toxiproxy = openToxiproxy(environment.toxiproxy, inside?.proxyPorts);
  const reached = async (role: WorkerRole, service: string): Promise<readonly [string, Address]> => [
    service,
    { host: inside?.harness.reach ?? '127.0.0.1', port: await portFor(role, service) },
  ];
  const wires = new Map<WorkerRole, WorkerWires>();
  await Promise.all(
    workers.map(async ({ role, image }) => {
      const upstreams = {
        kafka: inside?.kafka ?? environment.kafka,
        postgres: inside?.postgres ?? environment.postgres.forProxies ?? environment.postgres,
        services: Object.fromEntries(await Promise.all(pipeline.services.map((service) => reached(role, service)))),
      };
      // A worker in a container reaches only what listens where containers come by.
      const ways =
        image === undefined || containers === undefined
          ? { served: { isWorkers, trial } }
          : { host: containers.harness, served: { networks: containers.harness.networks, trial } };
      wires.set(role, await openWorkerWires({ worker: role, upstreams, toxiproxy, ...ways, ...guard, record }));
    }),
  );
  return {
    of: (role) => {
      const found = wires.get(playerOf(workers, role)?.role ?? role);
      if (found === undefined) throw new Error(`this worker set has no ${role}`);
      return found;
    },
    altered: async () => (await Promise.all([...wires.values()].map((wire) => wire.altered()))).flat(),
    close: async () => {
      await Promise.all([...wires.values()].map((wire) => wire.close()));
    },
  };
};
