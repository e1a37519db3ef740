/**
 * The text of a trial that did not pass, in this order: what broke, the causes with their evidence, what was seen besides, a short
 * timeline of that payment across all sources, the workers' last lines, the seed, the command that replays it, the folder with
 * everything. What an earlier trial has told already is named and not told again.
 */
import { presentable } from '../base/presentable.ts';
import { shellWord } from '../base/shell.ts';
import type { HistoryEvent } from '../history/events.ts';
import { attemptsText } from '../runner/attempts.ts';
import type { TrialResult } from '../verdict/result.ts';
import { codeOf, codeOfDoubt, coded } from '../verdict/codes.ts';
import { answerFor } from '../verdict/known.ts';
import { NO_PREMISES } from '../verdict/premises.ts';
import type { Premises } from '../verdict/premises.ts';
import { breakagesOf, notesOf } from './breakage.ts';
import type { Breakage } from './breakage.ts';
import { causesLine, causesSection } from './failure-causes.ts';
import { endingTexts } from './failure-head.ts';
import { timelineLines } from './failure-timeline.ts';
import { answerText } from './known-text.ts';
import { lastLinesSection } from './last-lines.ts';
import { nobodysSection } from './nobodys.ts';
import { evidenceText } from './page.ts';
import type { Page } from './page.ts';
import { LOOKS, coloursFor, formatDuration, hanging, joined, paragraphs } from './style.ts';

export interface FailureOptions {
  /** The command that runs exactly this trial again. */
  readonly replayCommand: string;
  readonly colour: boolean;
  /** Columns of the terminal; default 120. */
  readonly width?: number;
  /** Ids of findings that were told already, with the trial that told them. */
  readonly told?: ReadonlyMap<string, string>;
  readonly premises?: Premises;
}

interface Trial {
  readonly result: TrialResult;
  readonly events: readonly HistoryEvent[];
  readonly breakages: readonly Breakage[];
  readonly options: FailureOptions;
  readonly page: Page;
}

/** What follows one heading: the sentences of a finding under its id. */
const underIds = (breakages: readonly Breakage[], heading: (id: string) => string, page: Page): readonly string[] => {
  const ids = [...new Set(breakages.map(({ id }) => id))];
  return ids.flatMap((id) => [
    `    ${heading(id)}`,
    ...breakages
      .filter((breakage) => breakage.id === id)
      .flatMap(({ message, evidence }) => hanging('      ', message + evidenceText(evidence), page.width)),
  ]);
};

const toldBefore = ({ breakages, options, page }: Trial): readonly string[] => {
  const { told } = options;
  const ids = [...new Set(breakages.flatMap(({ id, isFinding }) => (isFinding && told?.has(id) === true ? [id] : [])))];
  const trials = [...new Set(ids.map((id) => told?.get(id) ?? ''))];
  return trials.flatMap((trial) => [
    ...hanging('    ', `the same as in ${trial}:`, page.width),
    ...ids.filter((id) => told?.get(id) === trial).map((id) => `      ${id}`),
  ]);
};

const brokeSection = (trial: Trial): readonly string[] => {
  const { breakages, options, page, result } = trial;
  const { acceptance } = options.premises ?? NO_PREMISES;
  const findings = breakages.filter(({ isFinding }) => isFinding);
  if (findings.length === 0) return [];
  const heading = (id: string): string => {
    const { state, entry } = answerFor(acceptance, id, result.name);
    return (
      page.colours.bold(coded(codeOf(id), id)) +
      (entry === undefined ? '' : page.colours.yellow(`  ${answerText(state, entry)}`))
    );
  };
  return [
    `  ${page.colours.bold('What broke')}`,
    ...underIds(
      findings.filter(({ id }) => options.told?.has(id) !== true),
      heading,
      page,
    ),
    ...toldBefore(trial),
    '',
  ];
};

const undecidedSection = ({ breakages, page }: Trial): readonly string[] => {
  const reasons = breakages.filter(({ isFinding }) => !isFinding);
  if (reasons.length === 0) return [];
  return [
    `  ${page.colours.bold('What could not be decided')}`,
    ...reasons.flatMap(({ message }) => paragraphs(`    ${codeOfDoubt(message) ?? ''} `, message, page.width)),
    '',
  ];
};

/** Seen by invariants, and no accusation. */
const notesSection = ({ result, page }: Trial): readonly string[] => {
  const notes = notesOf(result.verdict);
  if (notes.length === 0) return [];
  const { dim } = page.colours;
  return [
    `  ${page.colours.bold('Seen besides')} ${dim('(no accusation)')}`,
    ...underIds(notes, (id) => id, page).map((line) => dim(line)),
    '',
  ];
};

/** As the command that replays it begins: `npm start` in a checkout, the package's program elsewhere. */
const explainCommand = (folder: string, replayCommand: string): string =>
  `${replayCommand.startsWith('npm start') ? 'npm start --' : 'npx faultline'} explain ${shellWord(folder)}`;

const footLines = ({ result, options, page: { colours } }: Trial): readonly string[] => [
  `  ${colours.bold('Seed')}      ${result.seed}`,
  `  ${colours.bold('Replay')}    ${options.replayCommand}`,
  `  ${colours.bold('Folder')}    ${result.runDir}`,
  ...(result.verdict.outcome === 'failed'
    ? [`  ${colours.bold('Explain')}   ${explainCommand(result.runDir, options.replayCommand)}`]
    : []),
];

const headLines = ({ result, events, page }: Trial): readonly string[] => {
  const { outcome } = result.verdict;
  const look = LOOKS[outcome];
  const { colours } = page;
  return [
    colours[look.colour](`${look.mark} ${result.name}`) +
      colours.dim(`  ${outcome} with the workers ${result.workers}, ${formatDuration(result.timings.totalMs)}`),
    ...hanging('  ', result.title, page.width),
    ...endingTexts(events).flatMap((text) => hanging('  ', text, page.width)),
    '',
  ];
};

/** Everything that broke has been told by earlier trials. */
const isToldBefore = ({ breakages, options: { told } }: Trial): boolean =>
  breakages.length > 0 && breakages.every(({ id, isFinding }) => isFinding && told?.has(id) === true);

const inShort = (trial: Trial): readonly string[] => [
  ...brokeSection(trial).slice(0, -1),
  '    and nothing besides',
  '',
  ...hanging('  ', `Causes while the fault lasted: ${causesLine(trial.result)}`, trial.page.width),
  '',
  ...nobodysSection(trial.events, trial.page),
  ...lastLinesSection(trial.events, trial.page),
];

const atLength = (trial: Trial): readonly string[] => [
  ...brokeSection(trial),
  ...undecidedSection(trial),
  ...causesSection(trial.result, trial.page),
  '',
  ...notesSection(trial),
  ...nobodysSection(trial.events, trial.page),
  ...timelineLines(trial.result, trial.breakages, trial.events, trial.page),
  ...lastLinesSection(trial.events, trial.page),
];

/** The whole text, without a line break at its end. There is never a stack trace in it. */
export const formatFailure = (
  result: TrialResult,
  events: readonly HistoryEvent[],
  options: FailureOptions,
): string => {
  const page: Page = { colours: coloursFor(options.colour), width: options.width ?? 120 };
  const trial: Trial = { result, events, breakages: breakagesOf(result.verdict), options, page };
  const body = isToldBefore(trial) ? inShort(trial) : atLength(trial);
  return joined([...headLines(trial), ...body, ...footLines(trial)]);
};

/** The same in short, for JUnit and annotations: what broke, the first causes, and how to replay it. */
export const summarizeFailure = (result: TrialResult, replayCommand: string): string =>
  presentable(
    joined([
      ...breakagesOf(result.verdict).flatMap(({ id, message, isFinding }) => {
        const [first = '', ...rest] = isFinding ? [message] : message.split('\n');
        const code = isFinding ? codeOf(id) : codeOfDoubt(message);
        return [`${coded(code, id)}: ${first}`, ...rest.map((line) => `  ${line}`)];
      }),
      ...result.verdict.during.causes.map(
        (cause) => `cause ${cause.rank}, ${coded(codeOf(cause.id), cause.id)}: ${cause.message}`,
      ),
      `seed ${result.seed}, replay: ${replayCommand}`,
      ...(result.earlier === undefined ? [`everything recorded: ${result.runDir}`] : attemptsText(result).split('\n')),
    ]),
  );
