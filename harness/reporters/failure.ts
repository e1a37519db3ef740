/**
 * The text of a trial that did not pass, in this order: what broke, the causes with their evidence, a short timeline of
 * that payment across all sources, the seed, the command that replays it, the folder with everything.
 */
import type { HistoryEvent } from '../history/events.ts';
import type { Cause } from '../history/verdict.ts';
import { attemptsText } from '../runner/attempts.ts';
import type { TrialResult } from '../trial/types.ts';
import { breakagesOf } from './breakage.ts';
import type { Breakage } from './breakage.ts';
import { LOOKS, coloursFor, formatDuration, hanging } from './style.ts';
import type { Colours } from './style.ts';
import { timelineLines } from './failure-timeline.ts';

export interface FailureOptions {
  /** The command that runs exactly this trial again. */
  readonly replayCommand: string;
  readonly colour: boolean;
  /** Columns of the terminal; default 120. */
  readonly width?: number;
}

interface Page {
  readonly colours: Colours;
  readonly width: number;
}

export const evidenceText = (seqs: readonly number[]): string => {
  const shown = [...new Set(seqs)].slice(0, 6).map((seq) => `#${seq}`);
  const more = new Set(seqs).size - shown.length;
  return shown.length === 0 ? '' : ` (${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''})`;
};

const HEADINGS = { failed: 'What broke', unknown: 'What could not be decided', passed: 'What broke' } as const;

const breakageLines = (breakage: Breakage, page: Page): readonly string[] => [
  `    ${page.colours.bold(breakage.rule)}`,
  ...hanging('      ', breakage.message + evidenceText(breakage.evidence), page.width),
];

const rank = (cause: Cause): string => {
  const remarks = [
    ...(cause.consequenceOf === undefined ? [] : [`only a consequence of ${cause.consequenceOf}`]),
    ...(cause.undecided === true ? ['nothing tells it from the others of its rank'] : []),
  ];
  return remarks.length === 0 ? '' : ` (${remarks.join('; ')})`;
};

const causeLines = (cause: Cause, page: Page): readonly string[] => {
  const { colours, width } = page;
  return [
    `    ${cause.rank}. ${colours.bold(cause.id)}${rank(cause)}`,
    ...hanging('       ', cause.message + evidenceText(cause.evidence), width),
    ...cause.checks.flatMap(({ question, answer, readFrom, evidence }) =>
      hanging('       - ', `${question} → ${answer}; read from ${readFrom}${evidenceText(evidence)}`, width).map(
        (line) => colours.dim(line),
      ),
    ),
  ];
};

const causesSection = (result: TrialResult, page: Page): readonly string[] => {
  const { causes } = result.verdict.during;
  const heading = `  ${page.colours.bold('Causes while the fault lasted')}`;
  if (causes.length === 0) return [heading, '    none was found'];
  return [heading, ...causes.flatMap((cause) => causeLines(cause, page))];
};

/** The whole text, without a line break at its end. There is never a stack trace in it. */
export const formatFailure = (
  result: TrialResult,
  events: readonly HistoryEvent[],
  options: FailureOptions,
): string => {
  const colours = coloursFor(options.colour);
  const page: Page = { colours, width: options.width ?? 120 };
  const { outcome } = result.verdict;
  const look = LOOKS[outcome];
  const breakages = breakagesOf(result.verdict);
  const lines = [
    colours[look.colour](`${look.mark} ${result.name}`) +
      colours.dim(`  ${outcome} with the workers ${result.workers}, ${formatDuration(result.timings.totalMs)}`),
    ...hanging('  ', result.title, page.width),
    '',
    `  ${colours.bold(HEADINGS[outcome])}`,
    ...breakages.flatMap((breakage) => breakageLines(breakage, page)),
    '',
    ...causesSection(result, page),
    '',
    ...timelineLines(result, breakages, events, page),
    `  ${colours.bold('Seed')}      ${result.seed}`,
    `  ${colours.bold('Replay')}    ${options.replayCommand}`,
    `  ${colours.bold('Folder')}    ${result.runDir}`,
  ];
  return lines.join('\n');
};

/** The same in short, for JUnit and annotations: what broke, the first causes, and how to replay it. */
export const summarizeFailure = (result: TrialResult, replayCommand: string): string =>
  [
    ...breakagesOf(result.verdict).map((breakage) => `${breakage.rule}: ${breakage.message}`),
    ...result.verdict.during.causes.map((cause) => `cause ${cause.rank}, ${cause.id}: ${cause.message}`),
    `seed ${result.seed}, replay: ${replayCommand}`,
    result.earlier === undefined ? `everything recorded: ${result.runDir}` : attemptsText(result),
  ].join('\n');
