import type { Fault } from './types.ts';

/** admin-service behaves wrongly towards one subject's student. */
export const apiBehaviour: Fault<'api-behaviour'> = {
  kind: 'api-behaviour',
  touches: 'nothing',
  target: ({ subject }) => `auto-assign for ${subject}`,
  healing: ({ subject, behaviour }) => `admin-service no longer does '${behaviour}' for ${subject}`,
  inject: async ({ behaviour, subject, times, status, delayMs }, { api, fired }) => {
    const active = api.behave(
      subject,
      {
        behaviour,
        ...(times === undefined ? {} : { times }),
        ...(status === undefined ? {} : { status }),
        ...(delayMs === undefined ? {} : { delayMs }),
      },
      (call) => fired(`call ${call} met '${behaviour}'`),
    );
    return {
      heal: async () => {
        active.heal();
      },
    };
  },
};
