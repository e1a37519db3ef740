import type { Fault } from './types.ts';

/** The idempotency guard is marked before the worker sees the event, by somebody else. It is not healed: a right worker needs no healing. */
export const guardMarked: Fault<'guard-marked'> = {
  kind: 'guard-marked',
  touches: 'nothing',
  target: ({ event, subject }, { guard }) => `${guard.table}, ${event} of ${subject}`,
  about: ({ subject }) => ({ subject, disturbs: 'guard' }),
  healing: () => 'nothing: the row stays, a right worker needs no healing',
  inject: async ({ event, subject, writer }, { markGuard, fired }) => {
    await markGuard(subject, event, writer);
    fired(`${writer} marked ${event} of ${subject} before the event`);
    return { heal: async () => {} };
  },
};
