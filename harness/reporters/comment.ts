/** `faultline comment`: what a pull request brings that was not there before, as Markdown. Empty when nothing is wrong. Pure. */
import { hideTokens } from '../base/redact.ts';
import { codeOf } from '../verdict/codes.ts';
import { isInBase } from '../verdict/against.ts';
import type { Base } from '../verdict/against.ts';
import type { FindingState } from '../verdict/known.ts';
import { cell } from './markdown.ts';
import { counted } from './style.ts';

export interface CommentRun {
  /** Name of the set. */
  readonly workers: string;
  readonly scenarios: readonly {
    readonly name: string;
    readonly verdict: 'passed' | 'failed' | 'unknown';
    readonly during: { readonly causes: readonly { readonly id: string; readonly rank: number }[] };
  }[];
  readonly findings: readonly {
    readonly id: string;
    readonly message: string;
    readonly state: FindingState;
    readonly scenarios: readonly string[];
    /** `replay`: the command, where there is one that can be pasted. */
    readonly first: { readonly scenario: string; readonly replay?: string };
  }[];
}

/** By this a comment of before is found again, so that there is one. */
export const COMMENT_MARK = '<!-- faultline -->';

interface Added {
  readonly finding: CommentRun['findings'][number];
  /** In which it was not seen before. */
  readonly scenarios: readonly string[];
}

const addedIn = (run: CommentRun, base: Base | undefined): readonly Added[] =>
  run.findings
    .filter(({ state }) => state !== 'known')
    .map((finding) => ({
      finding,
      scenarios: finding.scenarios.filter((scenario) => base === undefined || !isInBase(base, finding.id, scenario)),
    }))
    .filter(({ scenarios }) => scenarios.length > 0);

const fence = (command: string): readonly string[] => {
  // Longer than any run of backticks inside, so that nothing ends it early.
  const longest = Math.max(2, ...[...command.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const ticks = '`'.repeat(longest + 1);
  return [`${ticks}sh`, hideTokens(command), ticks];
};

const MOST_NAMES = 5;

const namesText = (names: readonly string[]): string => {
  const shown = names.slice(0, MOST_NAMES).map(cell).join(', ');
  return names.length > MOST_NAMES ? `${shown} and ${names.length - MOST_NAMES} more` : shown;
};

const findingLines = (run: CommentRun, { finding, scenarios }: Added): readonly string[] => {
  const code = codeOf(finding.id);
  const shows = run.scenarios.find(({ name }) => name === (scenarios[0] ?? finding.first.scenario));
  const cause = shows?.during.causes.toSorted((a, b) => a.rank - b.rank)[0];
  const causeCode = cause === undefined ? undefined : codeOf(cause.id);
  return [
    `#### ${code === undefined ? '' : `${code} `}${cell(finding.id)}`,
    '',
    cell(finding.message),
    '',
    `- in ${namesText(scenarios)}`,
    ...(cause === undefined
      ? []
      : [`- first cause: ${causeCode === undefined ? '' : `${causeCode} `}${cell(cause.id)}`]),
    '',
    ...(finding.first.replay === undefined ? [] : [...fence(finding.first.replay), '']),
  ];
};

/** The comment; empty when nothing is new and everything was decided. Without a base all that is not known is new. */
export const commentText = (run: CommentRun, base: Base | undefined): string => {
  const added = addedIn(run, base);
  const unknown = [...new Set(run.scenarios.filter(({ verdict }) => verdict === 'unknown').map(({ name }) => name))];
  if (added.length === 0 && unknown.length === 0) return '';
  const than = base === undefined ? '' : `, against ${cell(base.name)}`;
  return [
    COMMENT_MARK,
    added.length === 0
      ? `### Faultline: nothing new, and ${counted(unknown.length, 'scenario')} could not be decided`
      : `### Faultline: ${counted(added.length, 'new finding')}`,
    '',
    `Workers ${cell(run.workers)}${than}.`,
    '',
    ...added.flatMap((one) => findingLines(run, one)),
    ...(unknown.length === 0 ? [] : [`Could not be decided, which is no pass: ${namesText(unknown)}.`, '']),
  ].join('\n');
};
