/** What is concluded of lives that were not recorded, against the same histories in which they were. */
import { expect, test } from 'vitest';
import type { HistoryEvent } from './events.ts';
import { openHistory } from './history.ts';
import type { History } from './history.ts';
import { ROLES } from '../pipeline/testing.ts';
import { isThere, isOfThisTrial, passedBy, undrained } from './groups.ts';
import type { Placed } from './views.ts';
import { perform, rearranged } from './testing/generate.ts';
import type { Plan, Recreation } from './testing/generate.ts';
import { storedHistory } from './testing/stored.ts';

const PLANS: readonly Plan[] = [
  { courses: [{}, {}], schedule: [0, 1, 1, 0, 0, 1] },
  { courses: [{ without: ['purchase', 'passCreated'] }, { without: ['passConfirmed'] }], schedule: [1, 0, 0] },
];
const TOPICS = ['purchase-confirmed', 'purchase-created', 'trainer-allocated'];
const ORDERS: readonly (readonly number[])[] = [
  [0, 0, 0, 0],
  [1, 3, 2, 5, 0, 1, 4],
  [7, 6, 5, 4, 3, 2, 1],
];

const recreations = (topic: string): readonly (readonly Recreation[])[] =>
  [3, 7, 12].flatMap((before) =>
    [true, false].flatMap((tombstones) =>
      [true, false].map((barriers): readonly Recreation[] => [
        { before, topic, tombstones, barriers },
        // Another time, and another topic beside it.
        ...(before === 3 ? [{ before: 9, topic, tombstones, barriers }] : []),
        ...(before === 7 ? [{ before: 8, topic: 'purchase-created', tombstones: false }] : []),
      ]),
    ),
  );

const isPlaced = (event: HistoryEvent): event is Placed =>
  event.kind === 'kafka.record' || event.kind === 'kafka.produced' || event.kind === 'offsets.committed';

interface Pair {
  readonly known: History;
  readonly unknown: History;
}

/** Made anew for each question: a history remembers what was concluded of it. */
const pairs = (): readonly Pair[] =>
  PLANS.flatMap((plan) => TOPICS.flatMap((topic) => recreations(topic).map((recreated) => ({ plan, recreated })))).map(
    ({ plan, recreated }, i): Pair => {
      const [known, unknown] = [true, false].map((lives) =>
        rearranged(perform(plan, { recreated, lives }), ORDERS[i % ORDERS.length] ?? []),
      );
      return { known: known!, unknown: unknown! };
    },
  );

/** For every event that has a position: the lives it may have, and the one it has. */
const placements = ({ known, unknown }: Pair) =>
  known.events.flatMap((event, i) => {
    const same = unknown.events[i];
    if (!isPlaced(event) || same === undefined || !isPlaced(same)) return [];
    return [{ event, same, truth: known.lives.of(event), may: unknown.lives.of(same) }];
  });

test('the life that a position has is always among those that it may have', () => {
  const wrong = pairs()
    .flatMap(placements)
    .filter(({ truth: [life, other], may }) => life === undefined || other !== undefined || !may.includes(life));
  expect(wrong.map(({ event, truth, may }) => [event, truth, may])).toEqual([]);
});

/** How many of them are decided, how many lives are left to them in all, and how many there are: less is proven by none of these. */
test('what order proves is concluded', () => {
  const placed = pairs().flatMap(placements);
  const decided = (kind: Placed['kind']) => {
    const all = placed.filter(({ event }) => event.kind === kind);
    return [
      all.filter(({ may }) => may.length === 1).length,
      all.reduce((sum, { may }) => sum + may.length, 0),
      all.length,
    ];
  };
  expect([decided('kafka.produced'), decided('kafka.record'), decided('offsets.committed')]).toEqual([
    [144, 144, 144],
    [506, 670, 576],
    [161, 307, 226],
  ]);
});

const leftIn = (history: History): readonly string[] =>
  undrained(history).flatMap(({ group, partition, records }) =>
    records.map(({ offset }) => `${group.group} ${group.topic}-${partition}@${offset}`),
  );

test('what is there, passed or left to read is said of a life that is known, and of none other', () => {
  const said = { there: 0, passed: 0, left: 0 };
  const wrong: unknown[] = [];
  for (const pair of pairs()) {
    for (const { event, same } of placements(pair)) {
      if (event.kind !== 'kafka.record' || same.kind !== 'kafka.record') continue;
      const there = isThere(pair.unknown, same);
      if (there !== 'maybe' && there !== isThere(pair.known, event)) wrong.push([there, same]);
      if (there === 'yes') said.there += 1;
      if (!isOfThisTrial(pair.unknown, same)) wrong.push(['of no trial', same]);
      for (const role of ROLES) {
        if (passedBy(pair.unknown, role, same) === undefined) continue;
        if (passedBy(pair.known, role, event) === undefined) wrong.push(['passed', role, same]);
        said.passed += 1;
      }
    }
    const known = leftIn(pair.known);
    const left = leftIn(pair.unknown);
    wrong.push(...left.filter((each) => !known.includes(each)));
    said.left += left.length;
  }
  expect(wrong).toEqual([]);
  expect(said).toEqual({ there: 426, passed: 133, left: 40 });
});

test('an offset that is said to be of a second life, of which nothing else tells, counts as one of the first', () => {
  const { events } = storedHistory('hardened/api-commits-then-drops');
  const asSecond = events.map((event): HistoryEvent =>
    event.kind === 'offsets.committed' ? { ...event, incarnation: 1 } : event,
  );
  const found = (list: readonly HistoryEvent[]) =>
    undrained(openHistory(list)).map(({ group, partition, committed }) => ({ group, partition, committed }));
  expect(events.some(({ kind }) => kind === 'offsets.committed')).toBe(true);
  expect(found(asSecond)).toEqual(found(events));
});
