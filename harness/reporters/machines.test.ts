/** Reporters for machines: ctrf and agent, and the failure's text in JUnit. */
import { expect, test } from 'vitest';
import { agentReporter, isRunByAgent } from './agent.ts';
import { ctrfDocument, ctrfReporter } from './ctrf.ts';
import { summarizeFailure } from './failure.ts';
import { endOf, resultWith, shownAs, showing, textOptions, unknownFor } from './testing/results.ts';
import { verdictWith } from '../verdict/testing/trials.ts';

const passed = resultWith('healthy', verdictWith([]));
const failed = showing('worker-down', 'skipped');
const unknown = unknownFor('api-hangs', 'the fault hang did not fire');

interface Document {
  readonly reportFormat: string;
  readonly specVersion: string;
  readonly results: {
    readonly summary: Readonly<Record<string, number>>;
    readonly tests: readonly Readonly<Record<string, unknown>>[];
  };
}

const documentOf = (
  run = endOf([passed, failed, unknown], { notRun: 2, notApplicable: [{ name: 'x', reason: 'y' }] }),
) => ctrfDocument(run, { labelOf: ({ name }) => name, stop: 1000, version: '0', environment: 'embedded' }) as Document;

test('CTRF: what it requires is there, and every trial is counted once', () => {
  const { reportFormat, specVersion, results } = documentOf();
  expect([reportFormat, specVersion]).toEqual(['CTRF', '1.0.0']);
  expect(results.summary).toEqual({
    tests: 6,
    passed: 1,
    failed: 1,
    pending: 2,
    skipped: 1,
    other: 1,
    start: 995,
    stop: 1000,
  });
  for (const one of results.tests)
    expect(one).toMatchObject({ name: expect.any(String), status: expect.any(String), duration: expect.any(Number) });
});

test('CTRF: unknown is no pass, and a failure has its code and the command that replays it', () => {
  const { tests } = documentOf().results;
  expect(tests.map(({ status }) => status)).toEqual(['passed', 'failed', 'other', 'skipped']);
  expect(tests[1]).toMatchObject({
    message: expect.stringContaining('replay: again worker-down'),
    extra: { findings: [{ code: 'FL108', id: 'no-event-lost/w/skipped' }], replay: 'again worker-down' },
  });
});

test('CTRF: one that passed at the second attempt is flaky', () => {
  const [one] = documentOf(endOf([{ ...passed, earlier: [unknown] }])).results.tests;
  expect(one).toMatchObject({ status: 'passed', flaky: true, retries: 1 });
});

test('CTRF: the document has the verdicts as they were revised', () => {
  let saved = '';
  const reporter = ctrfReporter({ version: '0', now: () => new Date(0), save: (text) => (saved = text) });
  reporter.onResult?.(shownAs(passed));
  reporter.onRevised?.({ ...unknownFor('healthy', 'judged too early: x'), runDir: passed.runDir });
  reporter.onEnd?.(endOf([passed]));
  expect((JSON.parse(saved) as Document).results.tests.map(({ status }) => status)).toEqual(['other']);
});

test('agent: short, plain and complete', () => {
  let text = '';
  const reporter = agentReporter(textOptions((more) => (text += more)));
  for (const result of [passed, failed, unknown]) reporter.onResult?.(shownAs(result));
  expect(text).not.toContain('healthy');
  expect(text).not.toContain('\u001b');
  expect(text).toContain('FAILED worker-down');
  expect(text).toContain('  FL108 no-event-lost/w/skipped: skipped of ada');
  expect(text).toContain('  run again: again worker-down');
  expect(text).toContain('/runs/worker-down/history.ndjson');
  expect(text).toContain('UNKNOWN api-hangs');
  expect(text).toContain('  FL402 undecided: the fault hang did not fire');
});

test('a coding agent is known by what it sets, and nobody else is taken for one', () => {
  expect(isRunByAgent({ CLAUDECODE: '1' })).toBe(true);
  expect(isRunByAgent({ CI: '1', TERM: 'xterm', GITHUB_ACTIONS: 'true' })).toBe(false);
  expect(isRunByAgent({ CLAUDECODE: '', AI_AGENT: '0' })).toBe(false);
});

test('the failure in JUnit has the code, the cause and the command that replays it', () => {
  const text = summarizeFailure(failed, 'npx faultline run worker-down --seed 7');
  expect(text).toContain('FL108 no-event-lost/w/skipped: skipped of ada');
  expect(text).toContain('replay: npx faultline run worker-down --seed 7');
});
