/** What scenarios of a pipeline may name, as schemas. */
import { z } from 'zod';
import { API_BEHAVIOURS } from '../pipeline/behaviours.ts';
import type { Pipeline } from '../pipeline/queries.ts';

const text = z.string().min(1);

const oneOf = (names: readonly string[]): z.ZodType<string> => z.enum(names);

export interface Words {
  readonly worker: z.ZodType<string>;
  readonly topic: z.ZodType<string>;
  readonly event: z.ZodType<string>;
  /** The tables a row of a subject may be looked for in; further ones may live in another database. */
  readonly table: z.ZodType<string>;
  readonly upstream: z.ZodType<string>;
  readonly service: z.ZodType<string>;
  /** How stubs may behave. */
  readonly behaviour: z.ZodType<string>;
  readonly partition: z.ZodType<number>;
}

/** Undefined: of whichever pipeline; its names are checked where it is known. */
export const wordsOf = (pipeline: Pipeline | undefined): Words => {
  const partition = z.int().min(0);
  if (pipeline === undefined)
    return {
      worker: text,
      topic: text,
      event: text,
      table: text,
      upstream: text,
      service: text,
      behaviour: text,
      partition,
    };
  const { roles, topics, eventTypes, rowTables, upstreams, services, partitions } = pipeline;
  const ownBehaviours = (name: string): readonly string[] => Object.keys(pipeline.service(name).behaviours ?? {});
  return {
    worker: oneOf(roles),
    topic: oneOf(topics),
    event: oneOf(eventTypes),
    table: oneOf(rowTables),
    upstream: oneOf(upstreams),
    service: services.length === 0 ? z.never('the pipeline has no service') : oneOf(services),
    behaviour: oneOf([...new Set([...API_BEHAVIOURS, ...services.flatMap(ownBehaviours)])]),
    partition: partition.max(partitions - 1),
  };
};
