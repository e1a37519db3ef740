/** The worker has the event, and no byte of a request reaches its service. */
import { beganBy, beginWith } from '../begin.ts';
import { always } from '../forcing.ts';
import type { Force } from '../forcing.ts';
import { stageOf } from '../situation.ts';

export const forceApiNotCalled: Force = (situation, cause) => {
  const { role, declared, connections } = stageOf(situation, cause);
  const { calls: upstream, consumes: event } = declared;
  if (upstream === undefined) return { unforced: `${role} calls no service` };
  const begins = beganBy(situation, role);
  if (typeof begins !== 'string') return begins;
  return {
    faults: [{ kind: 'bytes-withheld', worker: role, upstream }],
    act: [beginWith(situation, begins)],
    // A health check that was made before proves nothing.
    observeUntil: {
      all: [
        { emitted: { event } },
        { any: [{ connected: { worker: role, upstream, since: event } }, { decided: { worker: role } }] },
      ],
    },
    during: [always({ id: cause.id })],
    otherwise:
      connections.own.length > 0
        ? []
        : [`whether ${role} tried at all is not told; here it tries, and ${upstream} hears nothing of it`],
  };
};
