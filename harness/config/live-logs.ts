/** Where the calls of a live system's services are seen: `live.services` of a configuration, and `--calls`. */
import { resolve } from 'node:path';
import { z } from 'zod';
import { FaultlineError } from '../base/errors.ts';
import { didYouMean } from '../base/nearest.ts';
import type { Pipeline } from '../pipeline/queries.ts';
import type { LogField, ServiceLogInput } from './define.ts';
import type { LogPlace, ServiceLog } from './types.ts';

const text = z.string().min(1);

const isExpression = (source: string): boolean => {
  try {
    return new RegExp(source) instanceof RegExp;
  } catch {
    return false;
  }
};

const expression = text.refine(isExpression, 'must be a regular expression');

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

/** A program would take it for an option of its own. */
const name = text.regex(/^[^-]/, 'must not begin with a dash');

export const pods = z.strictObject({ selector: name, namespace: name.optional() });

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
    const wrong = (message: string): void => context.addIssue({ code: 'custom', path: [], message });
    if (PLACES.filter((place) => given[place] !== undefined).length !== 1)
      wrong(`must say where the log is by one of ${PLACES.join(', ')}`);
    if (given.pattern !== undefined && given.format !== undefined) wrong('has a format or a pattern, and not both');
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
  if (kubernetes !== undefined) return { pods: { selector: kubernetes.selector, namespace: kubernetes.namespace } };
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

/** `app=worker`, or `staging/app=worker` in that namespace. */
export const parsePods = (given: string): { readonly selector: string; readonly namespace?: string } => {
  const [, namespace, selector = given] = /^([a-z0-9-]+)\/(.+)$/.exec(given) ?? [];
  return namespace === undefined ? { selector } : { selector, namespace };
};

const parsePlace = (given: string, cwd: string): ServiceLogInput => {
  const [, kind, rest = ''] = /^(docker|kubectl):(.+)$/.exec(given) ?? [];
  if (kind === 'docker') return { container: rest };
  return kind === 'kubectl' ? { kubernetes: parsePods(rest) } : { file: resolve(cwd, given) };
};

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
    const [, service = '', where] = /^([^=]+)=(.+)$/s.exec(one) ?? [];
    if (where === undefined || !pipeline.services.includes(service))
      throw new FaultlineError(
        'usage',
        `--calls ${one}: ${where === undefined ? 'says not where' : `there is no service ${service}${didYouMean(service, pipeline.services)}`}`,
        PLACE_HINT,
      );
    const { format, pattern, fields, besides } = configured?.[service] ?? {};
    const log = { ...parsePlace(where, cwd), format, pattern, fields, besides };
    if (!serviceLog.safeParse(log).success)
      throw new FaultlineError('usage', `--calls ${one}: this names no log`, PLACE_HINT);
    return [service, log];
  });
  return { ...configured, ...Object.fromEntries(said) };
};
