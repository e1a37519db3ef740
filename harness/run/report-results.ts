/** Results that are there already, told by vitest's reporters as those of a run. */
import type { Writable } from 'node:stream';
import { judgedReply } from '../runner/attempts.ts';
import type { TrialTask } from '../runner/channel.ts';
import { locateScenario } from '../runner/locate.ts';
import { prepareVitest } from '../runner/run-vitest.ts';
import type { VitestReporter } from '../runner/run-vitest.ts';
import type { TrialResult } from '../verdict/result.ts';

export interface LabelledResult {
  /** The trial's name, with the repeat where there are several. */
  readonly label: string;
  readonly result: TrialResult;
}

export interface ReportOptions {
  readonly results: readonly LabelledResult[];
  /** The file of the scenario of that name. Throws when there is none. */
  readonly fileOf: (scenario: string) => string;
  readonly reporters: readonly VitestReporter[];
  readonly stdout: Writable;
  readonly stderr: Writable;
  /** What to show for a trial that did not pass. */
  readonly describe: (result: TrialResult) => string;
  /** Why one that failed is nothing new; undefined when it is. */
  readonly excuse: (result: TrialResult) => string | undefined;
}

export const reportResults = async (options: ReportOptions): Promise<void> => {
  const { results, reporters, stdout, stderr } = options;
  const placed = results.map((entry) => ({ ...entry, file: options.fileOf(entry.result.name) }));
  const files = [...new Set(placed.map(({ file }) => file))];
  const vitest = await prepareVitest({ files, reporters, stdout, stderr });
  try {
    const problems = await vitest.start({
      tasksOf: async (file) =>
        placed.flatMap(({ label, result, file: own }, id): readonly TrialTask[] =>
          own === file ? [{ id, name: label, ...locateScenario(file, result.name) }] : [],
        ),
      run: async (id) => {
        const result = placed[id]?.result;
        if (result === undefined) throw new Error(`no result ${id} of ${placed.length}`);
        return judgedReply(
          result,
          result.verdict.outcome === 'passed' ? '' : options.describe(result),
          options.excuse(result),
        );
      },
    });
    if (problems.length > 0)
      throw new Error('vitest reported an error that belongs to no trial', { cause: problems[0] });
  } finally {
    await vitest.close();
  }
};
