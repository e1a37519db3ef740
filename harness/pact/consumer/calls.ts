/** Bringing the calls of a contract about: by the real worker process, or by a plain HTTP client. */
import { FaultlineError } from '../../base/errors.ts';
import { isFields } from '../../contract/values.ts';
import type { Address } from '../../addresses/address.ts';
import { exampleOf } from '../../pipeline/pact-rules.ts';
import type { CallDeclaration, Given } from '../../pipeline/pacts.ts';
import { pipelineOf } from '../../pipeline/queries.ts';
import type { WorkerRole } from '../../pipeline/vocabulary.ts';
import type { Bench } from './bench.ts';
import type { Switchboard } from './switchboard.ts';

const addressOf = (url: string): Address => {
  const { hostname, port } = new URL(url);
  return { host: hostname, port: Number(port) };
};

/** An event may be put into an inbox, and its offset committed, before it is worked on. */
const INBOX_MS = 15_000;

/** A worker on the line of the service that it calls. */
export interface Caller {
  readonly role: WorkerRole;
  readonly service: string;
  readonly switchboard: Switchboard;
}

/**
 * A call by the real worker: its event goes through the real broker. Resolves when the worker is done with the event, or
 * has been answered in a way that it does not take for the end; then it was started anew.
 */
export const callByWorker = async (
  bench: Bench,
  { role, service, switchboard }: Caller,
  { description, event, written, status }: CallDeclaration,
  url: string,
): Promise<void> => {
  if (event === undefined)
    throw new FaultlineError(
      'config',
      `"${description}" is exercised by a worker, and no event is declared that makes it call`,
      "Declare its event, or let a plain client exercise it: exercisedBy: 'client'.",
    );
  const line = switchboard.putThrough(addressOf(url), () => written?.(bench.database) ?? Promise.resolve());
  const place = await bench.publish(await event(bench.database));
  let pastSince: number | undefined;
  const calls = await bench.until(
    `the call that the ${role} makes, and the offset that it commits then`,
    () => {
      if (bench.isPast(role, place)) {
        pastSince ??= performance.now();
        return line.ended() > 0 || performance.now() - pastSince > INBOX_MS ? line.ended() : undefined;
      }
      // A refusal is answered once and tried again; so is what Pact's mock server does not know.
      const enough = status >= 400 ? 1 : 2;
      return line.ended() >= enough ? line.ended() : undefined;
    },
    { by: role },
  );
  switchboard.hangUp();
  if (calls === 0) throw new Error(`the ${role} was done with the event and had not called ${service}`);
  if (!bench.isPast(role, place)) await bench.restart([role]);
};

/** The body that the worker sends to the service about an event that says everything, as the stub received it. */
export const requestOfWorker = async (
  bench: Bench,
  { role, service, switchboard }: Caller,
  event: Given,
): Promise<Readonly<Record<string, unknown>>> => {
  const { isOperation } = pipelineOf(bench.set.pipeline);
  switchboard.putThrough(await bench.stubFor(role), () => Promise.resolve());
  const known = bench.of('http.request').length;
  const place = await bench.publish(await event(bench.database));
  const request = await bench.until(
    `the call that the ${role} makes`,
    () =>
      bench
        .of('http.request')
        .slice(known)
        .filter((each) => each.service === service && isOperation(service, each.method, each.path))
        .map(({ json }) => json)
        .find(isFields),
    { by: role },
  );
  await bench.until(`the offset that the ${role} commits`, () => bench.isPast(role, place) || undefined, { by: role });
  switchboard.hangUp();
  return request;
};

/** The same call by a plain client, which also reads the answer. `at`: where the interaction is mocked. */
export const callByClient = async (
  { request, status }: Pick<CallDeclaration, 'request' | 'status'>,
  { method, url }: { readonly method: string; readonly url: URL },
): Promise<void> => {
  const response = await fetch(url, {
    method,
    headers: { 'content-type': 'application/json', connection: 'close' },
    body: JSON.stringify(exampleOf(request)),
  });
  await response.text();
  // Otherwise Pact says what did not fit.
  if (response.status === 500 || response.status === status) return;
  throw new Error(`the mock server answered ${response.status}, not ${status}`);
};
