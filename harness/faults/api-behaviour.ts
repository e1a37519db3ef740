import type { Pipeline } from '../pipeline/queries.ts';
import { serviceMeant } from '../scenario/behaviours.ts';
import type { Fault, SpecOf } from './types.ts';

/**
 * A behaviour for so many calls ends by its count alone: ended by the observation, it would meet a worker with short
 * delays more often than one with long delays. So a call that hangs hangs on: whether its worker ever lets go of it is
 * what is judged. One that hangs until something has happened is let go by that.
 */
const endsByItself = ({ behaviour, times, until }: SpecOf<'api-behaviour'>): boolean =>
  times !== undefined && !(behaviour === 'hangs' && until !== undefined);

/** A scenario that does not say which is refused when it is loaded. */
const serviceOf = (pipeline: Pipeline, spec: SpecOf<'api-behaviour'>): string => {
  const service = serviceMeant(pipeline, spec);
  if (service === undefined) throw new Error('a fault at an API that names no service has passed the schema');
  return service;
};

/** A service behaves wrongly towards one subject. */
export const apiBehaviour: Fault<'api-behaviour'> = {
  kind: 'api-behaviour',
  touches: 'nothing',
  target: (spec, pipeline) => `${serviceOf(pipeline, spec)}, for ${spec.subject}`,
  about: (spec, pipeline) => ({ upstream: serviceOf(pipeline, spec), subject: spec.subject, disturbs: 'answers' }),
  healing: (spec, pipeline) =>
    endsByItself(spec)
      ? `nothing: ${serviceOf(pipeline, spec)} does '${spec.behaviour}' for ${spec.subject} ${spec.times === 1 ? 'once' : `${spec.times} times`} and no more`
      : `${serviceOf(pipeline, spec)} no longer does '${spec.behaviour}' for ${spec.subject}`,
  inject: async (spec, { api, when, fired }) => {
    const { service, behaviour, subject, times, status, delayMs, until } = spec;
    let release = (): void => {};
    const released = new Promise<void>((resolve) => (release = resolve));
    const stopWaiting = until === undefined ? undefined : when(until, release);
    const active = api.behave(
      subject,
      {
        behaviour,
        ...(service === undefined ? {} : { service }),
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
