import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FaultlineError } from '../../base/errors.ts';
import type { ToxiproxyParts } from '../setup/parts.ts';
import type { Address } from '../../addresses/address.ts';
import { startPart } from './part.ts';
import type { Part } from './part.ts';
import { ANSWER_WITHIN_MS, retryWhenPortTaken } from './start-context.ts';
import type { StartContext } from './start-context.ts';
import { createMarkProbe } from './toxiproxy-ready.ts';
import { until } from './until.ts';

export interface RunningToxiproxy {
  readonly part: Part;
  /** Of its HTTP API. */
  readonly address: Address;
}

const startOnce = async (
  toxiproxy: ToxiproxyParts,
  { folder, env, reaper, started, reservePort, abandoned }: StartContext,
  attempt: number,
): Promise<RunningToxiproxy> => {
  const { port, release } = await reservePort();
  await release();
  // By this proxy, which nobody uses, it is known from another run's server on the same port.
  const mark = `faultline-${randomUUID()}`;
  const config = join(folder.path, `toxiproxy-${attempt}.json`);
  writeFileSync(
    config,
    JSON.stringify([{ name: mark, listen: '127.0.0.1:0', upstream: '127.0.0.1:1', enabled: false }]),
    { mode: 0o600 },
  );
  const part = startPart({
    name: 'Toxiproxy',
    // The counters of bytes per proxy prove that the proxies carried the workers' traffic.
    command: [toxiproxy.command, '-host', '127.0.0.1', '-port', String(port), '-proxy-metrics', '-config', config],
    env: { ...env, LOG_LEVEL: 'error' },
    log: join(folder.path, `toxiproxy-${attempt}.log`),
    endsBy: 'KILL',
    reaper,
  });
  started(part);
  const address = { host: '127.0.0.1', port };
  const isOurs = createMarkProbe(address, mark);
  const answers = async (patience: number): Promise<void> => {
    // It goes on running without its API then.
    if (/address already in use/.test(part.output()))
      throw new FaultlineError('environment', `Toxiproxy could not take port ${port}: address already in use`);
    await isOurs(patience);
  };
  await until(answers, { what: `Toxiproxy on port ${port}`, within: ANSWER_WITHIN_MS, unless: [part.died, abandoned] });
  return { part, address };
};

/** Starts Toxiproxy's server and waits until its API answers. */
export const startToxiproxy = (toxiproxy: ToxiproxyParts, context: StartContext): Promise<RunningToxiproxy> =>
  retryWhenPortTaken((attempt) => startOnce(toxiproxy, context, attempt));
