import type { Fault, SpecOf } from './types.ts';

/**
 * A behaviour for so many calls ends by its count alone: ended by the observation, it would meet a worker with short
 * delays more often than one with long delays. So a call that hangs hangs on: whether its worker ever lets go of it is
 * what is judged. One that hangs until something has happened is let go by that.
 */
const endsByItself = ({ behaviour, times, until }: SpecOf<'api-behaviour'>): boolean =>
  times !== undefined && !(behaviour === 'hangs' && until !== undefined);

/** admin-service behaves wrongly towards one subject's student. */
export const apiBehaviour: Fault<'api-behaviour'> = {
  kind: 'api-behaviour',
  touches: 'nothing',
  target: ({ subject }) => `auto-assign for ${subject}`,
  about: ({ subject }) => ({ upstream: 'admin-service', subject, disturbs: 'answers' }),
  healing: (spec) =>
    endsByItself(spec)
      ? `nothing: admin-service does '${spec.behaviour}' for ${spec.subject} ${spec.times === 1 ? 'once' : `${spec.times} times`} and no more`
      : `admin-service no longer does '${spec.behaviour}' for ${spec.subject}`,
  inject: async (spec, { api, when, fired }) => {
    const { behaviour, subject, times, status, delayMs, until } = spec;
    let release = (): void => {};
    const released = new Promise<void>((resolve) => (release = resolve));
    const stopWaiting = until === undefined ? undefined : when(until, release);
    const active = api.behave(
      subject,
      {
        behaviour,
        ...(times === undefined ? {} : { times }),
        ...(status === undefined ? {} : { status }),
        ...(delayMs === undefined ? {} : { delayMs }),
        ...(until === undefined ? {} : { until: released }),
      },
      (call) => fired(`call ${call} met '${behaviour}'`),
    );
    return {
      heal: async () => {
        stopWaiting?.();
        // Whatever it was held open for: what is healed holds nobody up.
        release();
        if (!endsByItself(spec)) active.heal();
      },
    };
  },
};
