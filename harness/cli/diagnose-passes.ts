/** Looking at a live system: once, or again and again, telling then what changed. */
import { oneLine } from '../base/presentable.ts';
import type { Redactor } from '../base/redact.ts';
import type { CommandContext } from './context.ts';
import type { DiagnoseOptions } from './diagnose-looking.ts';
import { endedAtOnce } from './ended-at-once.ts';
import { writeLines } from './io.ts';
import { createProgress } from './progress.ts';
import type { Progress } from './progress.ts';
import { diagnosisLine } from './tell-diagnosis.ts';
import { watch } from './watching.ts';

export interface Pass {
  readonly progress: Pick<Progress, 'say' | 'clear'>;
  /** Nothing older is read, ms since the epoch; undefined: all. */
  readonly since: number | undefined;
  readonly signal: AbortSignal;
}

/** What is looked at, and how what a pass found is told. */
export interface Passes<Found> {
  readonly look: (pass: Pass) => Promise<Found>;
  /** The exit code, were it the last. */
  readonly codeOf: (found: Found) => number;
  /** In the form that was asked for. */
  readonly whole: (found: Found) => string;
  /** The same for programs. */
  readonly documentOf: (found: Found) => object;
  /** A line for each thing that is another; undefined: all is told anew. */
  readonly changes: (before: Found, found: Found) => readonly string[] | undefined;
  /** What else is said, once: after the first. */
  readonly afterFirst?: (found: Found) => void;
}

const QUIET: Pass['progress'] = { say: () => undefined, clear: () => undefined };

/** Gives the exit code of the last pass. Errors: those of a look. */
export const makePasses = async <Found>(
  context: CommandContext,
  { watchMs, form, sinceMs }: Pick<DiagnoseOptions, 'watchMs' | 'form' | 'sinceMs'>,
  clean: Redactor,
  { look, codeOf, whole, documentOf, changes, afterFirst }: Passes<Found>,
): Promise<number> => {
  const { io } = context;
  const progress = createProgress(io.stderr);
  let before: { readonly found: Found } | undefined;
  const told = (found: Found): string => {
    if (watchMs !== undefined && form === 'json') return diagnosisLine(documentOf(found));
    const lines = before === undefined ? undefined : changes(before.found, found);
    if (lines === undefined) return whole(found);
    const at = context.now().toISOString().slice(11, 19);
    return lines.map((line) => `${at}  ${oneLine(line)}\n`).join('');
  };
  // Where each line stays, one for every step of every pass would bury what changed.
  const isQuiet = (): boolean => before !== undefined && io.stderr.isTTY !== true;
  const pass = async (signal: AbortSignal): Promise<number> => {
    const since = sinceMs === undefined ? undefined : Date.now() - sinceMs;
    const found = await look({ progress: isQuiet() ? QUIET : progress, since, signal });
    progress.clear();
    io.stdout.write(clean(told(found)));
    if (before === undefined) afterFirst?.(found);
    before = { found };
    return codeOf(found);
  };
  try {
    if (watchMs === undefined) return await endedAtOnce(context, pass);
    writeLines(io.stderr, `again ${watchMs / 1000} s after each pass, until Ctrl-C`);
    return await watch(context, { everyMs: watchMs, pass });
  } finally {
    progress.clear();
  }
};
