/** Owns one environment and one slot, and runs trials in it one after the other. */
import { kafkaPrefix } from '../config/external.ts';
import { underPrefix } from '../config/under-prefix.ts';
import { readContract } from '../contract/contract.ts';
import { FaultlineError } from '../base/errors.ts';
import { diedOf } from '../environment/died.ts';
import { DEFAULT_ENVIRONMENT } from '../environment/start.ts';
import { createRecorder } from '../recorder/recorder.ts';
import { KafkaConnectionError, KafkaError } from '../wire/kafka/errors.ts';
import { pipelineOf } from '../pipeline/queries.ts';
import { resolveSubjects } from '../scenario/subjects.ts';
import { neededBy, widest } from './renewal.ts';
import { openSlotGrounds } from '../slot/grounds.ts';
import type { Renewal } from '../slot/slot.ts';
import { runTrial } from './trial.ts';
import type { HostOptions, TrialHost, TrialRequest } from './types.ts';
import type { TrialResult } from '../verdict/result.ts';

/** A cluster of somebody's ends without telling: what is known of it is a request without an answer, or a refusal. */
const lostOf = (error: unknown): unknown =>
  error instanceof KafkaConnectionError || error instanceof KafkaError
    ? new FaultlineError('environment', error.message, 'Is Kafka up, every broker of it, and reachable from here?')
    : error;

/** Starts the environment, unless it is given, and the slot. Errors: FaultlineError 'setup', 'environment', 'config', 'worker'. */
export const openHost = async (options: HostOptions): Promise<TrialHost> => {
  const { config, env } = options;
  const choice = options.environment ?? DEFAULT_ENVIRONMENT;
  const workers = underPrefix(
    options.workers,
    choice === 'external' ? kafkaPrefix(config.external, env, options.workers.pipeline) : '',
  );
  const contract = readContract(workers.pacts === undefined ? config.pacts : workers.pacts);
  /** Problems of the harness that came while no trial ran. */
  let strays: string[] = [];
  /** The slot is not to be trusted: something went on in it that no trial knew of. */
  let isSuspect = false;
  const recorder = createRecorder(() => performance.now(), {
    onStray: (event) => {
      if (event.kind !== 'trial.harness-error') return;
      strays.push(event.message);
      isSuspect = true;
    },
  });
  const { environment, slot, ...grounds } = await openSlotGrounds({ ...options, workers, recorder }, (opened) =>
    Promise.resolve(opened),
  ).catch((error: unknown) => {
    throw lostOf(error);
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

  const runOne = async (request: TrialRequest): Promise<TrialResult> => {
    if (gone !== undefined) throw gone;
    const { scenario, seed } = request;
    const needed = neededBy(scenario, resolveSubjects(scenario, seed, pipelineOf(workers.pipeline)), usedIds);
    const renewal = widest(dirty, needed, options.fresh || isSuspect ? 'everything' : 'nothing');
    // Whatever goes wrong from here on, the next trial starts from nothing.
    dirty = 'everything';
    isSuspect = false;
    strays = [];
    const { result, dirty: left } = await runTrial(request, {
      slot,
      workers,
      contract,
      outDir: options.outDir,
      versions: { ...environment.versions, node: process.version },
      sharedClock: environment.sharedClock,
      waiting: options,
      waitsFor: options.waitsFor ?? (() => undefined),
      renewal,
      problemsOfClearing: () => strays,
      onRevised: (revised) => {
        // Somebody was still at work on it.
        isSuspect = true;
        options.onRevised?.(revised);
      },
    }).catch(async (error: unknown) => {
      // A broken connection says less than why it broke.
      throw error instanceof FaultlineError ? error : ((await diedOf(environment)) ?? lostOf(error));
    });
    dirty = left;
    return result;
  };

  const close = async (): Promise<void> => {
    await running;
    await grounds.close();
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
    close: () => (closed ??= close()),
    kill: grounds.kill,
  };
};
