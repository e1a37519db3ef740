/**
 * The global set-up of `npx vitest run` (see runner/vitest-config.ts): opens the host in vitest's main process and
 * answers the runner's thread from there. Its options are variables.
 */
import type { TestProject } from 'vitest/node';
import { EXIT, FaultlineError } from '../base/errors.ts';
import { prepareRunsFolder } from '../run/runs-folder.ts';
import type { Config } from '../config/types.ts';
import { loadConfig } from '../config/load.ts';
import { findWorkerSet } from '../config/worker-sets.ts';
import { summarizeFailure } from '../reporters/failure.ts';
import { isolated } from '../reporters/isolated.ts';
import { jsonFileReporter, lastRunReporter, prepareJsonFile } from '../reporters/json-file.ts';
import { formatSummary } from '../reporters/summary.ts';
import { excuseOf } from '../reporters/known-text.ts';
import type { Reporter } from '../reporters/types.ts';
import { withAnnotations } from '../runner/annotations.ts';
import { serveDesk } from '../runner/channel.ts';
import { planTrials } from '../runner/plan.ts';
import type { PlannedTrial } from '../runner/plan.ts';
import { createSession } from '../runner/session.ts';
import type { TrialHost } from '../trial/types.ts';
import type { TrialResult } from '../verdict/result.ts';
import { checkStartable } from '../run/check-startable.ts';
import { clusterOf, loadAll } from '../run/choose.ts';
import { exitCodeOfRun } from './exit-codes.ts';
import { processIo } from './io.ts';
import type { Io } from './io.ts';
import { createLedger } from '../run/ledger.ts';
import type { Parts } from './parts.ts';
import { realParts } from './parts.ts';
import { exitCodeWithOutputs } from './prepare-outputs.ts';
import { readPremises } from '../run/premises.ts';
import { formatError } from './print-error.ts';
import { replayCommand } from './replay-command.ts';
import { onStopSignals } from '../run/signals.ts';
import { deskOf, reasonToSkip, withRealFiles } from '../run/vitest-desk.ts';
import { readVitestSettings } from './vitest-settings.ts';

/** vitest prints the stack of what a set-up throws; a user's mistake has none worth reading. */
const withoutStack = (error: unknown): unknown => {
  if (error instanceof FaultlineError) error.stack = formatError(error, false);
  return error;
};

const open = async (project: TestProject, io: Io, parts: Parts): Promise<() => Promise<void>> => {
  const began = performance.now();
  const sinceStart = (): number => performance.now() - began;
  const settings = readVitestSettings(io);
  const config: Config = await loadConfig({ cwd: io.cwd });
  const workers = await findWorkerSet(config, settings.workers, io.cwd);
  checkStartable(config, workers, io.env);
  const plan = planTrials(withRealFiles(await loadAll(config, workers)), settings);
  const premises = readPremises(config, io.cwd, new Date(), {
    known: settings.known,
    against: settings.against,
    workers: [workers.name],
    whole: settings.tags.length === 0,
  });
  prepareRunsFolder(settings.outDir, io.cwd);
  if (settings.json !== undefined) prepareJsonFile(settings.json);

  const write = (text: string): void => void io.stderr.write(text);
  const replayOf = ({ name, seed }: TrialResult): string =>
    replayCommand(
      name,
      {
        seed,
        workers: workers.name,
        fresh: settings.fresh,
        environment: settings.environment,
        waiting: settings.waiting,
      },
      io.env,
    );
  const json = { workers: workers.name, sinceStart, premises, replayOf };
  const reporters: (readonly [string, Reporter])[] = [
    ['summary', { onEnd: (run) => write(formatSummary(run)) }],
    ['last run', lastRunReporter(settings.outDir, json)],
  ];
  if (settings.json !== undefined) reporters.push(['json file', jsonFileReporter(settings.json, json)]);
  let lost = 0;
  const reporter = isolated(reporters, (name, error) => {
    lost += 1;
    write(`the reporter ${name} failed: ${String(error)}\n`);
  });
  const ledger = createLedger({ reporter, workers, premises, replayOf, sinceStart });
  let interrupted = false;
  const cluster = await clusterOf(parts, { environment: settings.environment, config, workers, env: io.env });
  const host: TrialHost = await parts.openHost({
    config,
    workers,
    environment: settings.environment,
    fresh: settings.fresh,
    ...settings.waiting,
    outDir: settings.outDir,
    progress: (line) => write(`${line}\n`),
    onRevised: (result) => {
      ledger.revise(result);
      session.revised(result);
    },
    env: io.env,
  });
  const skip = (trial: PlannedTrial): string | undefined => reasonToSkip(trial, workers, settings.tags, cluster);
  const note = workers.note === undefined ? '' : ` (${workers.note})`;
  write(`workers ${workers.name}${note}, seed ${settings.seed}\n`);
  reporter.onEnvironment(host.environment);
  const session = createSession({
    plan,
    host: Promise.resolve(host),
    // vitest's own --bail counts its failed tests.
    bail: false,
    onStart: (trial) => reporter.onTrial(trial.label),
    onAgain: ledger.again,
    onResult: ledger.add,
    onReplaced: ledger.revise,
    onError: () => undefined,
    describe: (result) => summarizeFailure(result, replayOf(result)),
    excuse: (result) => excuseOf(result, premises),
  });
  const channel = `faultline-vitest-${process.pid}`;
  const server = serveDesk(channel, withAnnotations(deskOf(session, plan, skip), project.vite));
  project.provide('faultlineChannel', channel);

  // vitest's listeners would end the process before the trial that runs is drained.
  process.removeAllListeners('SIGINT');
  process.removeAllListeners('SIGTERM');
  const stopListening = onStopSignals(
    process,
    (signal) => {
      interrupted = true;
      session.stop(`interrupted by ${signal}`);
      write(`${signal}: finishing the trial that runs, then stopping; once more stops at once\n`);
    },
    () => {
      host.kill();
      process.exit(EXIT.interrupted);
    },
  );
  return async () => {
    server.close();
    stopListening();
    await session.finish();
    await host.close();
    ledger.end({ notApplicable: [], notRun: 0, stopped: session.stopped });
    const outcome = { results: ledger.results, interrupted, fatal: session.fatal };
    const code = exitCodeWithOutputs(exitCodeOfRun(outcome, premises), lost);
    if (code !== EXIT.ok) process.exitCode = code;
  };
};

/** The set-up with the parts given. */
export const setupWith =
  (io: Io, parts: Parts) =>
  async (project: TestProject): Promise<() => Promise<void>> => {
    try {
      return await open(project, io, parts);
    } catch (error) {
      throw withoutStack(error);
    }
  };

/** vitest calls it before the first file, and what it returns after the last. */
export const setup = setupWith(processIo(), realParts);
