/** What is wrong with a live system, case by case, and the scenario that is made of it in short. */
import type { FaultSpec, Scenario } from '../../../scenario/types.ts';
import type { Snapshot } from '../../snapshot.ts';
import {
  ALLOCATION_GROUP,
  PURCHASE_GROUP,
  call,
  confirmed,
  created,
  guard,
  letter,
  live,
  purchase,
} from '../../testing/live.ts';

export const bothRun = { [PURCHASE_GROUP]: ['purchase-confirmed'], [ALLOCATION_GROUP]: ['purchase-created'] };
export const waiting = { records: [confirmed(), created()], purchases: [purchase], at: { [PURCHASE_GROUP]: 5 } };
export const passed = { ...waiting, at: { [PURCHASE_GROUP]: 5, [ALLOCATION_GROUP]: 5 }, members: bothRun };
export const stood = {};
export const ownMark = { ...guard('PURCHASE_CREATED'), source: 'allocation-worker' };
const running = { state: 'running', detail: 'its container is running', forMs: 3_600_000 } as const;

const inWords = (fault: FaultSpec): string => {
  if (fault.kind === 'api-behaviour') return [fault.kind, fault.behaviour, fault.status ?? ''].join(' ').trim();
  return `${fault.kind} ${'worker' in fault ? fault.worker : ''}`.trim();
};

export const shortOf = ({ faults, act, during = [], heal = [] }: Scenario) => ({
  faults: faults.map(inWords),
  does: [...act.map((step) => step.do), ...heal.map((step) => `heal ${step.do}`)],
  expects: during.map(({ causes }) => (causes === 'any' ? 'any' : causes.map(({ id }) => id).join(' '))),
});

/** Its name, the live system, the cause that is asked for, and what becomes of it. */
export const CASES: readonly (readonly [string, Snapshot, string | undefined, ReturnType<typeof shortOf>])[] = [
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
    'FL0102: nobody is there who would come after its readers',
    live({ missing: ['purchase-confirmed'], members: { [PURCHASE_GROUP]: ['purchase-confirmed'] } }, stood),
    undefined,
    {
      faults: ['topic-missing', 'worker-stopped allocation-worker'],
      does: ['wait', 'heal pay'],
      expects: ['topic-missing worker-not-running'],
    },
  ],
  [
    'FL0102: nobody is there at all',
    live({ missing: ['purchase-confirmed'] }, stood),
    undefined,
    {
      faults: ['topic-missing', 'worker-stopped allocation-worker'],
      does: ['wait', 'heal pay'],
      expects: ['topic-missing worker-not-running'],
    },
  ],
  [
    'FL0105 before FL0103, where its worker is through with an event without a row',
    live({ records: [confirmed()], at: { [PURCHASE_GROUP]: 5 }, members: bothRun }, stood),
    undefined,
    {
      faults: ['worker-misconfigured purchase-worker'],
      does: ['pay', 'wait'],
      expects: ['any', 'event-not-consumed'],
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
    live({ ...passed, guards: [ownMark] }, stood),
    undefined,
    {
      faults: ['api-behaviour silent-success'],
      does: ['pay'],
      expects: ['guard-marked-without-allocation api-failing', 'api-failing'],
    },
  ],
  [
    'FL0107 before FL0104, where the log shows that its service failed',
    live({ ...passed, guards: [ownMark], log: { own: [call(500)] } }, stood),
    undefined,
    { faults: ['api-behaviour fails 500'], does: ['pay'], expects: ['api-failing'] },
  ],
  [
    'FL0104: marked by the worker itself after an error',
    live({ ...passed, guards: [ownMark], log: { own: [call(500)] } }, stood),
    'FL0104',
    {
      faults: ['api-behaviour fails 500'],
      does: ['pay'],
      expects: ['guard-marked-without-allocation api-failing', 'api-failing'],
    },
  ],
  [
    'FL0107 before FL0104: who called was not stopped by what somebody else wrote',
    live({ ...passed, guards: [guard('PURCHASE_CREATED')], log: { own: [call(500)] } }, stood),
    undefined,
    { faults: ['api-behaviour fails 500'], does: ['pay'], expects: ['api-failing'] },
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
