/** When a worker that ended is started again. */

/** After every exit, after one with code 0, or after none before healing. */
export const RESTARTS = ['on-exit', 'on-success', 'after-heal'] as const;
export type Restart = (typeof RESTARTS)[number];
