import { expect, test } from 'vitest';
import { diagnose } from './diagnose.ts';
import { currentStage, factsOf } from './facts.ts';
import { shippedPipeline } from '../pipeline/shipped.ts';
import { bareConnectionsOf } from '../history/connections.ts';
import { openHistory } from '../history/history.ts';
import type { History } from '../history/history.ts';
import { filledIn } from '../history/of-before.ts';
import { hasDecided } from '../history/progress.ts';
import { build } from '../history/testing/build.ts';
import type { Build } from '../history/testing/build.ts';
import { isTaken } from '../history/taken.ts';

const OTHER = 'price-service';

/** The history under a declaration with one more service, which has the same operation. */
const withTwoServices = (b: Build): History => {
  const [started, ...others] = filledIn(b.events);
  if (started?.kind !== 'trial.started') throw new Error('no beginning');
  const services = { [OTHER]: shippedPipeline.services['admin-service'], ...shippedPipeline.services };
  return openHistory([{ ...started, pipeline: { ...shippedPipeline, services } }, ...others]);
};

const begun = (...services: readonly string[]): { readonly b: Build; readonly history: History } => {
  const b = build();
  b.emit('PURCHASE_CREATED');
  for (const service of services) b.request(undefined, { service });
  return { b, history: withTwoServices(b) };
};

test('a request is a call of the service that it was sent to', () => {
  const { history } = begun(OTHER, 'admin-service', 'nobody-knows-it');
  expect(history.requests.map(({ service }) => service)).toEqual([OTHER, 'admin-service', undefined]);
  expect(history.calls).toHaveLength(2);
});

test.each<[string, readonly string[], boolean, boolean, number]>([
  ['another service alone', [OTHER], false, false, 0],
  ['its own', ['admin-service'], true, false, 1],
  ['one of each: no second attempt', [OTHER, 'admin-service'], true, false, 1],
  ['its own twice', ['admin-service', 'admin-service'], true, true, 2],
])('calls of a stage are those at its service: %s', (_, services, taken, decided, calls) => {
  const { b, history } = begun(...services);
  const subject = b.subject();
  expect(isTaken(history, subject, 'allocation-worker')).toBe(taken);
  expect(hasDecided(history, subject, 'allocation-worker')).toBe(decided);
  expect(currentStage(factsOf(history, subject)).calls).toHaveLength(calls);
});

test('a connection to another service is none to its own', () => {
  const { b } = begun();
  b.add({ kind: 'http.connected', source: 'http', connection: 9, worker: 'allocation-worker', service: OTHER });
  expect(bareConnectionsOf(withTwoServices(b), b.subject(), 'allocation-worker').own).toEqual([]);
  b.add({
    kind: 'http.connected',
    source: 'http',
    connection: 10,
    worker: 'allocation-worker',
    service: 'admin-service',
  });
  expect(bareConnectionsOf(withTwoServices(b), b.subject(), 'allocation-worker').own).toHaveLength(1);
});

test.each([
  ['answers', true, ['api-failing']],
  ['answers of no row', false, []],
])('a success without a row is the failure of a service that %s', (_, makesRows, ids) => {
  const b = build();
  b.emit('PURCHASE_CREATED');
  b.respond(b.request());
  b.observed();
  const [started, ...others] = filledIn(b.events);
  if (started?.kind !== 'trial.started') throw new Error('no beginning');
  const { answers, ...service } = shippedPipeline.services['admin-service'];
  const services = { 'admin-service': makesRows ? { ...service, answers } : service };
  const causes = diagnose(openHistory([{ ...started, pipeline: { ...shippedPipeline, services } }, ...others]));
  expect(causes.map(({ id }) => id).filter((id) => id === 'api-failing')).toEqual(ids);
});
