import { format } from 'prettier';
import { describe, expect, it } from 'vitest';
import { pipelineOf } from '../../pipeline/queries.ts';
import { shippedPipeline } from '../../pipeline/shipped.ts';
import type { FaultSpec, Scenario } from '../../scenario/types.ts';
import { scenarioProblems } from '../../scenario/validate.ts';
import type { Snapshot } from '../snapshot.ts';
import {
  ALLOCATION_GROUP,
  COURSE,
  PAYMENT,
  PURCHASE_GROUP,
  STUDENT,
  allocation,
  call,
  confirmed,
  created,
  guard,
  letter,
  live,
  purchase,
} from '../testing/live.ts';
import { toHistory } from '../to-history.ts';
import { chooseCause } from './choose.ts';
import { fileText } from './file-text.ts';
import { situationOf } from './situation.ts';
import { captured } from './testing/captured.ts';

const pipeline = pipelineOf(shippedPipeline);
const bothRun = { [PURCHASE_GROUP]: ['purchase-confirmed'], [ALLOCATION_GROUP]: ['purchase-created'] };
const waiting = { records: [confirmed(), created()], purchases: [purchase], at: { [PURCHASE_GROUP]: 5 } };
const passed = { ...waiting, at: { [PURCHASE_GROUP]: 5, [ALLOCATION_GROUP]: 5 }, members: bothRun };
const stood = {};
const running = { state: 'running', detail: 'its container is running', forMs: 3_600_000 } as const;

const inWords = (fault: FaultSpec): string => {
  if (fault.kind === 'api-behaviour') return [fault.kind, fault.behaviour, fault.status ?? ''].join(' ').trim();
  return `${fault.kind} ${'worker' in fault ? fault.worker : ''}`.trim();
};

const shortOf = ({ faults, act, during = [], heal = [] }: Scenario) => ({
  faults: faults.map(inWords),
  does: [...act.map((step) => step.do), ...heal.map((step) => `heal ${step.do}`)],
  expects: during.map(({ causes }) => (causes === 'any' ? 'any' : causes.map(({ id }) => id).join(' '))),
});

const CASES: readonly (readonly [string, Snapshot, string | undefined, ReturnType<typeof shortOf>])[] = [
  [
    'FL0101: nobody is in the group of who is to take the event',
    live(waiting, stood),
    undefined,
    { faults: ['worker-stopped allocation-worker'], does: ['pay'], expects: ['worker-not-running'] },
  ],
  [
    'FL0101: nobody is in either group',
    live({ records: [confirmed()] }, stood),
    undefined,
    {
      faults: ['worker-stopped purchase-worker', 'worker-stopped allocation-worker'],
      does: ['pay'],
      expects: ['worker-not-running'],
    },
  ],
  [
    'FL0102: a topic is missing, and who reads it may be dead of that',
    live({ ...waiting, missing: ['purchase-created'], records: [confirmed()], members: bothRun }, stood),
    undefined,
    { faults: ['topic-missing'], does: ['wait', 'pay'], expects: ['topic-missing worker-not-running'] },
  ],
  [
    'FL0102: besides, nobody is there who would write to it',
    live({ records: [confirmed()], missing: ['purchase-created'] }, stood),
    undefined,
    {
      faults: ['topic-missing', 'worker-stopped purchase-worker'],
      does: ['wait', 'pay'],
      expects: ['topic-missing worker-not-running'],
    },
  ],
  [
    'FL0103: a row that nobody told of, and nobody to tell',
    live({ purchases: [purchase] }, stood),
    undefined,
    {
      faults: ['worker-stopped allocation-worker'],
      does: ['write-purchase', 'heal emit-purchase-created'],
      expects: ['event-not-emitted worker-not-running'],
    },
  ],
  [
    'FL0104: marked by somebody else',
    live({ ...passed, guards: [guard('PURCHASE_CREATED')] }, stood),
    undefined,
    { faults: ['guard-marked'], does: ['pay'], expects: ['guard-marked-without-allocation', ''] },
  ],
  [
    'FL0104: whoever starts a worker that is not there does not bring back what it is past',
    live({ ...passed, members: {}, guards: [guard('PURCHASE_CREATED')] }, stood),
    undefined,
    { faults: ['guard-marked'], does: ['pay'], expects: ['guard-marked-without-allocation', ''] },
  ],
  [
    'FL0104: marked by the worker itself',
    live({ ...passed, guards: [{ ...guard('PURCHASE_CREATED'), source: 'allocation-worker' }] }, stood),
    undefined,
    {
      faults: ['api-behaviour silent-success'],
      does: ['pay'],
      expects: ['guard-marked-without-allocation api-failing', 'api-failing'],
    },
  ],
  [
    'FL0105: the group reads another topic',
    live({ ...waiting, members: { ...bothRun, [ALLOCATION_GROUP]: ['purchase-confirmed'] } }, stood),
    undefined,
    { faults: ['worker-misconfigured allocation-worker'], does: ['pay'], expects: ['event-not-consumed'] },
  ],
  [
    'FL0105: the group stands past what it may not have read',
    live(passed, stood),
    'event-not-consumed',
    {
      faults: ['worker-misconfigured allocation-worker'],
      does: ['pay', 'wait'],
      expects: ['any', 'event-not-consumed'],
    },
  ],
  [
    'FL0105: it runs, and nobody is in its group',
    live({ ...waiting, seen: { 'allocation-worker': running } }, stood),
    undefined,
    {
      faults: ['worker-misconfigured allocation-worker'],
      does: ['pay', 'wait'],
      expects: ['any', 'event-not-consumed'],
    },
  ],
  [
    'FL0105: it is stopped',
    live({ ...waiting, seen: { 'allocation-worker': { state: 'stopped', detail: 'it is paused' } } }, stood),
    undefined,
    { faults: ['worker-paused allocation-worker'], does: ['pay'], expects: ['event-not-consumed'] },
  ],
  [
    'FL0101: its process is gone',
    live({ ...waiting, seen: { 'allocation-worker': { state: 'absent', detail: 'it exited (1)' } } }, stood),
    undefined,
    { faults: ['worker-stopped allocation-worker'], does: ['pay'], expects: ['worker-not-running'] },
  ],
  [
    'FL0106: the service may not have been called',
    live(passed, stood),
    'FL0106',
    { faults: ['bytes-withheld allocation-worker'], does: ['pay'], expects: ['api-not-called'] },
  ],
  [
    'FL0107: given up',
    live({ ...passed, records: [confirmed(), created(), letter()] }, stood),
    undefined,
    { faults: ['api-behaviour fails 500'], does: ['pay'], expects: ['api-failing'] },
  ],
  [
    'FL0107: answered with an error, as its log tells',
    live({ ...passed, log: { own: [call(500), call(503)] } }, stood),
    undefined,
    { faults: ['api-behaviour fails 503'], does: ['pay'], expects: ['api-failing'] },
  ],
  [
    'FL0107: given up by who called',
    live({ ...passed, log: { own: [call(499)] } }, stood),
    undefined,
    { faults: ['api-behaviour refuses'], does: ['pay'], expects: ['api-failing'] },
  ],
  [
    'FL0107: answered as if there were a row',
    live({ ...passed, log: { own: [call(201)] } }, stood),
    undefined,
    {
      faults: ['api-behaviour silent-success'],
      does: ['pay'],
      expects: ['guard-marked-without-allocation api-failing', 'api-failing'],
    },
  ],
  [
    'FL0107: called, and its log does not tell what it answered',
    live({ ...passed, log: { own: [call(null)] } }, stood),
    'FL0107',
    { faults: ['api-behaviour fails 500'], does: ['pay'], expects: ['api-failing'] },
  ],
];

describe('what a scenario is made of', () => {
  it.each(CASES)('%s', async (_, snapshot, cause, expected) => {
    const found = captured(snapshot, cause);
    expect(shortOf(found.scenario)).toEqual(expected);
    expect(scenarioProblems(found.scenario, pipeline)).toEqual([]);
    for (const isShipped of [true, false]) {
      const text = fileText(found, pipeline.subject.called, isShipped);
      expect(await format(text, { parser: 'typescript', printWidth: 120, singleQuote: true })).toBe(text);
      for (const id of [PAYMENT, STUDENT, COURSE, PAYMENT.slice(0, 8)]) expect(text).not.toContain(id);
    }
  });

  it('nothing is wrong: there is nothing to bring about', () =>
    expect(
      chooseCause(situationOf(toHistory(live({ ...passed, allocations: [allocation] }, stood))), undefined),
    ).toBeUndefined());

  it('a cause that was not found is said, with those that were', () =>
    expect(() => captured(live(waiting, stood), 'FL0102')).toThrow('--cause FL0102: that cause was not found'));

  it('is named by its cause, and by nothing that leads to the payment', () =>
    expect(captured(live(waiting, stood)).scenario.name).toMatch(/^captured-worker-not-running-[0-9a-f]{8}$/));
});
