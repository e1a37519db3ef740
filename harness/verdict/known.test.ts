import { describe, expect, it, test } from 'vitest';
import { accept, remove } from './accept.ts';
import { compareWithBase, isInBase } from './against.ts';
import { formatKnown, parseKnown } from './known-schema.ts';
import { answerFor, dayOf, knownOf, notSeen, review, standingOf } from './known.ts';
import type { Acceptance, KnownFinding } from './known.ts';
import { trialOf, trialWith, verdictWith } from './testing/trials.ts';

const X = 'no-event-lost/w/x';
const Y = 'no-event-lost/w/y';

const entryOf = (scenarios: readonly string[], more: Partial<KnownFinding> = {}): KnownFinding => ({
  finding: X,
  scenarios,
  owner: 'allocations',
  reason: 'FL-1',
  until: '2026-12-31',
  ...more,
});

const acceptance = (...known: readonly KnownFinding[]): Acceptance => ({ known, today: '2026-11-26' });

const standing = (trial: Parameters<typeof standingOf>[0], given: Acceptance): string =>
  standingOf(trial, (id, scenario) => answerFor(given, id, scenario).state === 'known');

describe('standingOf', () => {
  test.each([
    ['known in its scenario', trialWith('a', ['x']), entryOf(['a']), 'known'],
    ['known in all', trialWith('a', ['x']), entryOf(['*']), 'known'],
    ['known elsewhere', trialWith('a', ['x']), entryOf(['b']), 'failed'],
    ['another one besides', trialWith('a', ['x', 'y']), entryOf(['a']), 'failed'],
    ['its last day', trialWith('a', ['x']), entryOf(['a'], { until: '2026-11-26' }), 'known'],
    ['its date is over', trialWith('a', ['x']), entryOf(['a'], { until: '2026-11-25' }), 'failed'],
    ['passed', trialOf('a', verdictWith([])), entryOf(['a']), 'passed'],
    ['unknown is never known', trialWith('a', ['x'], 'unknown'), entryOf(['*']), 'unknown'],
    ['failed without a finding', trialOf('a', verdictWith([], { outcome: 'failed' })), entryOf(['*']), 'failed'],
  ])('%s: %#', (_, trial, entry, expected) => {
    expect(standing(trial, acceptance(entry))).toBe(expected);
  });

  it('what could not be decided beside a known finding stays unknown', () => {
    const { verdict } = trialWith('a', ['x']);
    const trial = trialOf('a', { ...verdict, unknown: ['the fault x did not fire'] });
    expect(standing(trial, acceptance(entryOf(['a'])))).toBe('unknown');
  });
});

describe('review', () => {
  it('a finding that is new in one scenario is new, and says in which', () => {
    const [first] = review([trialWith('a', ['x']), trialWith('b', ['x'])], acceptance(entryOf(['a'])));
    expect(first).toMatchObject({ id: X, state: 'new', open: ['b'], scenarios: ['a', 'b'] });
    expect(first?.entries.map(({ owner }) => owner)).toEqual(['allocations']);
  });

  it('new before expired before known', () => {
    const trials = [trialWith('a', ['x', 'y', 'z'])];
    const given = acceptance(entryOf(['*']), entryOf(['*'], { finding: Y, until: '2026-01-01' }));
    expect(review(trials, given).map(({ id, state }) => [id, state])).toEqual([
      ['no-event-lost/w/z', 'new'],
      [Y, 'expired'],
      [X, 'known'],
    ]);
  });
});

describe('notSeen', () => {
  const seen = [trialWith('a', ['x'])];
  const clean = [trialOf('a', verdictWith([])), trialOf('b', verdictWith([]))];
  test.each([
    ['seen', seen, entryOf(['a']), false, []],
    ['its scenario ran without it', clean, entryOf(['a', 'c']), false, ['a']],
    ['its scenario did not run', clean, entryOf(['c']), false, []],
    ['its scenario was unknown', [trialWith('a', ['x'], 'unknown')], entryOf(['a']), false, []],
    ['for all, in a part of them', clean, entryOf(['*']), false, []],
    ['for all, in all', clean, entryOf(['*']), true, ['a', 'b']],
    ['one of its trials was unknown', [...clean, trialWith('a', [], 'unknown')], entryOf(['a']), false, []],
    ['seen in one of its trials', [...clean, ...seen], entryOf(['a']), false, []],
    ['another one was seen', [trialWith('a', ['y'])], entryOf(['a']), false, ['a']],
    ['seen where it is not known', [...clean, trialWith('c', ['x'])], entryOf(['a']), false, ['a']],
    ['for all, where nothing ran', [], entryOf(['*']), true, []],
  ])('%s', (_, trials, entry, whole, scenarios) => {
    expect(notSeen(trials, acceptance(entry), whole).flatMap((unseen) => unseen.scenarios)).toEqual(scenarios);
  });
});

describe('accept', () => {
  it('adds, extends under the same answer, and moves a scenario to the later answer', () => {
    const one = accept([], [entryOf(['a'])]);
    const two = accept(one, [entryOf(['b'])]);
    expect(two).toEqual([entryOf(['a', 'b'])]);
    expect(accept(two, [entryOf(['b'], { owner: 'purchases' })])).toEqual([
      entryOf(['a']),
      entryOf(['b'], { owner: 'purchases' }),
    ]);
    expect(accept(two, [entryOf(['*'], { until: '2027-01-01' })])).toEqual([entryOf(['*'], { until: '2027-01-01' })]);
    expect(accept(two, [entryOf(['c'], { finding: Y })])).toHaveLength(2);
  });

  it('touches no other finding, keeps another date apart, and all stays all', () => {
    const other = entryOf(['b'], { finding: Y });
    expect(accept([other, entryOf(['a'])], [entryOf(['b'])])).toEqual([other, entryOf(['a', 'b'])]);
    const later = entryOf(['b'], { until: '2027-01-01' });
    expect(accept([entryOf(['a'])], [later])).toEqual([entryOf(['a']), later]);
    expect(accept([entryOf(['*'])], [entryOf(['b'])])).toEqual([entryOf(['*'])]);
  });

  it('what it gives is a valid file', () => {
    const known = accept([entryOf(['a', 'b'])], [entryOf(['b'], { reason: 'other' }), entryOf(['c'], { finding: Y })]);
    expect(parseKnown(formatKnown(known)).known).toHaveLength(3);
  });
});

describe('formatKnown', () => {
  it('is sorted by finding, then by date, scenarios by name', () => {
    const entries = [
      entryOf(['b', 'a'], { finding: Y }),
      entryOf(['d'], { until: '2027-02-01' }),
      entryOf(['c'], { until: '2027-01-01' }),
      entryOf(['e'], { until: '2027-03-01' }),
    ];
    const order = [...entries.keys()].flatMap((i) => [
      entries.slice(i).concat(entries.slice(0, i)),
      entries.toReversed(),
    ]);
    for (const some of order) {
      const written = parseKnown(formatKnown(some)).known?.map(({ finding, scenarios, until }) => [
        finding,
        scenarios,
        until,
      ]);
      expect(written).toEqual([
        [X, ['c'], '2027-01-01'],
        [X, ['d'], '2027-02-01'],
        [X, ['e'], '2027-03-01'],
        [Y, ['a', 'b'], '2026-12-31'],
      ]);
    }
  });
});

describe('parseKnown', () => {
  test.each([
    ['{', /it is not JSON/],
    ['{"version":2,"known":[]}', /^version: 2: allowed: 1/],
    ['{"version":1}', /^known: missing: must be a list/],
    [{ finding: X }, /known\[0\].scenarios: missing: must be a list/],
    [entryOf([]), /known\[0\].scenarios: \[\]: needs at least 1/],
    [entryOf(['a'], { owner: ' ' }), /known\[0\].owner: " ": must not be empty/],
    [entryOf(['a'], { until: '2026-02-30' }), /known\[0\].until: "2026-02-30": must be a day, e.g. 2026-12-31/],
    [entryOf(['a'], { until: 'soon' }), /must be a day/],
    [entryOf(['a'], { until: '2026-13-01' }), /must be a day/],
    [entryOf(['a'], { until: '12026-12-31' }), /must be a day/],
    [entryOf(['a'], { until: '2026-12-31 ' }), /must be a day/],
    [{ ...entryOf(['a']), ower: 'x' }, /unknown key; allowed: .*did you mean owner/],
  ])('%j', (content, message) => {
    const text = typeof content === 'string' ? content : JSON.stringify({ version: 1, known: [content] });
    expect(parseKnown(text).problems?.join('\n')).toMatch(message);
  });

  it('one finding and scenario has one answer', () => {
    const known = [entryOf(['a']), entryOf(['b', 'a'], { owner: 'other' })];
    expect(parseKnown(JSON.stringify({ version: 1, known })).problems).toEqual([
      `known[1].scenarios: "a": ${X} is known there by known[0] already; keep one of them`,
    ]);
  });
});

describe('answerFor', () => {
  it('of answers that are over the latest is told, whichever comes first', () => {
    const [early, late] = [entryOf(['a'], { until: '2026-01-01' }), entryOf(['*'], { until: '2026-02-01' })];
    for (const known of [
      [early, late],
      [late, early],
    ])
      expect(answerFor(acceptance(...known), X, 'a')).toEqual({ state: 'expired', entry: late });
  });
});

describe('against a base', () => {
  const base = {
    name: 'base.json',
    scenarios: [
      { name: 'a', decided: true, findings: [X] },
      { name: 'b', decided: true, findings: [] },
      { name: 'u', decided: false, findings: [] },
    ],
  };

  it('is by scenario where the base decided it, else by finding', () => {
    expect(['a', 'b', 'u', 'made-since'].map((scenario) => isInBase(base, X, scenario))).toEqual([
      true,
      false,
      true,
      true,
    ]);
    expect(isInBase(base, Y, 'u')).toBe(false);
    // A scenario that the base has several times is decided where all of them are, and shows what one of them shows.
    const twice = (...decided: readonly boolean[]) => ({
      name: 'b',
      scenarios: [
        ...decided.map((each, i) => ({ name: 's', decided: each, findings: i === 0 ? [Y] : [] })),
        { name: 'a', decided: true, findings: [X] },
      ],
    });
    expect(isInBase(twice(true, true), Y, 's')).toBe(true);
    expect([isInBase(twice(true, false), X, 's'), isInBase(twice(true, true), X, 's')]).toEqual([true, false]);
  });

  it('tells new, still there and fixed; a scenario that did not run fixes nothing', () => {
    const compared = compareWithBase([trialWith('a', ['x', 'y']), trialWith('b', ['x'])], base);
    expect(compared.added.map(({ group, scenarios }) => [group.id, scenarios])).toEqual([
      [X, ['b']],
      [Y, ['a']],
    ]);
    expect(compared.still).toEqual([]);
    expect(compareWithBase([trialWith('a', ['x'])], base).still.map(({ id }) => id)).toEqual([X]);
    expect(compareWithBase([trialOf('a', verdictWith([]))], base).fixed).toEqual([{ id: X, scenarios: ['a'] }]);
    expect(compareWithBase([trialOf('b', verdictWith([]))], base)).toMatchObject({ fixed: [], open: [X] });
    expect(compareWithBase([trialWith('a', [], 'unknown')], base)).toMatchObject({ fixed: [], open: [X] });
    const clean = trialOf('a', verdictWith([]));
    expect(compareWithBase([clean, trialWith('a', [], 'unknown')], base)).toMatchObject({ fixed: [], open: [X] });
    expect(compareWithBase([trialWith('a', ['x'])], base)).toMatchObject({ added: [], fixed: [], open: [] });
    const wider = { ...base, scenarios: [...base.scenarios, { name: 'c', decided: true, findings: [X] }] };
    expect(compareWithBase([clean], wider)).toMatchObject({ fixed: [], open: [X] });
    expect(compareWithBase([clean, trialOf('c', verdictWith([]))], wider)).toMatchObject({
      fixed: [{ id: X, scenarios: ['a', 'c'] }],
      open: [],
    });
  });
});

test('days are UTC', () => {
  expect(dayOf(new Date('2026-11-26T23:59:59Z'))).toBe('2026-11-26');
});

test('a finding that is known with one worker set is new with another', () => {
  const [ours, theirs, all] = [
    entryOf(['a'], { workers: ['ours'] }),
    entryOf(['a'], { workers: ['theirs'] }),
    entryOf(['b']),
  ];
  expect(knownOf([ours, theirs, all], ['ours'])).toEqual([ours, all]);
  expect(knownOf([ours, all], ['ours', 'theirs'])).toEqual([all]);
  expect(knownOf([ours], ['others'])).toEqual([]);
  // What is said of one set says nothing of the other's.
  const both = accept([ours], [theirs]);
  expect(both).toEqual([ours, theirs]);
  expect(parseKnown(formatKnown(both)).known).toEqual(both);
  expect(accept(both, [entryOf(['c'], { workers: ['theirs'] })])).toEqual([
    ours,
    entryOf(['a', 'c'], { workers: ['theirs'] }),
  ]);
  expect(parseKnown(formatKnown([ours, ours])).problems?.join()).toContain('keep one of them');
});

test('what is removed is known nowhere, or in some scenarios no more', () => {
  const known = [entryOf(['a', 'b']), entryOf(['c'], { finding: Y })];
  expect(remove(known, [X], [])).toEqual([entryOf(['c'], { finding: Y })]);
  expect(remove(known, [X], ['b'])).toEqual([entryOf(['a']), entryOf(['c'], { finding: Y })]);
});
