import { describe, expect, it, test } from 'vitest';
import { found, verdictWith } from '../verdict/testing/trials.ts';
import { githubReporter } from './github.ts';
import { jsonDocument } from './json-document.ts';
import { listReporter } from './list.ts';
import { formatMarkdown } from './markdown.ts';
import { formatSummary } from './summary.ts';
import { endOf, knownOf, resultWith, showing, shownAs, textOptions, unknownFor } from './testing/results.ts';

const X = 'no-event-lost/w/x';
const eighteen = Array.from({ length: 18 }, (_, i) => showing(`s${i}`, ...(i === 3 ? ['x', 'y'] : ['x'])));

const listed = (results: typeof eighteen, more: Parameters<typeof textOptions>[1] = {}): string => {
  let text = '';
  const reporter = listReporter(textOptions((part) => (text += part), more));
  for (const result of results) reporter.onResult?.(shownAs(result));
  return text;
};

describe('one defect in eighteen scenarios', () => {
  it('is told once at the end, with what a scenario shows besides', () => {
    expect(formatSummary(endOf(eighteen), { width: 80 })).toBe(`
2 findings
   1  no-event-lost/w/x
      x of ada
      seen in 18 scenarios, first in s0
      again s0

   2  no-event-lost/w/y
      y of ada
      seen in s3
      again s3

What each scenario shows
  s0, s1, s2, s4, s5, s6, s7, s8, s9, s10, s11, s12, s13, s14, s15, s16, s17: 1,
  and nothing besides
  s3: 1, and besides
     2 no-event-lost/w/y

0 passed, 18 failed, 0 unknown, in 5 ms
workers ours
FAILED: 18 of 18 trials: ${eighteen.map(({ name }) => name).join(', ')}
`);
  });

  it('is told at length once as the trials end, unless --verbose', () => {
    const text = listed(eighteen);
    expect(text.match(/x of ada \(#1\)/g)).toHaveLength(1);
    expect(text.match(/y of ada \(#1\)/g)).toHaveLength(1);
    expect(text.match(/the same as in s0:\n {6}no-event-lost\/w\/x\n/g)).toHaveLength(17);
    expect(text.match(/and nothing besides/g)).toHaveLength(16);
    for (const { name } of eighteen) expect(text).toContain(`Replay    again ${name}\n`);
    expect(listed(eighteen, { verbose: true }).match(/x of ada \(#1\)/g)).toHaveLength(18);
  });

  it('is one annotation, at the scenario that showed it first', () => {
    let text = '';
    const reporter = githubReporter(textOptions((part) => (text += part)));
    for (const result of eighteen) reporter.onResult?.(shownAs(result));
    reporter.onEnd?.(endOf(eighteen));
    expect(text).toBe(
      '::error file=scenarios/s0.ts,title=no-event-lost/w/x,line=3,column=1::x of ada%0Aseen in 18 scenarios, first in s0%0Aagain s0\n' +
        '::error file=scenarios/s3.ts,title=no-event-lost/w/y,line=3,column=1::y of ada%0Aseen in s3%0Aagain s3\n',
    );
  });

  it('is one row of the Markdown table, and numbers in the others', () => {
    const text = formatMarkdown(endOf(eighteen));
    expect(text).toContain(
      '| 1 | no-event-lost/w/x | x of ada<br>again s0 | seen in 18 scenarios, first in s0 | new |',
    );
    expect(text).toContain('| s3 | ✗ failed | 1 no-event-lost/w/x<br>2 no-event-lost/w/y | 7 | 5 ms |');
    expect(text.match(/x of ada/g)).toHaveLength(1);
  });
});

test('annotations escape what workers wrote, and trials that are unknown for one reason share one', () => {
  let text = '';
  const reporter = githubReporter(textOptions((part) => (text += part)));
  const odd = resultWith('a', verdictWith([['ids-agree', found('100%\n::error::x', { shape: 'a,b:c' })]]));
  const results = [odd, unknownFor('b', 'Kafka went away'), unknownFor('c', 'Kafka went away')];
  reporter.onEnd?.(endOf(results));
  expect(text.split('\n')).toEqual([
    '::error title=ids-agree/a%2Cb%3Ac::100%25%0A::error::x%0Aseen in a%0Aagain a',
    '::error title=unknown%3A b%2C c::Kafka went away%0Aagain b',
    '',
  ]);
});

describe('known findings', () => {
  const last = (results: typeof eighteen, premises: ReturnType<typeof knownOf>): string | undefined =>
    formatSummary(endOf(results, { premises })).trimEnd().split('\n').at(-1);

  it('what is known is not red, and is said; what is new is', () => {
    const premises = knownOf(X, 's0', 's1');
    expect(last([showing('s0', 'x')], premises)).toBe('NOTHING NEW: 1 of 1 trial shows what is known: s0');
    expect(last([showing('s0', 'x'), showing('s2', 'x')], premises)).toBe(
      'FAILED: 1 of 2 trials: s2 (1 more trial shows nothing but what is known)',
    );
    const text = formatSummary(endOf([showing('s0', 'x'), showing('s2', 'x')], { premises }));
    expect(text).toContain('      known: allocations, until 2026-12-31: FL-1\n      not known in s2\n');
    expect(listed([showing('s0', 'x')], { premises })).toMatch(
      /no-event-lost\/w\/x {2}known: allocations[^]*nothing in it is new/,
    );
  });

  it('unknowns stay unknown beside them', () => {
    expect(last([showing('s0', 'x'), unknownFor('b', 'why')], knownOf(X, '*'))).toBe(
      'UNKNOWN: nothing new failed, but 1 of 2 trials could not be decided: b',
    );
  });

  it('says when one was not seen any more, and when its date is over', () => {
    expect(formatSummary(endOf([showing('s0')], { premises: knownOf(X, '*') }))).toContain(
      'Known, and not seen any more\n  no-event-lost/w/x\n    allocations, until 2026-12-31; ran: s0.',
    );
    const premises = knownOf(X, '*');
    const over = { ...premises, acceptance: { ...premises.acceptance, today: '2027-01-01' } };
    expect(formatSummary(endOf([showing('s0', 'x')], { premises: over }))).toContain(
      'was known to allocations until 2026-12-31, which is over: FL-1',
    );
    expect(last([showing('s0', 'x')], over)).toBe('FAILED: 1 of 1 trial: s0');
  });

  it('are in the JSON, and take annotations away', () => {
    const results = [showing('s0', 'x')];
    const premises = knownOf(X, 's0', 's9');
    const environment = { mode: 'embedded', kafka: '', postgres: '', startedInMs: 0 };
    const json = jsonDocument({ ...endOf(results, { premises }), environment, workers: 'ours' });
    expect(json.findings).toMatchObject([
      { id: X, state: 'known', open: [], known: [{ owner: 'allocations', scenarios: ['s0', 's9'] }] },
    ]);
    expect(json.scenarios[0]).toMatchObject({ verdict: 'failed', standing: 'known', findings: [X] });
    let text = '';
    githubReporter(textOptions((part) => (text += part))).onEnd?.(endOf(results, { premises }));
    expect(text).toBe('');
  });
});

test('against a base: new, still there, fixed', () => {
  const base = {
    name: 'base.json',
    scenarios: [
      { name: 's0', decided: true, findings: [X, 'ids-agree/gone'] },
      { name: 's9', decided: true, findings: ['ids-agree/elsewhere'] },
    ],
  };
  const premises = { ...knownOf('none'), base };
  const text = formatSummary(endOf([showing('s0', 'x', 'y')], { premises }));
  expect(text).toContain(`Against base.json
  new            no-event-lost/w/y (s0)
  still there    no-event-lost/w/x
  fixed          ids-agree/gone (s0)
  not looked at  ids-agree/elsewhere
`);
  expect(text.trimEnd().split('\n').at(-1)).toBe('FAILED: 1 of 1 trial: s0');
  expect(formatSummary(endOf([showing('s0', 'x')], { premises })).trimEnd()).toMatch(
    /\nNOTHING NEW: 1 of 1 trial shows what is known or was there before: s0$/,
  );
});

test('notes of a trial that passed are counted, and shown with --verbose', () => {
  const noted = resultWith('a', {
    ...verdictWith([]),
    invariants: [{ id: 'ids-agree', verdict: 'holds', findings: [], notes: [found('seen'), found('seen too')] }],
  });
  expect(listed([noted])).toBe('✓ a  5 ms, 2 notes (--verbose)\n');
  expect(listed([noted], { verbose: true })).toBe('✓ a  5 ms\n    ids-agree: seen\n    ids-agree: seen too\n');
});
