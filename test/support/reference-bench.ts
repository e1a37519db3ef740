/** The environment of one test file about the reference workers: made before its tests, ended after them. */
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { packageRoot } from '../../harness/base/package-root.ts';
import { startEmbedded } from '../../harness/environment/embedded/embedded.ts';
import type { Environment } from '../../harness/environment/types.ts';
import { startAdminStandIn } from './admin-stand-in.ts';
import type { AdminStandIn, Behaviour } from './admin-stand-in.ts';
import { eventOf, newSubject, openPipeline, until } from './reference-pipeline.ts';
import type { Pipeline, Subject } from './reference-pipeline.ts';
import { createWorkers } from './reference-process.ts';
import type { Program, Workers } from './reference-process.ts';

/** The program that most tests are about. */
export const HARDENED = 'allocation-worker/hardened';

interface Bench {
  readonly environment: Environment;
  readonly pipeline: Pipeline;
  readonly admin: AdminStandIn;
  readonly workers: Workers;
}

const open = async (): Promise<Bench> => {
  const environment = await startEmbedded({
    cacheDir: join(packageRoot, '.faultline'),
    env: process.env,
    progress: () => undefined,
  });
  const pipeline = await openPipeline(environment);
  const admin = await startAdminStandIn(pipeline.pool);
  return { environment, pipeline, admin, workers: createWorkers(pipeline, admin.url) };
};

const close = async ({ environment, pipeline, admin }: Bench): Promise<void> => {
  admin.close();
  await pipeline.close();
  await environment.stop();
};

/** Registers the hooks; the bench is there as soon as tests run. */
export const useBench = () => {
  let bench: Bench | undefined;
  const now = (): Bench => {
    if (!bench) throw new Error('the bench is there only inside a test');
    return bench;
  };
  beforeAll(async () => {
    bench = await open();
  }, 120_000);
  afterEach(() => now().workers.endAll());
  afterAll(() => close(now()), 120_000);

  return {
    now,
    /** Publishes PURCHASE_CREATED for a new subject whose calls behave as planned, and waits until the worker is done. */
    allocate: async (
      program: Program,
      behaviours: readonly Behaviour[] = [],
      env: Readonly<Record<string, string>> = {},
    ) => {
      const { admin, pipeline, workers } = now();
      const subject = newSubject();
      admin.plan(subject, ...behaviours);
      const worker = await workers.start(program, { env });
      await pipeline.publish('purchase-created', subject, eventOf('PURCHASE_CREATED', subject));
      await worker.drained();
      return { subject, worker };
    },
    /** The first TRAINER_ALLOCATED of the subject. */
    announced: (subject: Subject) =>
      until('TRAINER_ALLOCATED', async () => (await now().pipeline.recordsOf('trainer-allocated', subject))[0]),
  };
};

export type ReferenceBench = ReturnType<typeof useBench>;
