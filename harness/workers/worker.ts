/** Supervision of worker processes: any program in any language. */
export { createLogBudget } from './log-budget.ts';
export { createOutputLag } from './output-lag.ts';
export type { OutputLag } from './output-lag.ts';
export { startWorkerContainer } from './container.ts';
export { startWorker } from './start.ts';
export type { Exit, StartWorkerOptions, WorkerProcess } from './start.ts';
export { waitReady } from './ready.ts';
