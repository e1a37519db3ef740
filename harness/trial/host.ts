/** Owns one environment and one slot, and runs trials in it one after the other. */
import { cacheFolder } from '../config/cache-folder.ts';
import type { FaultlineError } from '../base/errors.ts';
import { startReaper } from '../base/reaper.ts';
import { startEmbedded } from '../environment/embedded/embedded.ts';
import { createRecorder } from '../recorder/recorder.ts';
import { resolveSubjects } from '../scenario/subjects.ts';
import { openSlot } from './slot/slot.ts';
import type { Renewal } from './slot/slot.ts';
import { needsFreshTopics, runTrial } from './trial.ts';
import type { HostOptions, TrialHost, TrialRequest, TrialResult } from './types.ts';

const RENEWALS: readonly Renewal[] = ['nothing', 'workers', 'topics', 'everything'];

const wider = (a: Renewal, b: Renewal): Renewal => (RENEWALS.indexOf(a) > RENEWALS.indexOf(b) ? a : b);

/** Starts the environment and the slot. Errors: FaultlineError 'setup', 'environment', 'config', 'worker'. */
export const openHost = async (options: HostOptions): Promise<TrialHost> => {
  const { config, workers, progress, env } = options;
  const cacheDir = cacheFolder(config, env);
  const reaper = startReaper();
  const environment = await startEmbedded({ cacheDir, env, progress }).catch(async (error: unknown) => {
    reaper.close();
    throw error;
  });
  const recorder = createRecorder(() => performance.now());
  const slot = await openSlot({ environment, config, workers, recorder, reaper, env }).catch(async (error: unknown) => {
    await environment.stop();
    reaper.close();
    throw error;
  });

  let gone: FaultlineError | undefined;
  void environment.died.then((error) => {
    gone = error;
    recorder.record({ kind: 'trial.harness-error', source: 'trial', message: error.message });
  });

  const usedIds = new Set<string>();
  let dirty: Renewal = 'everything';
  let running: Promise<unknown> = Promise.resolve();
  let closed: Promise<void> | undefined;

  /** What this trial needs renewed, beyond what the one before left dirty. */
  const needs = ({ scenario, seed }: TrialRequest): Renewal => {
    const ids = resolveSubjects(scenario, seed).map((subject) => subject.paymentId);
    // Ids that the scenario fixes, or the same seed again, must not meet what they left behind.
    const met = ids.some((id) => usedIds.has(id));
    for (const id of ids) usedIds.add(id);
    if (options.fresh || met) return 'everything';
    return needsFreshTopics(scenario) || scenario.primeOffsets === false ? 'topics' : 'nothing';
  };

  const runOne = async (request: TrialRequest): Promise<TrialResult> => {
    if (gone !== undefined) throw gone;
    const renewal = wider(dirty, needs(request));
    // Whatever goes wrong from here on, the next trial starts from nothing.
    dirty = 'everything';
    const { result, dirty: left } = await runTrial(
      request,
      {
        slot,
        workers,
        outDir: options.outDir,
        versions: { ...environment.versions, node: process.version },
        sharedClock: environment.sharedClock,
        onLate: (revised) => options.onRevised?.(revised),
      },
      () => slot.renew(renewal, { primeOffsets: request.scenario.primeOffsets !== false }),
    );
    dirty = left;
    return result;
  };

  return {
    environment: {
      mode: environment.mode,
      kafka: environment.versions.kafka,
      postgres: environment.versions.postgres,
      startedInMs: environment.startedInMs,
    },
    run: (request) => {
      const next = running.then(() => runOne(request));
      running = next.catch(() => {});
      return next;
    },
    close: () =>
      (closed ??= (async () => {
        await running;
        await slot.close();
        await environment.stop();
        reaper.close();
      })()),
    kill: () => {
      slot.kill();
      environment.kill();
    },
  };
};
