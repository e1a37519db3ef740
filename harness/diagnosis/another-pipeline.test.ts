/** Causes over a way of three stages: the last one is there by declaration alone. */
import { expect, test } from 'vitest';
import { build } from '../history/testing/build.ts';
import type { Build } from '../history/testing/build.ts';
import { flow } from '../history/testing/flow.ts';
import type { FlowOptions } from '../history/testing/flow.ts';
import { SESSION_STEPS, SESSION_WORKER, historyWithSessions } from '../history/testing/sessions.ts';
import type { Cause } from '../history/verdict.ts';
import { diagnose } from './diagnose.ts';
import { inShort, waited } from './testing.ts';

type Step = keyof typeof SESSION_STEPS;

interface Sight {
  readonly flow?: FlowOptions;
  readonly steps?: readonly Step[];
  readonly session?: 'running' | 'absent';
}

const causes = ({ flow: options = {}, steps = [], session = 'running' }: Sight): readonly Cause[] => {
  const b = flow(build(), options);
  for (const step of steps) SESSION_STEPS[step](b);
  b.observed(() => seen(b, session));
  return diagnose(historyWithSessions(b));
};

/** What the trial saw of the third worker, and that patience is over. */
const seen = (b: Build, state: 'running' | 'absent'): void => {
  const { name, consumerGroup: group } = SESSION_WORKER;
  b.add({ kind: 'process.seen', source: 'process', worker: name, alive: state !== 'absent', state });
  const members = state === 'absent' ? [] : [{ memberId: 'm', clientId: 'c' }];
  const described = members.length === 0 ? 'Empty' : 'Stable';
  b.add({ kind: 'offsets.group-described', source: 'offsets', group, state: described, members });
  waited(b);
};

test('a payment that has its sessions has nothing wrong with it', () => {
  expect(causes({ steps: ['sessions', 'mark', 'passed'] })).toEqual([]);
});

test('the third worker does not run', () => {
  const [cause, ...more] = causes({ session: 'absent' });
  expect(more).toEqual([]);
  expect(cause?.id).toBe('worker-not-running');
  expect(cause?.message).toBe('session-worker has no live process and session-scheduling-workers has no member');
  expect(cause?.checked).toEqual({ subject: 'ada', stage: 'session', role: 'session-worker' });
  expect(cause?.checks.map(({ question }) => question)).toEqual([
    '1 is the session-worker running?',
    '2 does the topic trainer-allocated exist?',
    '3 is TRAINER_ALLOCATED of that student and course in its topic?',
    '4 is TRAINER_ALLOCATED marked in processed_events?',
    '5 is there a session of that student and course?',
    '6 is SESSIONS_GENERATED of that student and course in its topic?',
  ]);
});

test('what the third worker left undone is told of it', () => {
  expect(inShort(causes({}))).toBe('event-not-consumed');
  const [marked] = causes({ steps: ['mark'] });
  expect(marked?.message).toMatch(
    /^processed_events has TRAINER_ALLOCATED of ada .*, written by a worker, and there is no session$/,
  );
  expect(marked?.checked?.stage).toBe('session');
});

test('a trainer that was never told of is missing for the third stage, and one to be decided on is not', () => {
  const [untold] = causes({ flow: { without: ['announced'] } });
  expect(untold?.id).toBe('event-not-emitted');
  expect(untold?.message).toMatch(/^allocation .* of ada .* was written by admin-service, and no TRAINER_ALLOCATED of/);
  const pending = { allocation: (b: Build) => void b.allocation('ada', { status: 'pending' }) };
  expect(causes({ flow: { instead: pending, without: ['announced'] } })).toEqual([]);
});

test('a stage in the middle whose service fails is told of by that, and not by what it did not tell', () => {
  const failing = { respond: (b: Build) => void b.respond(b.request(), 'ada', { status: 500 }) };
  const options: FlowOptions = { until: 'markCreated', without: ['request', 'allocation'], instead: failing };
  expect(inShort(causes({ flow: options }))).toContain('api-failing');
  expect(inShort(causes({ flow: options }))).not.toContain('event-not-emitted');
});
