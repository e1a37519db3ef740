/** The end of a run: totals, what was not run and why, and one clear verdict line, which is the last. Pure. */
import { basename, dirname } from 'node:path';
import type { TrialResult } from '../verdict/result.ts';
import type { Standing } from '../verdict/known.ts';
import { standingIn } from '../verdict/premises.ts';
import { reasonsOf } from '../verdict/unknowns.ts';
import { coverageLines, coverageOfRun } from './contract.ts';
import { findingsLines } from './findings-text.ts';
import { findingsOf } from './run-findings.ts';
import { coloursFor, counted, formatDuration, hanging, joined } from './style.ts';
import { countTotals } from './types.ts';
import type { RunEnd } from './types.ts';

interface VerdictLine {
  readonly colour: 'green' | 'red' | 'yellow';
  readonly text: string;
}

/** What trials that count so are told of besides the verdict line's names. */
const namesOf = (results: readonly TrialResult[]): string => [...new Set(results.map(({ name }) => name))].join(', ');

const knownTail = (known: readonly TrialResult[], { premises: { base } }: RunEnd): string => {
  if (known.length === 0) return '';
  const than = base === undefined ? 'what is known' : 'what is known or was there before';
  return ` (${counted(known.length, 'more trial')} ${known.length === 1 ? 'shows' : 'show'} nothing but ${than})`;
};

const verdictLine = (run: RunEnd): VerdictLine => {
  const counting = (standing: Standing): readonly TrialResult[] =>
    run.results.filter((result) => standingIn(run.premises, result) === standing);
  const [failed, unknown, known] = [counting('failed'), counting('unknown'), counting('known')];
  const passed = countTotals(run.results).passed;
  const total = counted(run.results.length, 'trial');
  if (failed.length > 0)
    return {
      colour: 'red',
      text: `FAILED: ${failed.length} of ${total}: ${namesOf(failed)}${knownTail(known, run)}`,
    };
  if (unknown.length > 0)
    return {
      colour: 'yellow',
      text: `UNKNOWN: nothing ${known.length > 0 ? 'new ' : ''}failed, but ${unknown.length} of ${total} could not be decided: ${namesOf(unknown)}`,
    };
  if (run.notRun > 0)
    return {
      colour: 'yellow',
      text: `INCOMPLETE: ${passed} passed, ${run.notRun} not run (${run.stopped ?? 'unknown why'})`,
    };
  if (run.results.length === 0) return { colour: 'yellow', text: 'PASSED: there was nothing to run in this shard' };
  if (known.length > 0)
    return {
      colour: 'yellow',
      text: `NOTHING NEW: ${known.length} of ${total} ${known.length === 1 ? 'shows' : 'show'} what is known${run.premises.base === undefined ? '' : ' or was there before'}: ${namesOf(known)}`,
    };
  return { colour: 'green', text: `PASSED: ${run.results.length === 1 ? '1 trial' : `all ${passed} trials`}` };
};

/** The verdict line alone, without colours. */
export const verdictText = (run: RunEnd): string => verdictLine(run).text;

const againLines = ({ results }: RunEnd): readonly string[] =>
  results.flatMap((result) =>
    result.earlier === undefined
      ? []
      : [
          `run again: ${result.name}: unknown (${result.earlier.flatMap((e) => reasonsOf(e.verdict)).join('; ')}), then ${result.verdict.outcome}`,
        ],
  );

const undecidedLines = ({ results, endedIn }: RunEnd): readonly string[] =>
  results
    .filter(({ verdict }) => verdict.outcome === 'unknown')
    .flatMap(({ name, verdict, runDir }) =>
      (runDir === endedIn ? ['the run ended in it with the error below'] : reasonsOf(verdict)).map(
        (reason) => `unknown: ${name}: ${reason}`,
      ),
    )
    .flatMap((text) => text.split('\n').map((line, i) => (i === 0 ? line : `  ${line}`)));

/** Where a trial that passed left what it recorded; those that did not say it themselves. */
const recordedLine = ({ results }: RunEnd): readonly string[] => {
  const [first, ...others] = results.filter(({ verdict }) => verdict.outcome === 'passed');
  if (first === undefined) return [];
  return [
    others.length === 0
      ? `recorded: ${first.name} in ${first.runDir}`
      : `recorded: a folder for each trial in ${dirname(first.runDir)}, e.g. ${basename(first.runDir)}`,
  ];
};

export interface SummaryLook {
  readonly colour?: boolean;
  /** Columns; default 120. */
  readonly width?: number;
}

/** Without colours by default; every line ends with a line break. */
export const formatSummary = (run: RunEnd, { colour = false, width = 120 }: SummaryLook = {}): string => {
  const colours = coloursFor(colour);
  const { passed, failed, unknown } = countTotals(run.results);
  const verdict = verdictLine(run);
  const coverage = coverageOfRun(run.results);
  const wrapped = (lines: readonly string[]): readonly string[] =>
    lines.flatMap((line) => {
      const [, indent = '', text = ''] = /^( *)(.*)$/.exec(line) ?? [];
      return hanging(indent, text, width).map((part, i) => (i === 0 ? part : `  ${part}`));
    });
  const page = { colours, width, replayOf: run.replayOf };
  const lines = [
    '',
    ...findingsLines(findingsOf(run.results, run.premises), run.premises.base?.name ?? '', page),
    `${passed} passed, ${failed} failed, ${unknown} unknown, in ${formatDuration(run.durationMs)}`,
    `workers ${run.workers.name}${run.workers.note === undefined ? '' : `: ${run.workers.note}`}`,
    ...run.notApplicable.map(({ name, reason }) => `not applicable: ${name}: ${reason}`),
    ...againLines(run),
    ...undecidedLines(run),
    ...(run.notRun === 0 ? [] : [`not run: ${counted(run.notRun, 'trial')}: ${run.stopped ?? 'unknown why'}`]),
    ...recordedLine(run),
    ...(coverage === undefined ? [] : wrapped(coverageLines(coverage))),
    colours.bold(colours[verdict.colour](verdict.text)),
  ];
  return `${joined(lines)}\n`;
};
