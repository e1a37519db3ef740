/** `faultline replay <run folder>`: the same scenario, seed and workers once more; says whether the verdict is the same. */
import { dirname } from 'node:path';
import { EXIT } from '../../base/errors.ts';
import { loadConfig } from '../../config/load.ts';
import { findWorkerSet } from '../../config/worker-sets.ts';
import type { EnvironmentChoice } from '../../environment/start.ts';
import { exitCodeOfResults } from '../exit-codes.ts';
import type { Command } from '../context.ts';
import { createProgress } from '../progress.ts';
import { replayCommand } from '../replay-command.ts';
import { onStopSignals } from '../signals.ts';
import { readStoredHistory, readStoredRun } from '../stored-run.ts';
import { comparisonText, verdictText } from '../verdict-text.ts';

export const replay: Command<[folder: string, options: { readonly environment: EnvironmentChoice }]> = async (
  { io, parts, signals, exitNow },
  folder,
  { environment },
) => {
  const stored = readStoredRun(io.cwd, folder);
  const config = await loadConfig({ cwd: io.cwd });
  const workers = await findWorkerSet(config, stored.workers, io.cwd);
  const progress = createProgress(io.stderr);
  const { scenario, seed } = stored;
  progress.say(`replaying ${scenario.name} with the workers ${workers.name}, seed ${seed}`);

  let interrupted = false;
  let kill = (): void => undefined;
  const stopListening = onStopSignals(
    signals,
    (signal) => {
      interrupted = true;
      progress.say(`${signal}: finishing ${scenario.name}, then stopping; once more stops at once`);
    },
    () => {
      kill();
      exitNow(EXIT.interrupted);
    },
  );
  try {
    const host = await parts.openHost({
      config,
      workers,
      environment,
      fresh: false,
      // Beside the run that is replayed, where it will be looked for.
      outDir: dirname(stored.dir),
      progress: progress.say,
      env: io.env,
    });
    kill = () => host.kill();
    try {
      if (interrupted) return EXIT.interrupted;
      const result = await host.run({ scenario, seed });
      progress.clear();
      const events = result.verdict.outcome === 'passed' ? [] : readStoredHistory({ ...stored, dir: result.runDir });
      const again = replayCommand(scenario.name, { seed, workers: workers.name, fresh: false, environment }, io.env);
      io.stdout.write(verdictText(result, events, again, io));
      io.stdout.write(comparisonText(stored.result?.verdict, result.verdict));
      return interrupted ? EXIT.interrupted : exitCodeOfResults([result]);
    } finally {
      await host.close();
    }
  } finally {
    progress.clear();
    stopListening();
  }
};
