/** `--summary FILE`: the verdicts as a Markdown table, appended, as CI services show it ($GITHUB_STEP_SUMMARY). */
import { attemptsOf } from '../runner/attempts.ts';
import { withoutControls } from '../base/presentable.ts';
import { hideTokens } from '../base/redact.ts';
import { addToFile } from '../base/replace-file.ts';
import type { TrialResult } from '../verdict/result.ts';
import { findingsOfTrial } from '../verdict/findings.ts';
import { standingIn } from '../verdict/premises.ts';
import type { Premises } from '../verdict/premises.ts';
import { reasonsOf } from '../verdict/unknowns.ts';
import { answerText } from './known-text.ts';
import { countText, findingsOf, seenText } from './run-findings.ts';
import type { RunFindings } from './run-findings.ts';
import { LOOKS, formatDuration } from './style.ts';
import { verdictText } from './summary.ts';
import type { Reporter, RunEnd } from './types.ts';

/** What would begin a heading, a list, a quotation, a rule or a block of code where a line begins with it. */
const BLOCK_AT_START = /^([-+#>=]|\d{1,9}(?=[.)]))/;

/**
 * Text that came from workers, in one cell or as a line. In a comment `@name` would be told of it, and `#1`, `GH-1` and addresses
 * linked from there: not with something in between. `$` would begin a formula.
 */
export const cell = (text: string): string =>
  withoutControls(hideTokens(text).replaceAll(/\s+/g, ' ').trim())
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll(/[\\|`*_~[\]]/g, (sign) => `\\${sign}`)
    .replace(BLOCK_AT_START, (sign) => (/\d/.test(sign) ? `${sign}\\` : `\\${sign}`))
    .replaceAll('$', () => '<span>$</span>')
    .replaceAll(/[@#](?=\w)|\bGH-(?=\d)|\bwww(?=\.)|:(?=\/\/)/gi, (sign) => `${sign}<!-- -->`);

const verdictOf = (result: TrialResult, premises: Premises): string => {
  const attempts = attemptsOf(result).map(({ verdict }) => `${LOOKS[verdict.outcome].mark} ${verdict.outcome}`);
  return `${attempts.join(', then ')}${standingIn(premises, result) === 'known' ? ', known' : ''}`;
};

/** What one scenario shows: findings by their numbers above, what could not be decided, the causes. */
const whyOf = ({ name, verdict }: TrialResult, found: RunFindings): string => {
  if (verdict.outcome === 'passed') return '';
  const own = new Set(findingsOfTrial(verdict).map(({ id }) => id));
  const findings = found.findings
    .filter(({ id, scenarios }) => own.has(id) && scenarios.includes(name))
    .map(({ number, id }) => `${number} ${id}`);
  const causes = verdict.during.causes.map(({ rank, id }) => `cause ${rank}: ${id}`);
  return [...findings, ...reasonsOf(verdict), ...causes].map(cell).join('<br>');
};

const row = (result: TrialResult, run: RunEnd, found: RunFindings): string =>
  `| ${cell(result.name)} | ${verdictOf(result, run.premises)} | ${whyOf(result, found)} | ${result.seed} | ${formatDuration(result.timings.totalMs)} |`;

const findingRow = (finding: RunFindings['findings'][number], replayOf: RunEnd['replayOf']): string => {
  const { number, id, message, state, entries, trials } = finding;
  const answers = entries.map((entry) => cell(answerText(state === 'expired' ? 'expired' : 'known', entry)));
  const is = [state === 'new' && entries.length === 0 ? 'new' : '', ...answers].filter((text) => text !== '');
  return `| ${number} | ${cell(id)} | ${cell(message)}<br>${cell(replayOf(trials[0]))} | ${cell(seenText(finding))} | ${is.join('<br>')} |`;
};

const findingsTable = ({ findings }: RunFindings, replayOf: RunEnd['replayOf']): readonly string[] =>
  findings.length === 0
    ? []
    : [
        `#### ${countText(findings)}`,
        '',
        '| | finding | what, and how to see it again | seen | state |',
        '|---|---|---|---|---|',
        ...findings.map((finding) => findingRow(finding, replayOf)),
        '',
      ];

const remarks = ({ notSeen, comparison }: RunFindings, base: string): readonly string[] => [
  ...(comparison === undefined
    ? []
    : [
        ...comparison.added.map(
          ({ group, scenarios }) =>
            `- new against ${cell(base)}: ${cell(group.id)} (${scenarios.map(cell).join(', ')})`,
        ),
        ...comparison.fixed.map(({ id }) => `- fixed against ${cell(base)}: ${cell(id)}`),
      ]),
  ...notSeen.map(
    ({ entry, scenarios }) =>
      `- known, and not seen any more: ${cell(entry.finding)} (${cell(entry.owner)}; ran: ${scenarios.map(cell).join(', ')})`,
  ),
];

/** Those that did not pass come first. */
const RANKS = { failed: 0, unknown: 1, passed: 2 } as const;

/** The whole text; ends with a line break. */
export const formatMarkdown = (run: RunEnd): string => {
  const results = run.results.toSorted((a, b) => RANKS[a.verdict.outcome] - RANKS[b.verdict.outcome]);
  const found = findingsOf(run.results, run.premises);
  const note = run.workers.note === undefined ? '' : ` (${cell(run.workers.note)})`;
  return [
    `### ${cell(verdictText(run))}`,
    '',
    `Workers ${cell(run.workers.name)}${note}, in ${formatDuration(run.durationMs)}.`,
    '',
    ...findingsTable(found, run.replayOf),
    ...(results.length === 0
      ? []
      : [
          '| scenario | verdict | what, and why | seed | took |',
          '|---|---|---|---|---|',
          ...results.map((result) => row(result, run, found)),
          '',
        ]),
    ...remarks(found, run.premises.base?.name ?? ''),
    ...run.notApplicable.map(({ name, reason }) => `- not applicable: ${cell(name)}: ${cell(reason)}`),
    '',
  ].join('\n');
};

export const markdownReporter = (file: string): Reporter => ({
  onEnd: (run) => addToFile(file, formatMarkdown(run)),
});

/** Why there is no verdict at all. */
export const appendProblems = (file: string, message: string): void =>
  addToFile(
    file,
    `### No verdict\n\n${message
      .split('\n')
      .map((line) => `- ${cell(line.trim())}`)
      .join('\n')}\n\n`,
  );
