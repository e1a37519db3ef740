/**
 * `--reporter agent`: for programs that read a terminal. Plain, short and complete: what broke by its code, the first cause, the command
 * that runs it again, where everything recorded is. Passed trials are counted and not listed.
 */
import { oneLine } from '../base/presentable.ts';
import type { TrialResult } from '../verdict/result.ts';
import { codeOf, codeOfDoubt, coded } from '../verdict/codes.ts';
import { standingIn } from '../verdict/premises.ts';
import { breakagesOf } from './breakage.ts';
import type { TextOptions } from './list.ts';
import { evidenceText } from './page.ts';
import type { Reporter, Shown } from './types.ts';

/** The error itself is told at the end of the run. */
const endedLines = ({ result, label }: Shown): readonly string[] => [
  `UNKNOWN ${label}: the run ended here with the error below`,
  `  events: ${result.runDir}/history.ndjson`,
];

const lines = ({ result, label, replayCommand }: Shown, known: boolean): readonly string[] => [
  `${result.verdict.outcome.toUpperCase()} ${label}${known ? ' (nothing new)' : ''}: ${result.title}`,
  ...breakagesOf(result.verdict).map(({ id, isFinding, message, evidence }) =>
    isFinding
      ? `  ${coded(codeOf(id), id)}: ${message}${evidenceText(evidence)}`
      : `  ${codeOfDoubt(message) ?? ''} undecided: ${message}`,
  ),
  ...result.verdict.during.causes.map(
    (cause) =>
      `  cause ${cause.rank}, ${coded(codeOf(cause.id), cause.id)}: ${cause.message}${evidenceText(cause.evidence)}`,
  ),
  `  run again: ${replayCommand}`,
  `  events (#n is seq n): ${result.runDir}/history.ndjson; judge again without running: npx faultline judge ${result.runDir}`,
];

export const agentReporter = ({ write, premises }: TextOptions): Reporter => ({
  onAgain: ({ label }) => write(`${oneLine(label)} is unknown: running it once more with the same seed\n`),
  onRevised: ({ name, verdict }: TrialResult) =>
    write(`${oneLine(`${name} is now ${verdict.outcome}: ${verdict.unknown.slice(-1).join('')}`)}\n`),
  onResult: (shown) => {
    if (shown.result.verdict.outcome === 'passed') return;
    const told =
      shown.endedRun === true ? endedLines(shown) : lines(shown, standingIn(premises, shown.result) === 'known');
    // What a worker wrote begins no line.
    write(`${told.map(oneLine).join('\n')}\n`);
  },
});

/** Variables that coding agents set for what they run. */
const AGENT_VARIABLES = [
  'AI_AGENT',
  'CLAUDECODE',
  'CLAUDE_CODE',
  'CODEX_SANDBOX',
  'CODEX_THREAD_ID',
  'CURSOR_AGENT',
  'GEMINI_CLI',
  'OPENCODE',
  'AUGMENT_AGENT',
] as const;

/** Does a coding agent run this? */
export const isRunByAgent = (env: Readonly<Record<string, string | undefined>>): boolean =>
  AGENT_VARIABLES.some(
    (name) => env[name] !== undefined && env[name] !== '' && env[name] !== '0' && env[name] !== 'false',
  );
