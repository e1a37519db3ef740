/** Results that are there already, told to the reporters that were asked for: those of shards, or of a replay. */
import { FaultlineError } from '../base/errors.ts';
import { summarizeFailure } from '../reporters/failure.ts';
import { isolated } from '../reporters/isolated.ts';
import { excuseOf } from '../reporters/known-text.ts';
import type { RunEnd, Shown } from '../reporters/types.ts';
import { locateScenario } from '../runner/locate.ts';
import type { ScenarioSource } from '../runner/plan.ts';
import type { VitestReporter } from '../runner/run-vitest.ts';
import type { RunEnvironment, TrialResult } from '../verdict/result.ts';
import { askedReporters } from './asked-reporters.ts';
import type { CommandContext } from './context.ts';
import { writeLines } from './io.ts';
import { readEvents } from '../run/ledger.ts';
import type { Outputs } from './outputs.ts';
import type { AskedFiles } from './prepare-outputs.ts';
import { reportResults } from '../run/report-results.ts';
import type { LabelledResult } from '../run/report-results.ts';

export interface Telling {
  readonly results: readonly LabelledResult[];
  readonly run: RunEnd;
  readonly environment: RunEnvironment | undefined;
  /** Read only where a reporter must name the scenarios' files. */
  readonly sources: () => Promise<readonly ScenarioSource[]>;
  readonly asked: AskedFiles & {
    readonly verbose: boolean;
    /** Where reporters write that were given no file; absolute. */
    readonly outDir: string;
  };
  readonly outputs: Outputs;
  readonly write: (text: string) => void;
}

/** vitest's documents are vitest's to write: it is given the results, at their scenarios' files. */
const tellVitest = async (
  { io }: CommandContext,
  reporters: readonly VitestReporter[],
  { results, run }: Telling,
  sources: readonly ScenarioSource[],
): Promise<void> => {
  if (reporters.length === 0) return;
  await reportResults({
    results,
    fileOf: (name) => {
      const source = sources.find(({ scenario }) => scenario.name === name);
      if (source !== undefined) return source.file;
      throw new FaultlineError(
        'usage',
        `${name} is no scenario here, and ${reporters.map(([reporter]) => reporter).join(', ')} must name its file`,
        'Run this in a checkout of what was run, or without that reporter.',
      );
    },
    reporters,
    stdout: io.stdout,
    stderr: io.stderr,
    describe: (result) => summarizeFailure(result, run.replayOf(result)),
    excuse: (result) => excuseOf(result, run.premises),
  });
};

/** Returns how many of them could not be told to their end. Errors: FaultlineError 'usage'. */
export const tellResults = async (context: CommandContext, telling: Telling): Promise<{ readonly lost: number }> => {
  const { results, run, environment, asked, outputs, write } = telling;
  const needsFiles = asked.reporters.some(({ id }) => id === 'github') || outputs.vitest.length > 0;
  const sources = needsFiles ? await telling.sources() : [];
  let lost = 0;
  const { premises, replayOf } = run;
  const reporters = askedReporters(context, {
    asked,
    outDir: asked.outDir,
    pageOfFailures: false,
    write,
    document: { workers: run.workers.name, sinceStart: () => run.durationMs, premises, replayOf },
  });
  const reporter = isolated(reporters, (name, error) => {
    lost += 1;
    writeLines(
      context.io.stderr,
      `the reporter ${name} failed: ${error instanceof Error ? error.message : String(error)}`,
    );
  });
  if (environment !== undefined) reporter.onEnvironment(environment);
  for (const { label, result } of results) {
    const shown = (attempt: TrialResult): Shown => ({
      result: attempt,
      label,
      replayCommand: run.replayOf(attempt),
      events: () => readEvents(attempt),
      place: () => {
        const source = sources.find(({ scenario }) => scenario.name === attempt.name);
        return source === undefined ? undefined : locateScenario(source.file, attempt.name);
      },
    });
    for (const attempt of result.earlier ?? []) reporter.onAgain(shown(attempt));
    reporter.onResult(shown(result));
  }
  await tellVitest(context, outputs.vitest, telling, sources);
  reporter.onEnd(run);
  return { lost };
};
