import type { Fault } from './types.ts';

/** The idempotency guard is marked before the worker sees the event, by somebody else. A right worker needs no healing: the row stays, unless the scenario says otherwise. */
export const guardMarked: Fault<'guard-marked'> = {
  kind: 'guard-marked',
  touches: 'nothing',
  target: ({ event, subject }, { guard }) => `${guard.table}, ${event} of ${subject}`,
  about: ({ subject }) => ({ subject, disturbs: 'guard' }),
  healing: ({ heal, event, subject }, { guard }) =>
    heal === 'remove-row'
      ? `take the row of ${event} of ${subject} out of ${guard.table}`
      : 'nothing: the row stays, a right worker needs no healing',
  inject: async ({ event, subject, writer, heal }, { markGuard, fired }) => {
    const row = await markGuard(subject, event, writer);
    fired(`${writer} marked ${event} of ${subject} before the event`);
    return { heal: heal === 'remove-row' ? row.remove : async () => {} };
  },
};
