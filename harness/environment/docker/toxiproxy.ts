/** Toxiproxy in a container, with as many published ports as the workers need proxies. */
import { apiAnswers } from '../embedded/toxiproxy-ready.ts';
import { until } from '../embedded/until.ts';
import type { Pipeline } from '../../pipeline/queries.ts';
import type { Address, ProxyPort } from '../../addresses/address.ts';
import { IMAGES } from './images.ts';
import { ANSWER_WITHIN_MS, startPart } from './part.ts';
import type { Part } from './part.ts';
import type { Premises } from './premises.ts';

const API_PORT = 8474;
const FIRST_PROXY_PORT = 8666;

/** One for every way of every worker. */
const proxyPortsFor = ({ roles, upstreams }: Pipeline): readonly number[] =>
  Array.from({ length: roles.length * upstreams.length }, (_, i) => FIRST_PROXY_PORT + i);

export interface RunningToxiproxy {
  readonly part: Part;
  /** Of its HTTP API. */
  readonly address: Address;
  readonly proxyPorts: readonly ProxyPort[];
}

/** Starts Toxiproxy's server and waits until its API answers. @throws FaultlineError 'environment' */
export const startToxiproxy = async (premises: Premises, pipeline: Pipeline): Promise<RunningToxiproxy> => {
  const proxies = proxyPortsFor(pipeline);
  const part = await startPart(premises, {
    name: 'Toxiproxy',
    role: 'toxiproxy',
    image: IMAGES.toxiproxy,
    // The counters of bytes per proxy prove that the proxies carried the workers' traffic.
    command: ['-host=0.0.0.0', '-proxy-metrics'],
    env: { LOG_LEVEL: 'error' },
    ports: [API_PORT, ...proxies],
    memory: [],
  });
  const address = part.published(API_PORT);
  await until((patience) => apiAnswers(address, patience), {
    what: `Toxiproxy on port ${address.port}`,
    within: ANSWER_WITHIN_MS,
    unless: [part.died, premises.abandoned],
  });
  const proxyPorts = proxies.map((port) => ({ listen: { host: '0.0.0.0', port }, reach: part.published(port) }));
  return { part, address, proxyPorts };
};
