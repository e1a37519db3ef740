/** What a configuration may hold, checked at run time. Types: ConfigInput. */
import { z } from 'zod';
import type { PipelineDeclaration } from '../pipeline/declaration.ts';
import type { Pipeline } from '../pipeline/queries.ts';
import type { Handlers } from '../pipeline/stub.ts';
import { STUB, isStub } from '../pipeline/validate.ts';
import type { WorkerRole } from '../pipeline/vocabulary.ts';
import type { Misconfiguration } from '../scenario/types.ts';
import type { ConfigInput } from './define.ts';
import { externalSchemaOf, liveSchemaOf } from './external-schema.ts';
import { namesSchemaOf } from './names-schema.ts';
import { RESTARTS } from './restart.ts';

const text = z.string().min(1);
type GroupName = ReturnType<typeof text.optional>;
const environment = z.record(
  z.string().regex(/^[^=\0]+$/, 'a variable name must not be empty or contain ='),
  z.string('must be a text (variables are texts)').regex(/^[^\0]*$/, 'must not contain a NUL character'),
);
const command = z
  .array(z.string('must be a text'), 'must be a list such as ["node", "worker.js"]; there is no shell')
  .min(1, 'must name a program, such as ["node", "worker.js"]')
  .refine((parts) => parts[0] !== '', 'must name a program first');

/** The longest a wait may be, ms: what setTimeout can hold. */
const LONGEST_MS = 2 ** 31 - 1;
const milliseconds = z.int().min(0).max(LONGEST_MS);

/** A trial waits for it while it heals. */
const LONGEST_GRACE_MS = 60_000;

const workerShapeOf = (pipeline: Pipeline) =>
  z.strictObject({
    role: z.enum(pipeline.roles).optional(),
    roles: z.array(z.enum(pipeline.roles)).min(1).optional(),
    command: command.optional(),
    image: text.optional(),
    cwd: text.optional(),
    env: environment.optional(),
    consumerGroup: z
      .union([
        text,
        z.strictObject(
          Object.fromEntries(pipeline.roles.map((role) => [role, text.optional()])) as Record<WorkerRole, GroupName>,
        ),
      ])
      .optional(),
    ready: z
      .strictObject({ log: text.optional(), timeoutMs: milliseconds.min(1, 'must be at least 1').optional() })
      .optional(),
    restart: z.enum(RESTARTS).optional(),
    stopGraceMs: z.int().min(1).max(LONGEST_GRACE_MS).optional(),
    misconfigured: z
      .strictObject({ 'wrong-topic': environment.optional(), 'new-group': environment.optional() } satisfies Record<
        Misconfiguration,
        unknown
      >)
      .optional(),
    names: namesSchemaOf(pipeline).optional(),
  });

const rolesOf = ({ role, roles }: { role?: WorkerRole | undefined; roles?: WorkerRole[] | undefined }): WorkerRole[] =>
  roles ?? (role === undefined ? [] : [role]);

const workerOf = (pipeline: Pipeline) =>
  workerShapeOf(pipeline).superRefine(({ role, roles, consumerGroup, command: program, image, cwd }, context) => {
    const wrong = (path: string, message: string): void => context.addIssue({ code: 'custom', path: [path], message });
    const played = rolesOf({ role, roles });
    if (played.length === 0) wrong('role', `a worker plays a part: ${pipeline.roles.join(' or ')} (several: roles)`);
    if (new Set(played).size < played.length) wrong('roles', 'names a part twice');
    if (role !== undefined && !played.includes(role)) wrong('role', 'must be one of its roles');
    if (typeof consumerGroup === 'object')
      for (const other of Object.keys(consumerGroup))
        if (!played.includes(other as WorkerRole)) wrong('consumerGroup', `names ${other}, which is none of its roles`);
    if (program === undefined && image === undefined)
      context.addIssue({
        code: 'custom',
        path: ['command'],
        message: 'a worker needs a command, such as ["node", "worker.js"], or an image',
      });
    if (image !== undefined && cwd !== undefined)
      context.addIssue({
        code: 'custom',
        path: ['cwd'],
        message: 'must be left out with an image, which brings its own',
      });
  });

const workerSetOf = (pipeline: Pipeline) =>
  z.strictObject({
    workers: z
      .array(workerOf(pipeline))
      .min(1)
      .superRefine((workers, context) => {
        workers.forEach((each, i) => {
          const before = workers.slice(0, i).flatMap(rolesOf);
          if (rolesOf(each).some((role) => before.includes(role)))
            context.addIssue({
              code: 'custom',
              path: [i, each.roles === undefined ? 'role' : 'roles'],
              message: 'a set has one worker a role',
            });
        });
      }),
    quietMs: milliseconds.optional(),
    patienceMs: milliseconds.optional(),
    longestTimerMs: milliseconds.optional(),
    pending: z
      .array(
        z.strictObject({
          table: z
            .string()
            .regex(
              /^[^.\0]+(\.[^.\0]+)?$/,
              'must be the name of a table, with its schema before a dot unless it is public',
            ),
          where: text,
        }),
      )
      .optional(),
    note: text.optional(),
  });

const setName = z
  .string()
  .regex(/^[A-Za-z0-9][\w.-]*$/, 'a name is made of letters, digits, ".", "_" and "-"')
  .refine(
    (name) => !/\.[cm]?[jt]s$/.test(name),
    'a name must not look like a file, or --workers would take it for one',
  );

/** For a configuration of this pipeline, which is checked by itself. */
export const configSchemaOf = (pipeline: Pipeline) =>
  z.strictObject({
    pipeline: z.custom<PipelineDeclaration>().optional(),
    workers: z.record(setName, workerSetOf(pipeline)).optional(),
    defaultWorkers: text.optional(),
    database: z
      .strictObject({
        schema: z
          .union([
            z.string('must be the path of an SQL file').min(1),
            z.array(text, 'must be a list of SQL files').min(1),
            z.strictObject(
              { command, cwd: text.optional(), env: environment.optional() },
              'must be { command, cwd?, env? }',
            ),
          ])
          .optional(),
      })
      .optional(),
    scenarios: z.array(text).optional(),
    pacts: text.optional(),
    services: z
      .record(
        z.string().refine((name) => pipeline.services.includes(name), {
          error: ({ input }) =>
            `there is no service ${String(input)}; the pipeline has ${pipeline.services.join(', ') || 'none'}`,
        }),
        z.strictObject({ handlers: z.custom<Handlers>(isStub, STUB) }),
      )
      .optional(),
    external: externalSchemaOf(pipeline).optional(),
    live: liveSchemaOf(pipeline).optional(),
  }) satisfies z.ZodType<ConfigInput>;
