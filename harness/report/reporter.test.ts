import { join } from 'node:path';
import { expect, test } from 'vitest';
import { endOf, resultWith, shownAs, showing, unknownFor } from '../reporters/testing/results.ts';
import { verdictWith } from '../verdict/testing/trials.ts';
import type { TrialResult } from '../verdict/result.ts';
import { storedHistory } from '../history/testing/stored.ts';
import { NOT_RECORDED } from './collect.ts';
import type { Report } from './collect.ts';
import { htmlReporter } from './reporter.ts';

const { events } = storedHistory('hardened/healthy');

const run = (
  results: readonly TrialResult[],
  always = false,
  revised: readonly TrialResult[] = [],
  unreadable: readonly string[] = [],
) => {
  const pages = new Map<string, Report>();
  const said: string[] = [];
  const reporter = htmlReporter({
    file: '/runs/report.html',
    always,
    faultline: '0',
    now: () => new Date(0),
    recorded: (runDir) => (unreadable.includes(runDir) ? NOT_RECORDED : { events, text: () => '{}' }),
    tagsOf: () => [],
    referenceFor: () => undefined,
    writePage: (file, report) => void pages.set(file, report),
    write: (text) => void said.push(text),
  });
  for (const result of results) reporter.onResult?.(shownAs(result));
  for (const result of revised) reporter.onRevised?.(result);
  reporter.onEnd?.(endOf(results));
  return { pages, said };
};

const passed = resultWith('healthy', verdictWith([]));

test('a run that failed has a page, and each trial that did not pass its own', () => {
  const { pages, said } = run([passed, showing('worker-down', 'skipped'), unknownFor('api-hangs', 'no barrier')]);
  expect([...pages.keys()]).toEqual([
    '/runs/report.html',
    join('/runs/worker-down', 'report.html'),
    join('/runs/api-hangs', 'report.html'),
  ]);
  expect(pages.get('/runs/report.html')?.trials).toHaveLength(3);
  expect(pages.get('/runs/worker-down/report.html')?.trials.map(({ label }) => label)).toEqual(['worker-down']);
  expect(said).toEqual(['report: /runs/report.html\n']);
});

test('a trial whose history cannot be read has none of its own', () => {
  const [one, other] = [showing('worker-down', 'skipped'), showing('worker-hung', 'skipped')];
  const { pages } = run([one, other], false, [], [one.runDir]);
  expect([...pages.keys()]).toEqual(['/runs/report.html', join(other.runDir, 'report.html')]);
});

test('a run that passed has one only when it was asked for', () => {
  expect(run([passed]).pages.size).toBe(0);
  expect(run([passed]).said).toEqual([]);
  expect([...run([passed], true).pages.keys()]).toEqual(['/runs/report.html']);
});

test('a verdict that was revised is the one shown', () => {
  const { pages } = run([passed], false, [{ ...unknownFor('healthy', 'judged too early: x'), runDir: passed.runDir }]);
  expect(pages.get('/runs/report.html')?.trials.map(({ result }) => result.verdict.outcome)).toEqual(['unknown']);
});

test('of very many trials the page holds the histories of those that did not pass', () => {
  const many = Array.from({ length: 400 }, (_, i) => ({ ...passed, runDir: `/runs/${i}` }));
  const { pages } = run([...many, showing('worker-down', 'skipped')]);
  const trials = pages.get('/runs/report.html')?.trials ?? [];
  expect(trials).toHaveLength(401);
  expect(trials.filter(({ recorded }) => recorded().events.length > 0).map(({ label }) => label)).toEqual([
    'worker-down',
  ]);
});
