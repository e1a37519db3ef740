/** Where the calls of a live system's services are seen: `live.services` of a configuration, and `--calls`. */
import { resolve } from 'node:path';
import { z } from 'zod';
import { FaultlineError } from '../base/errors.ts';
import type { Pipeline } from '../pipeline/queries.ts';
import type { LogField, ServiceLogInput } from './define.ts';
import { expression, name, parsePlaced, pods, podsOf, requireOneOf, saidOf, text } from './live-places.ts';
import type { LogPlace, ServiceLog } from './types.ts';

const FIELDS = [
  'time',
  'method',
  'path',
  'status',
  'student',
  'course',
  'correlation',
  'body',
  'headers',
] as const satisfies readonly LogField[];

const PLACES = ['file', 'command', 'container', 'kubernetes'] as const;

const serviceLog = z
  .strictObject({
    file: text.optional(),
    command: z.array(text, 'must be a list such as ["ssh", "admin.example", "cat", "requests.log"]').min(1).optional(),
    container: name.optional(),
    kubernetes: pods.optional(),
    format: z.enum(['json', 'common']).optional(),
    pattern: expression.refine((source) => source.includes('(?<path>'), 'must have a group (?<path>…)').optional(),
    fields: z.partialRecord(z.enum(FIELDS), text).optional(),
    besides: expression.optional(),
  })
  .superRefine((given, context) => {
    requireOneOf(given, PLACES, context);
    if (given.pattern !== undefined && given.format !== undefined)
      context.addIssue({ code: 'custom', path: [], message: 'has a format or a pattern, and not both' });
  });

export const serviceLogsSchemaOf = (pipeline: Pipeline) =>
  z.record(
    z.string().refine((service) => pipeline.services.includes(service), {
      error: ({ input }) =>
        `there is no service ${String(input)}; the pipeline has ${pipeline.services.join(', ') || 'none'}`,
    }),
    serviceLog,
  );

const placeOf = ({ file, command, container, kubernetes }: ServiceLogInput, root: string): LogPlace => {
  const [program, ...args] = command ?? [];
  if (program !== undefined) return { command: [program, ...args], cwd: root };
  if (container !== undefined) return { container };
  if (kubernetes !== undefined) return { pods: podsOf(kubernetes) };
  return { file: resolve(root, file ?? '') };
};

const logOf = (given: ServiceLogInput, root: string): ServiceLog => ({
  place: placeOf(given, root),
  format: given.pattern === undefined ? (given.format ?? 'any') : { pattern: given.pattern },
  fields: given.fields ?? {},
  besides: given.besides,
});

/** `root` is where relative paths start. */
export const serviceLogs = (
  given: Readonly<Record<string, ServiceLogInput>> | undefined,
  root: string,
): Readonly<Record<string, ServiceLog>> =>
  Object.fromEntries(Object.entries(given ?? {}).map(([service, log]) => [service, logOf(log, root)]));

const PLACE_HINT =
  'Give NAME=FILE, NAME=docker:CONTAINER or NAME=kubectl:[NAMESPACE/]LABELS with the name of a service of the pipeline.';

/**
 * What each `--calls` says, over what the configuration says of that service. `cwd` is where its files are looked for. Errors:
 * FaultlineError 'usage'.
 */
export const withCalls = (
  configured: Readonly<Record<string, ServiceLogInput>> | undefined,
  given: readonly string[],
  { pipeline, cwd }: { readonly pipeline: Pipeline; readonly cwd: string },
): Readonly<Record<string, ServiceLogInput>> => {
  const said = given.map((one): readonly [string, ServiceLogInput] => {
    const [service, where] = saidOf('--calls', one, { kind: 'service', known: pipeline.services, hint: PLACE_HINT });
    const { format, pattern, fields, besides } = configured?.[service] ?? {};
    const log = { ...parsePlaced(where, (file) => ({ file: resolve(cwd, file) })), format, pattern, fields, besides };
    if (!serviceLog.safeParse(log).success)
      throw new FaultlineError('usage', `--calls ${one}: this names no log`, PLACE_HINT);
    return [service, log];
  });
  return { ...configured, ...Object.fromEntries(said) };
};
