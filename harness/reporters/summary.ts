/** The end of a run: totals, what was not run and why, and one clear verdict line, which is the last. Pure. */
import type { TrialResult } from '../trial/types.ts';
import { coverageLines, coverageOfRun } from './contract.ts';
import { coloursFor, counted, formatDuration } from './style.ts';
import { countTotals } from './types.ts';
import type { RunEnd } from './types.ts';

const names = (results: readonly TrialResult[], outcome: string): string =>
  [...new Set(results.filter((r) => r.verdict.outcome === outcome).map((r) => r.name))].join(', ');

interface VerdictLine {
  readonly colour: 'green' | 'red' | 'yellow';
  readonly text: string;
}

const verdictLine = (run: RunEnd): VerdictLine => {
  const { passed, failed, unknown } = countTotals(run.results);
  const total = counted(run.results.length, 'trial');
  if (failed > 0) return { colour: 'red', text: `FAILED: ${failed} of ${total}: ${names(run.results, 'failed')}` };
  if (unknown > 0)
    return {
      colour: 'yellow',
      text: `UNKNOWN: nothing failed, but ${unknown} of ${total} could not be decided: ${names(run.results, 'unknown')}`,
    };
  if (run.notRun > 0)
    return {
      colour: 'yellow',
      text: `INCOMPLETE: ${passed} passed, ${run.notRun} not run (${run.stopped ?? 'unknown why'})`,
    };
  if (run.results.length === 0) return { colour: 'yellow', text: 'PASSED: there was nothing to run in this shard' };
  return { colour: 'green', text: `PASSED: ${run.results.length === 1 ? '1 trial' : `all ${passed} trials`}` };
};

/** The verdict line alone, without colours. */
export const verdictText = (run: RunEnd): string => verdictLine(run).text;

/** Without colours by default; every line ends with a line break. */
export const formatSummary = (run: RunEnd, colour = false): string => {
  const colours = coloursFor(colour);
  const { passed, failed, unknown } = countTotals(run.results);
  const undecided = run.results.filter((result) => result.verdict.outcome === 'unknown');
  const verdict = verdictLine(run);
  const coverage = coverageOfRun(run.results);
  const lines = [
    '',
    `${passed} passed, ${failed} failed, ${unknown} unknown, in ${formatDuration(run.durationMs)}`,
    `workers ${run.workers.name}${run.workers.note === undefined ? '' : `: ${run.workers.note}`}`,
    ...run.notApplicable.map(({ name, reason }) => `not applicable: ${name}: ${reason}`),
    ...run.results.flatMap(({ name, earlier, verdict: { outcome } }) =>
      earlier === undefined
        ? []
        : [`run again: ${name}: unknown (${earlier.flatMap((e) => e.verdict.unknown).join('; ')}), then ${outcome}`],
    ),
    ...undecided.flatMap((result) => result.verdict.unknown.map((reason) => `unknown: ${result.name}: ${reason}`)),
    ...(run.notRun === 0 ? [] : [`not run: ${counted(run.notRun, 'trial')}: ${run.stopped ?? 'unknown why'}`]),
    ...(coverage === undefined ? [] : coverageLines(coverage)),
    colours.bold(colours[verdict.colour](verdict.text)),
  ];
  return `${lines.join('\n')}\n`;
};
