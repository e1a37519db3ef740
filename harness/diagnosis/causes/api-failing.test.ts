import { expect, test } from 'vitest';
import { build } from '../../history/testing/build.ts';
import type { CallOptions } from '../../history/testing/calls.ts';
import { flow } from '../../history/testing/flow.ts';
import { diagnose } from '../diagnose.ts';
import { causesOf, inShort } from '../testing.ts';

const answered = (...answers: CallOptions[]) =>
  ({
    until: 'markCreated',
    without: ['request', 'allocation'],
    instead: {
      respond: (b: ReturnType<typeof build>) => {
        for (const answer of answers) b.respond(b.request(), 'ada', answer);
      },
    },
  }) as const;

test.each<[string, CallOptions, string]>([
  ['an error', { status: 500 }, 'answered 500'],
  ['no answer', { status: null }, 'gave no answer'],
  ['success and no row', { status: 201 }, 'no allocation row was committed'],
])('listed for %s', (_, answer, words) => {
  const causes = causesOf(answered(answer));
  expect(inShort(causes)).toBe('api-failing');
  expect(causes[0]?.message).toContain(words);
});

test('the latest answer counts, and an error proves without a barrier', () => {
  expect(inShort(causesOf(answered({ status: 500 }, { status: 500 })))).toBe('api-failing');
  expect(inShort(diagnose(flow(build(), answered({ status: 500 })).history()))).toBe('api-failing');
  // That a row is missing proves nothing while commits may be.
  expect(inShort(diagnose(flow(build(), answered({ status: 201 })).history()))).toBe('');
});

test('a call shows that its event was there, when the record has not been read yet', () => {
  const { instead } = answered({ status: 500 });
  const unread = flow(build(), { until: 'markCreated', without: ['created', 'request', 'allocation'], instead });
  expect(inShort(diagnose(unread.history()))).toBe('api-failing');
  // With every record read, it is the event that is missing.
  unread.observed();
  expect(inShort(diagnose(unread.history()))).toBe('event-not-emitted');
});

test('not listed when the row is there: assigned, or pending for a person', () => {
  expect(inShort(causesOf({ until: 'markCreated' }))).toBe('');
  const pending = { allocation: (b: ReturnType<typeof build>) => void b.allocation('ada', { status: 'pending' }) };
  expect(inShort(causesOf({ instead: pending, without: ['announced'] }))).toBe('');
});

test('a call that is open is not failing until it has stood', () => {
  const b = flow(build(), { until: 'allocation' });
  b.observed();
  expect(inShort(diagnose(b.history()))).toBe('');
  const seq = b.barrier();
  b.events[seq - 1] = { ...b.events[seq - 1]!, at: 9_000 };
  expect(inShort(diagnose(b.history()))).toBe('api-failing');
});
