import { expect, test } from 'vitest';
import { build } from '../history/testing/build.ts';
import type { Build } from '../history/testing/build.ts';
import { flow, healthyHistory, trialOf } from '../history/testing/flow.ts';
import { groupsDrain as invariant } from './groups-drain.ts';
import { incomplete, judge, unended } from './testing.ts';

const stuck = { without: ['passCreated'] } as const;

test('holds when everything was committed past', () => expect(judge(invariant, healthyHistory())).toBe('holds'));

test('violated by a record left, settled or at the deadline, naming how often it was tried', () => {
  expect(judge(invariant, trialOf(stuck))).toMatch(
    /^violated: trainer-allocation-workers has not got past purchase-created-0@0, PURCHASE_CREATED of ada .*, which has had its effect/,
  );
  const tried = { without: ['passCreated', 'allocation', 'markCreated', 'announced'] } as const;
  expect(judge(invariant, trialOf(tried))).toMatch(
    /^violated: trainer-allocation-workers has not got past purchase-created-0@0, PURCHASE_CREATED of ada .*, for which 1 call was made/,
  );
  expect(judge(invariant, trialOf({ without: ['passConfirmed'] }))).toMatch(/^violated: purchase-creation-workers/);
  const b = flow(build(), stuck);
  b.emit('PURCHASE_CREATED');
  b.barrier();
  b.settled(false, ['purchase-created']);
  expect(judge(invariant, b.history())).toMatch(/^violated: .*; 1 record more behind it \(at the deadline\)/);
});

test('markers and aborted records do not count, nor what lay there before the trial', () => {
  const extra = (more: (b: Build) => void) => trialOf({}, more);
  expect(
    judge(
      invariant,
      extra((b) => void b.emit('PURCHASE_CREATED', 'ada', { aborted: true })),
    ),
  ).toBe('holds');
  expect(
    judge(
      invariant,
      extra((b) => {
        const { seq } = b.emit('PURCHASE_CREATED');
        b.events[seq - 1] = { ...b.events[seq - 1]!, control: 'commit' } as never;
      }),
    ),
  ).toBe('holds');
  expect(
    judge(
      invariant,
      extra((b) => {
        const { seq } = b.emit('PURCHASE_CREATED', 'zoe', { partition: 1 });
        const positions = b.events[1] as { ends: object };
        b.events[1] = { ...positions, ends: { 'purchase-created': { 0: 0, 1: 1 } } } as never;
        expect(seq).toBeGreaterThan(0);
      }),
    ),
  ).toBe('holds');
});

const recreated = (...then: ((b: Build) => void)[]) =>
  trialOf({}, (b) => {
    b.recreateTopic('purchase-created');
    for (const each of then) each(b);
  });

test('a topic made anew begins anew: offsets committed before say nothing', () => {
  expect(
    judge(
      invariant,
      recreated((b) => void b.emit('PURCHASE_CREATED')),
    ),
  ).toMatch(/^violated: .*committed no offset/);
  expect(
    judge(
      invariant,
      recreated((b) => void b.commitOffset('allocation-worker', b.emit('PURCHASE_CREATED'))),
    ),
  ).toBe('holds');
});

test('a tombstone takes the committed offset away', () =>
  expect(
    judge(
      invariant,
      trialOf({}, (b) =>
        b.add({
          kind: 'offsets.committed',
          source: 'offsets',
          position: 99,
          group: 'trainer-allocation-workers',
          topic: 'purchase-created',
          partition: 0,
          offset: -1,
          by: 'worker',
        }),
      ),
    ),
  ).toMatch(/^violated/));

test('unknown before the end and when sources are incomplete', () => {
  expect(judge(invariant, unended(stuck))).toMatch(/^unknown/);
  expect(judge(invariant, incomplete(stuck))).toMatch(/^unknown/);
});
