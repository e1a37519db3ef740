/** `--summary FILE`: the verdicts as a Markdown table, appended, as CI services show it ($GITHUB_STEP_SUMMARY). */
import { appendFileSync } from 'node:fs';
import { attemptsOf } from '../runner/attempts.ts';
import type { TrialResult } from '../trial/types.ts';
import { breakagesOf } from './breakage.ts';
import { LOOKS, formatDuration } from './style.ts';
import { verdictText } from './summary.ts';
import type { Reporter, RunEnd } from './types.ts';

/** Text that came from workers, in one cell. */
const cell = (text: string): string =>
  text
    .replaceAll(/\s+/g, ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll(/[\\|`*_[\]]/g, (sign) => `\\${sign}`);

const verdictOf = (result: TrialResult): string =>
  attemptsOf(result)
    .map(({ verdict }) => `${LOOKS[verdict.outcome].mark} ${verdict.outcome}`)
    .join(', then ');

const whyOf = (result: TrialResult): string => {
  if (result.verdict.outcome === 'passed') return '';
  const causes = result.verdict.during.causes.map(({ rank, id }) => `cause ${rank}: ${id}`);
  return [...breakagesOf(result.verdict).map(({ rule, message }) => `${rule}: ${message}`), ...causes]
    .map(cell)
    .join('<br>');
};

const row = (result: TrialResult): string =>
  `| ${cell(result.name)} | ${verdictOf(result)} | ${whyOf(result)} | ${result.seed} | ${formatDuration(result.timings.totalMs)} |`;

/** Those that did not pass come first. */
const RANKS = { failed: 0, unknown: 1, passed: 2 } as const;

/** The whole text; ends with a line break. */
export const formatMarkdown = (run: RunEnd): string => {
  const results = run.results.toSorted((a, b) => RANKS[a.verdict.outcome] - RANKS[b.verdict.outcome]);
  const note = run.workers.note === undefined ? '' : ` (${cell(run.workers.note)})`;
  return [
    `### ${cell(verdictText(run))}`,
    '',
    `Workers ${cell(run.workers.name)}${note}, in ${formatDuration(run.durationMs)}.`,
    '',
    ...(results.length === 0
      ? []
      : ['| scenario | verdict | what, and why | seed | took |', '|---|---|---|---|---|', ...results.map(row), '']),
    ...run.notApplicable.map(({ name, reason }) => `- not applicable: ${cell(name)}: ${cell(reason)}`),
    '',
  ].join('\n');
};

export const markdownReporter = (file: string): Reporter => ({
  onEnd: (run) => appendFileSync(file, formatMarkdown(run)),
});

/** Why there is no verdict at all. */
export const appendProblems = (file: string, message: string): void =>
  appendFileSync(
    file,
    `### No verdict\n\n${message
      .split('\n')
      .map((line) => `- ${cell(line.trim())}`)
      .join('\n')}\n\n`,
  );
