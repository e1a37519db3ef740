import { expect, test } from 'vitest';
import { shippedContract } from '../contract/testing/shipped.ts';
import { storedHistory } from '../history/testing/stored.ts';
import { judge } from '../verdict/testing/shipped.ts';
import { bakedIn } from './baked-in.ts';
import type { BakedIn } from './baked-in.ts';

const ASKS_NOTHING = { name: 'any', title: 'any', tags: [], given: { subjects: {} }, faults: [], act: [] };

const bakedInOf = (name: string): readonly BakedIn[] => {
  const { events } = storedHistory(name);
  return bakedIn(judge(events, ASKS_NOTHING), events, shippedContract);
};

test('the commit past an event that had no effect shuts the way of what the event was to bring about', () => {
  const lost = 'no-event-lost/allocation-worker/skipped';
  const baked = bakedInOf('incident/guard-marked-early');
  const history = storedHistory('incident/guard-marked-early');
  const told = history.pipelineEvents.find(({ type }) => type === 'PURCHASE_CREATED')?.record;
  const seq = history
    .of('offsets.committed')
    .find(({ group, offset }) => group === 'trainer-allocation-workers' && offset > (told?.offset ?? 0))?.seq;
  expect(seq).toBeDefined();
  expect(baked).toEqual([
    { finding: lost, subject: 'ada', kind: 'broke', seq },
    {
      finding: 'purchase-gets-allocation/allocation-worker/no-allocation',
      subject: 'ada',
      kind: 'lost',
      seq,
      by: lost,
    },
  ]);
});

test('of several that broke each has its own event, and the earliest is told as such', () => {
  const kinds = bakedInOf('incident/api-silent-failure').map((one) => [one.kind, 'seq' in one ? one.seq : undefined]);
  expect(kinds).toEqual([
    ['broke', 35],
    ['broke', 39],
    ['broke', 43],
    ['lost', 43],
  ]);
});

test('what is merely missing might have come until the trial was over', () => {
  const baked = bakedInOf('incident/topic-missing-left-running');
  expect(baked.map(({ finding, kind }) => [finding.split('/')[0], kind])).toEqual([
    ['purchase-gets-allocation', 'open'],
    ['event-gets-marked', 'open'],
    ['groups-drain', 'open'],
  ]);
});

test('of one that passed there is nothing to say', () => {
  expect(bakedInOf('hardened/guard-marked-early')).toEqual([]);
});
