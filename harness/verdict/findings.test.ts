import { describe, expect, it, test } from 'vitest';
import { shapeOfSentence } from './finding-id.ts';
import { findingsOfRun, findingsOfTrial } from './findings.ts';
import { found, trialOf, trialWith, verdictWith } from './testing/trials.ts';

const idsOf = (verdict: Parameters<typeof findingsOfTrial>[0]): readonly string[] =>
  findingsOfTrial(verdict).map(({ id }) => id);

describe('ids of findings', () => {
  it('are rule, worker and shape, the worker where it is known', () => {
    expect(
      idsOf(
        verdictWith([
          ['mark-follows-effect', found('a', { worker: 'allocation-worker', shape: 'before-effect' })],
          ['groups-drain', found('b', { shape: 'blocked' })],
        ]),
      ),
    ).toEqual(['mark-follows-effect/allocation-worker/before-effect', 'groups-drain/blocked']);
  });

  it('without a shape, the sentence without ids, numbers and names stands for it', () => {
    const said = (name: string, payment: string, at: string, row: string): string =>
      `TRAINER_ALLOCATED at trainer-allocated-${at} of ${name} (payment ${payment}) announces allocation ${row}, which was committed only later`;
    const one = shapeOfSentence(said('ada', '829f46f0', '1@0', '374087a1'));
    expect(one).toMatch(/^trainer-allocated-at-trainer-allocated-of-announces-allocation-[0-9a-f]{4}$/);
    expect(shapeOfSentence(said('ben-2', '1fa90c93', '2@17', '00000000'))).toBe(one);
    expect(shapeOfSentence(said('ada', '829f46f0', '1@0', '374087a1').replace('only later', 'never'))).not.toBe(one);
    expect(shapeOfSentence('ada has 3 rows', 'ada')).toBe(shapeOfSentence('ben has 12 rows', 'ben'));
    expect(shapeOfSentence('1 2 3')).toBe('unnamed');
    expect(shapeOfSentence('-- ada  lost, --', 'ada')).toBe('lost');
    // Sixty-four letters are whole; a longer name ends with a whole word and a mark.
    const whole = 'a'.repeat(64);
    expect(shapeOfSentence(whole)).toBe(whole);
    expect(shapeOfSentence(`${'a'.repeat(50)} ${'b'.repeat(20)}`)).toMatch(/^a{50}-[0-9a-f]{4}$/);
  });

  it('no part of one holds a slash', () => {
    expect(idsOf(verdictWith([['ids-agree', found('x', { worker: 'a/b', shape: 'c' })]]))).toEqual(['ids-agree/a-b/c']);
  });
});

describe('findings of a trial', () => {
  it('one kind in one trial is one finding, with everything that shows it', () => {
    const [finding, ...more] = findingsOfTrial(
      verdictWith([['no-event-lost', found('a', { shape: 's' }), found('b', { shape: 's' })]]),
    );
    expect(more).toEqual([]);
    expect(finding?.shown.map(({ message }) => message)).toEqual(['a', 'b']);
  });

  test.each([
    ['unexpected', ['api-failing'], ['topic-missing', 'api-failing'], ['causes/unexpected/topic-missing']],
    ['missing', ['api-failing'], [], ['causes/missing/api-failing']],
    ['optional', ['api-failing or not'], [], ['causes/otherwise/said']],
    [
      'both',
      ['api-failing (consequence of topic-missing)'],
      ['api-not-called'],
      ['causes/unexpected/api-not-called', 'causes/missing/api-failing'],
    ],
    ['order', ['a', 'b'], ['b', 'a'], ['causes/otherwise/said']],
    ['no case', null, ['a'], ['causes/no-case-applies']],
    ['unjudged', ['a'], [], []],
  ])('causes: %s', (name, expected, actual, ids) => {
    const rests = name === 'unjudged' ? ({ unjudged: true } as const) : {};
    const expectation = { met: false, ...rests, case: 0, expected, actual, message: 'said' };
    expect(idsOf(verdictWith([], { outcome: 'failed', during: { causes: [], expectation } }))).toEqual(ids);
  });

  it('conditions at the end that do not hold are findings, those that hold are none', () => {
    const after = [
      { met: true, message: 'fine' },
      { met: false, message: 'ben must have a trainer' },
      { met: false, unjudged: true as const, message: 'what rests on a fault that did not fire' },
    ];
    expect(idsOf(verdictWith([], { outcome: 'failed', after }))).toEqual(['after/ben-must-have-a-trainer']);
  });

  it('an invariant that holds, or cannot be decided, is no finding in a trial that failed', () => {
    const verdict = verdictWith([['no-event-lost', found('a', { shape: 's' })]]);
    const others = (['holds', 'unknown'] as const).map(
      (each) => ({ id: 'ids-agree', verdict: each, findings: [found('b')] }) as const,
    );
    expect(idsOf({ ...verdict, invariants: [...verdict.invariants, ...others] })).toEqual(['no-event-lost/s']);
  });

  it('what is unknown accuses nobody, and a rule that broke without a word is a finding', () => {
    expect(idsOf(verdictWith([['ids-agree', found('x')]], { outcome: 'unknown' }))).toEqual([]);
    expect(idsOf(verdictWith([['ids-agree']], { outcome: 'failed' }))).toEqual(['ids-agree/ids-agree-is-violated']);
  });
});

describe('findings of a run', () => {
  it('the same in eighteen scenarios is one, with where it was seen first; those seen most come first', () => {
    const trials = Array.from({ length: 18 }, (_, i) => trialWith(`s${i}`, i === 3 ? ['alone', 'often'] : ['often']));
    const groups = findingsOfRun(trials);
    expect(groups.map(({ id, scenarios }) => [id, scenarios.length])).toEqual([
      ['no-event-lost/w/often', 18],
      ['no-event-lost/w/alone', 1],
    ]);
    expect(groups[0]?.trials[0].name).toBe('s0');
    // Whichever was seen first.
    const late = [trialWith('s0', ['alone']), trialWith('s1', ['often']), trialWith('s2', ['often'])];
    expect(findingsOfRun(late).map(({ id }) => id)).toEqual(['no-event-lost/w/often', 'no-event-lost/w/alone']);
  });

  it('what a trial shows of many payments is one sentence, with how many and whose the next are', () => {
    const names = ['ada', 'ben', 'cem', 'dan'];
    const shown = names.map((subject) => found(`lost of ${subject}`, { shape: 'x', subject }));
    const [group] = findingsOfRun([trialOf('a', verdictWith([['no-event-lost', ...shown]]))]);
    expect(group?.message).toBe('lost of ada (and the same for 3 more: ben, cem …)');
  });

  it('repeats of a scenario are one scenario', () => {
    const [group] = findingsOfRun([trialWith('a', ['x']), trialWith('a', ['x']), trialOf('b', verdictWith([]))]);
    expect([group?.scenarios, group?.trials.length]).toEqual([['a'], 2]);
  });
});
