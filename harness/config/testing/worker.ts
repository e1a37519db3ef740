/** For tests only: a worker of which nothing matters but the part that it plays. */
import type { WorkerConfig } from '../types.ts';

export const workerOf = (part: Pick<WorkerConfig, 'role' | 'consumerGroup'>): WorkerConfig => ({
  ...part,
  command: ['node'],
  cwd: '/',
  env: {},
  ready: { timeoutMs: 1 },
  stopGraceMs: 1,
  restart: 'on-success',
  misconfigured: {},
});
