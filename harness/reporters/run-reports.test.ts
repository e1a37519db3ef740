import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { TrialOutcome, TrialVerdict } from '../history/verdict.ts';
import type { TrialResult } from '../verdict/result.ts';
import { NO_PREMISES } from '../verdict/premises.ts';
import { differences } from './compare.ts';
import { dotReporter } from './dot.ts';
import { isolated } from './isolated.ts';
import { jsonFileReporter, prepareJsonFile } from './json-file.ts';
import { listReporter } from './list.ts';
import { hanging, paragraphs, wantsColour } from './style.ts';
import { formatSummary } from './summary.ts';
import type { Reporter, RunEnd, Shown } from './types.ts';

const verdictOf = (outcome: TrialOutcome): TrialVerdict => ({
  outcome,
  unknown: outcome === 'unknown' ? ['the fault did not fire'] : [],
  during: { causes: [], expectation: { met: true, case: null, expected: null, actual: [], message: '' } },
  after: [],
  invariants: [{ id: 'groups-drain', verdict: outcome === 'failed' ? 'violated' : 'holds', findings: [] }],
  faults: [],
});

const resultOf = (name: string, outcome: TrialOutcome): TrialResult => ({
  name,
  title: `${name}.`,
  seed: 1,
  workers: 'w',
  verdict: verdictOf(outcome),
  runDir: `/runs/${name}`,
  timings: { prepareMs: 0, actMs: 0, settleMs: 0, judgeMs: 0, totalMs: 5 },
});

const shown = (result: TrialResult): Shown => ({
  result,
  label: result.name,
  replayCommand: 'again',
  events: () => [],
  place: () => undefined,
});

const endOf = (results: readonly TrialResult[], more: Partial<RunEnd> = {}): RunEnd => ({
  results,
  notApplicable: [],
  notRun: 0,
  stopped: undefined,
  workers: { name: 'w', note: 'delays are short' },
  durationMs: 61_500,
  premises: NO_PREMISES,
  replayOf: ({ name }) => `again ${name}`,
  ...more,
});

describe('isolated', () => {
  it('a reporter that throws is heard of once, and the others hear everything', () => {
    const heard: string[] = [];
    const errors: string[] = [];
    const broken: Reporter = {
      onTrial: () => {
        throw new Error('broken');
      },
      onEnd: () => heard.push('broken end'),
    };
    const fine: Reporter = { onTrial: (label) => heard.push(label), onEnd: () => heard.push('end') };
    const both = isolated(
      [
        ['broken', broken],
        ['fine', fine],
      ],
      (name, error) => errors.push(`${name}: ${String(error)}`),
    );
    both.onTrial('a');
    both.onTrial('b');
    both.onEnd(endOf([]));
    expect(heard).toEqual(['a', 'b', 'end']);
    expect(errors).toEqual(['broken: Error: broken']);
  });
});

describe('the JSON file', () => {
  const dir = mkdtempSync(join(tmpdir(), 'faultline-json-'));
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  it('is whole after every result and follows a revision', () => {
    const file = join(dir, 'deep', 'o.json');
    prepareJsonFile(file);
    const read = (): { scenarios: { verdict: string }[]; totals: unknown; durationMs: number } =>
      JSON.parse(readFileSync(file, 'utf8')) as ReturnType<typeof read>;
    const reporter = jsonFileReporter(file, {
      workers: 'w',
      sinceStart: () => 12.4,
      premises: NO_PREMISES,
      replayOf: ({ name }) => `again ${name}`,
    });
    reporter.onEnvironment?.({ mode: 'embedded', kafka: '4', postgres: '18', startedInMs: 1 });
    expect(read()).toMatchObject({ scenarios: [], totals: { passed: 0 } });
    reporter.onResult?.(shown(resultOf('a', 'passed')));
    reporter.onResult?.(shown(resultOf('b', 'failed')));
    expect(read()).toMatchObject({ totals: { passed: 1, failed: 1, unknown: 0 }, durationMs: 12 });
    reporter.onRevised?.(resultOf('a', 'unknown'));
    expect(read().scenarios.map((row) => row.verdict)).toEqual(['unknown', 'failed']);
    expect(readdirSync(join(dir, 'deep'))).toEqual(['o.json']);
  });

  it('refuses a place that cannot be written, before anything runs', () => {
    expect(() => prepareJsonFile('/dev/null/o.json')).toThrow(/cannot write \/dev\/null\/o.json/);
  });
});

describe('list and dot', () => {
  it('show each trial, dot with its failures at the end', () => {
    const [listed, dotted] = [[] as string[], [] as string[]];
    const options = { colour: false, width: 100, premises: NO_PREMISES, verbose: false, root: '/', inActions: false };
    const results = [resultOf('a', 'passed'), resultOf('b', 'failed'), resultOf('c', 'unknown')];
    for (const [to, create] of [
      [listed, listReporter],
      [dotted, dotReporter],
    ] as const) {
      const reporter = create({ ...options, write: (text) => to.push(text) });
      for (const result of results) reporter.onResult?.(shown(result));
      reporter.onEnd?.(endOf(results));
    }
    expect(listed.join('')).toMatch(/^✓ a .*\n\n✗ b [^]*\n\? c /);
    expect(dotted.join('')).toMatch(/^\.x\?\n\n✗ b [^]*\n\? c /);
  });
});

describe('formatSummary', () => {
  const last = (end: RunEnd): string | undefined => formatSummary(end).trimEnd().split('\n').at(-1);

  it('ends with one verdict line', () => {
    const passed = resultOf('a', 'passed');
    expect(last(endOf([passed]))).toBe('PASSED: 1 trial');
    expect(last(endOf([passed, resultOf('b', 'failed'), resultOf('c', 'unknown')]))).toBe('FAILED: 1 of 3 trials: b');
    expect(last(endOf([passed, resultOf('c', 'unknown')]))).toMatch(
      /^UNKNOWN: nothing failed, but 1 of 2 trials .*: c$/,
    );
    expect(last(endOf([passed], { notRun: 2, stopped: 'interrupted by SIGINT' }))).toBe(
      'INCOMPLETE: 1 passed, 2 not run (interrupted by SIGINT)',
    );
  });

  it('says where trials that passed left what they recorded', () => {
    const [a, b, failed] = [resultOf('a', 'passed'), resultOf('b', 'passed'), resultOf('c', 'failed')];
    expect(formatSummary(endOf([a, failed]))).toContain(`\nrecorded: a in ${a.runDir}\n`);
    expect(formatSummary(endOf([a, b]))).toMatch(/\nrecorded: a folder for each trial in .+, e\.g\. .+\n/);
    expect(formatSummary(endOf([failed]))).not.toContain('recorded:');
  });

  it('tells totals, time, the workers’ note, what is not applicable and why something is unknown', () => {
    const text = formatSummary(
      endOf([resultOf('c', 'unknown')], { notApplicable: [{ name: 'd', reason: 'no setting' }] }),
    );
    expect(text).toContain('0 passed, 0 failed, 1 unknown, in 1 min 02 s');
    expect(text).toContain('workers w: delays are short');
    expect(text).toContain('not applicable: d: no setting');
    expect(text).toContain('unknown: c: the fault did not fire');
  });
});

describe('differences', () => {
  it('is empty for the same verdict, and names what changed', () => {
    expect(differences(verdictOf('failed'), verdictOf('failed'))).toEqual([]);
    expect(differences(verdictOf('failed'), { ...verdictOf('passed'), faults: [{ kind: 'x', fired: true }] })).toEqual([
      'verdict: was failed, now passed',
      'groups-drain: was violated, now holds',
      'faults: was none, now x fired',
    ]);
  });
});

describe('style', () => {
  it('colours a terminal only, unless told otherwise', () => {
    expect([wantsColour(true, {}), wantsColour(false, {}), wantsColour(true, { TERM: 'dumb' })]).toEqual([
      true,
      false,
      false,
    ]);
    expect([wantsColour(true, { NO_COLOR: '1' }), wantsColour(false, { FORCE_COLOR: '1' })]).toEqual([false, true]);
    expect(wantsColour(true, { FORCE_COLOR: '0' })).toBe(false);
  });

  it('wraps at spaces and keeps long words; only a text of ours has line breaks', () => {
    const words = `${'a'.repeat(9)} ${'b'.repeat(9)} ${'c'.repeat(24)} d`;
    const wrapped = [`- ${'a'.repeat(9)} ${'b'.repeat(9)}`, `  ${'c'.repeat(24)}`, '  d'];
    expect(hanging('- ', words, 10)).toEqual(wrapped);
    expect(paragraphs('- ', `${words}\ne`, 10)).toEqual([...wrapped, '  e']);
    expect(hanging('- ', 'd\ne', 10)).toEqual(['- d\\ne']);
  });
});
