/** The ways that a trial gives its workers to what they use: a relay and a Toxiproxy proxy each, and nobody who records what passes. */
import type { Address } from '../../harness/addresses/address.ts';
import { hostAndPort } from '../../harness/base/host-and-port.ts';
import { pipelineOf } from '../../harness/pipeline/queries.ts';
import { shippedPipeline } from '../../harness/pipeline/shipped.ts';
import { serviceVariable } from '../../harness/pipeline/variables.ts';
import { openToxiproxy } from '../../harness/wire/toxiproxy.ts';
import { openWorkerWires } from '../../harness/wire/worker-wires.ts';

/** By the name of the variable a worker reads it from. */
export type Addresses = Readonly<Record<string, string>>;

/** Of a URL, or of `host:port`. */
const addressIn = (text = ''): Address => {
  const { hostname, port } = new URL(text.includes('://') ? text : `tcp://${text}`);
  return { host: hostname, port: Number(port) };
};

/** Opens those of one worker, to where everything really is. @throws FaultlineError when Toxiproxy refuses. */
export const openWires = async (
  worker: string,
  real: Addresses,
): Promise<{ readonly addresses: Addresses; close(): Promise<void> }> => {
  const services = pipelineOf(shippedPipeline).services.map(
    (name) => [name, addressIn(real[serviceVariable(name)])] as const,
  );
  const wires = await openWorkerWires({
    worker,
    upstreams: {
      kafka: addressIn(real['KAFKA_BROKERS']),
      postgres: addressIn(real['DATABASE_URL']),
      services: Object.fromEntries(services),
    },
    toxiproxy: openToxiproxy(addressIn(real['TOXIPROXY_URL'])),
    record: () => 0,
  });
  const database = new URL(real['DATABASE_URL'] ?? '');
  database.host = hostAndPort(wires.postgresAddress);
  const urls = Object.entries(wires.serviceUrls).map(([name, url]) => [serviceVariable(name), url] as const);
  return {
    addresses: {
      ...real,
      KAFKA_BROKERS: wires.kafkaBrokers,
      DATABASE_URL: database.href,
      POSTGRES_URL: database.href,
      ...Object.fromEntries(urls),
    },
    close: wires.close,
  };
};
