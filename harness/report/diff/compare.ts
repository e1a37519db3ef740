/**
 * A trial held against one of the same scenario that passed: what is missing, what is additional, what provably came in another
 * order. Aligned by what events are, never by when they came. Pure.
 */
import { provablyBefore } from '../../history/order.ts';
import type { Ghost, Standing } from '../view/rows.ts';
import type { View } from '../view/view.ts';
import { thingsOf } from './things.ts';
import type { Thing } from './things.ts';

export interface Sentence {
  readonly kind: 'missing' | 'additional' | 'moved';
  readonly text: string;
  /** `seq` of events of this trial. */
  readonly seqs: readonly number[];
}

export interface Difference {
  readonly sentences: readonly Sentence[];
  /** What the passing trial has more, placed in this one. */
  readonly ghosts: readonly Ghost[];
  /** By `seq` of this trial. */
  readonly standings: ReadonlyMap<number, Standing>;
}

/** Orders are looked up pair by pair: of more things than this only neighbours are. */
const MOST_THINGS = 120;

interface Both {
  readonly here: Thing;
  readonly there: Thing;
}

const before = (view: View, a: Thing, b: Thing): boolean => provablyBefore(view.history, a.event.event, b.event.event);

const shareAPayment = (a: Thing, b: Thing): boolean =>
  a.event.subjects.length === 0 ||
  b.event.subjects.length === 0 ||
  a.event.subjects.some((name) => b.event.subjects.includes(name));

/** Pairs that are proven to be one way round there and the other way round here. */
const movedPairs = (here: View, there: View, common: readonly Both[]): readonly (readonly [Both, Both])[] => {
  const looked = common.slice(0, MOST_THINGS);
  return looked.flatMap((a, i) =>
    looked
      .slice(i + 1)
      .filter(
        (b) =>
          shareAPayment(a.here, b.here) &&
          // Cheap first: what arrived in the same order here and there is not looked into.
          a.here.event.seq > b.here.event.seq &&
          before(there, a.there, b.there) &&
          before(here, b.here, a.here),
      )
      .map((b) => [a, b] as const),
  );
};

const listed = (things: readonly Thing[]): string => {
  const nouns = [...new Set(things.map(({ noun }) => noun))];
  return nouns.length < 2 ? nouns.join('') : `${nouns.slice(0, -1).join(', ')} and ${nouns.at(-1)}`;
};

const none = (things: readonly Thing[]): string => (things.length === 1 ? 'none' : 'nothing of it');

const missingText = (things: readonly Thing[], other: string): string =>
  `in ${other} there was ${listed(things)}; here there is ${none(things)}`;
const additionalText = (things: readonly Thing[], other: string): string =>
  `here there is ${listed(things)}; in ${other} there was ${none(things)}`;
const movedText = ([a, b]: readonly [Both, Both], other: string): string =>
  `in ${other} ${a.here.noun} came before ${b.here.noun}; here it came after`;

/** One sentence tells what is missing, another what is additional. */
const together = (kind: 'missing' | 'additional', things: readonly Thing[], text: string): readonly Sentence[] =>
  things.length === 0
    ? []
    : [{ kind, text, seqs: kind === 'missing' ? [] : [...new Set(things.map(({ event }) => event.seq))] }];

/** What is missing, where it would be: behind the last thing before it that both trials have. */
const ghostsOf = (
  there: readonly Thing[],
  missing: ReadonlySet<Thing>,
  common: ReadonlyMap<string, Both>,
): readonly Ghost[] => {
  const ghosts = new Map<number, Ghost>();
  let behind = 0;
  for (const thing of there) {
    const both = common.get(thing.key);
    if (both !== undefined) behind = Math.max(behind, both.here.event.seq);
    else if (missing.has(thing) && !ghosts.has(thing.event.seq))
      ghosts.set(thing.event.seq, { event: thing.event, behind });
  }
  return [...ghosts.values()];
};

/** `other`: how the trial it is held against is called in sentences. */
export const compareViews = (here: View, there: View, other = 'the passing trial'): Difference => {
  const [own, others] = [thingsOf(here), thingsOf(there)];
  const byKey = new Map(others.map((thing) => [thing.key, thing]));
  const common = new Map(
    own.flatMap((thing) => {
      const alike = byKey.get(thing.key);
      return alike === undefined ? [] : [[thing.key, { here: thing, there: alike }] as const];
    }),
  );
  const missing = others.filter(({ key }) => !common.has(key));
  const additional = own.filter(({ key }) => !common.has(key));
  // In the passing trial's order, so that the first of a pair is the one that came first there.
  const inOrder = others.flatMap(({ key }) => common.get(key) ?? []);
  const moved = movedPairs(here, there, inOrder);
  const sentences: readonly Sentence[] = [
    ...moved.map((pair): Sentence => ({
      kind: 'moved',
      text: movedText(pair, other),
      seqs: [pair[1].here.event.seq, pair[0].here.event.seq],
    })),
    ...together('missing', missing, missingText(missing, other)),
    ...together('additional', additional, additionalText(additional, other)),
  ];
  const standings = new Map<number, Standing>([
    ...moved.map(([a]) => [a.here.event.seq, 'moved'] as const),
    ...additional.map(({ event }) => [event.seq, 'additional'] as const),
  ]);
  return { sentences, ghosts: ghostsOf(others, new Set(missing), common), standings };
};
