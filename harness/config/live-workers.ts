/** How it is seen whether the workers of a live system run: `live.workers` of a configuration, and `--workers`. */
import { z } from 'zod';
import { FaultlineError } from '../base/errors.ts';
import type { Pipeline } from '../pipeline/queries.ts';
import type { WorkerSeenInput } from './define.ts';
import { expression, name, parsePlaced, pods, podsOf, requireOneOf, saidOf } from './live-places.ts';
import type { WorkerPlace } from './types.ts';

const PLACES = ['processes', 'container', 'kubernetes'] as const;

const workerSeen = z
  .strictObject({ processes: expression.optional(), container: name.optional(), kubernetes: pods.optional() })
  .superRefine((given, context) => requireOneOf(given, PLACES, context));

export const workersSeenSchemaOf = (pipeline: Pipeline) =>
  z.record(
    z.string().refine((role) => pipeline.roles.includes(role), {
      error: ({ input }) => `there is no role ${String(input)}; the pipeline has ${pipeline.roles.join(', ')}`,
    }),
    workerSeen,
  );

const placeOf = ({ processes = '', container, kubernetes }: WorkerSeenInput): WorkerPlace => {
  if (container !== undefined) return { container };
  return kubernetes === undefined ? { processes } : { pods: podsOf(kubernetes) };
};

export const workersSeen = (
  given: Readonly<Record<string, WorkerSeenInput>> | undefined,
): Readonly<Record<string, WorkerPlace>> =>
  Object.fromEntries(Object.entries(given ?? {}).map(([role, seen]) => [role, placeOf(seen)]));

const HINT =
  'Give ROLE=PATTERN of command lines on this machine, ROLE=docker:CONTAINER or ROLE=kubectl:[NAMESPACE/]LABELS with a role of the pipeline.';

/** What each `--workers` says, over what the configuration says of that role. Errors: FaultlineError 'usage'. */
export const withWorkers = (
  configured: Readonly<Record<string, WorkerSeenInput>> | undefined,
  given: readonly string[],
  { roles }: Pipeline,
): Readonly<Record<string, WorkerSeenInput>> => {
  const said = given.map((one): readonly [string, WorkerSeenInput] => {
    const [role, where] = saidOf('--workers', one, { kind: 'role', known: roles, hint: HINT });
    const seen = parsePlaced(where, (processes) => ({ processes }));
    if (!workerSeen.safeParse(seen).success)
      throw new FaultlineError('usage', `--workers ${one}: this names no worker`, HINT);
    return [role, seen];
  });
  return { ...configured, ...Object.fromEntries(said) };
};
