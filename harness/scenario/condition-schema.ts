/** Conditions, checked at run time: an object with exactly one key of this catalogue. Types: history/conditions.ts. */
import { z } from 'zod';
import { didYouMean } from '../base/nearest.ts';
import { problemsOf } from '../base/problems.ts';
import { FAULT_KINDS } from '../history/conditions.ts';
import type { Condition } from '../history/conditions.ts';
import { EVENT_TYPES, ROLES, TABLES, TOPICS, UPSTREAMS } from '../pipeline/pipeline.ts';

/** What setTimeout can hold. */
const LONGEST_MS = 2 ** 31 - 1;

const worker = z.enum(ROLES);
const event = z.enum(EVENT_TYPES);
const of = { subject: z.string().min(1).exactOptional() };
const atLeast = z.int().min(1).exactOptional();
const status = z.int().min(100).max(599).exactOptional();

/** The tables a row of a subject may be looked for in; payments may live in another database. */
export const ROW_TABLES = TABLES.filter((table) => table !== 'payments');

const nested: z.ZodType<Condition> = z.lazy(() => conditionSchema);

const CONDITIONS = {
  always: z.literal(true),
  all: z.array(nested).min(1),
  any: z.array(nested).min(1),
  not: nested,
  decided: z.strictObject({ ...of, worker }),
  taken: z.strictObject({ ...of, worker }),
  skipped: z.strictObject({ ...of, worker }),
  met: z.strictObject({ worker, topic: z.enum(TOPICS).exactOptional() }),
  marked: z.strictObject({ ...of, event, by: z.enum(['worker', 'anyone']).exactOptional() }),
  passed: z.strictObject({ ...of, worker }),
  requested: z.strictObject({ ...of, atLeast }),
  answered: z.strictObject({ ...of, atLeast, status }),
  callOpen: z.strictObject(of),
  connected: z.strictObject({
    worker,
    upstream: z.enum(UPSTREAMS),
    atLeast,
    refused: z.boolean().exactOptional(),
    since: event.exactOptional(),
  }),
  emitted: z.strictObject({ ...of, event, atLeast }),
  deadLettered: z.strictObject(of),
  row: z.strictObject({ ...of, table: z.enum(ROW_TABLES) }),
  exited: z.strictObject({ worker, by: z.enum(['itself', 'anyone']).exactOptional() }),
  running: z.strictObject({ worker }),
  signalled: z.strictObject({ worker, signal: z.enum(['SIGTERM', 'SIGKILL', 'SIGSTOP']) }),
  fired: z.strictObject({ fault: z.enum(FAULT_KINDS) }),
  lasted: z.strictObject({ what: nested, ms: z.int().min(1).max(LONGEST_MS) }),
};

/** The names of the conditions, as a scenario writes them. */
export const CONDITION_NAMES = Object.keys(CONDITIONS);

/** What the catalogue describes; a test of types holds that it is Condition. */
export type DescribedCondition = {
  [K in keyof typeof CONDITIONS]: { readonly [P in K]: z.infer<(typeof CONDITIONS)[K]> };
}[keyof typeof CONDITIONS];

export const conditionSchema: z.ZodType<Condition> = z.custom<Condition>().superRefine((value: unknown, context) => {
  const names = CONDITION_NAMES.join(', ');
  if (typeof value !== 'object' || value === null || Array.isArray(value) || Object.keys(value).length !== 1) {
    context.addIssue({ code: 'custom', message: `must be an object with one key; allowed: ${names}` });
    return;
  }
  const [name = '', inner] = Object.entries(value)[0] ?? [];
  if (!Object.hasOwn(CONDITIONS, name)) {
    const message = `unknown condition; allowed: ${names}${didYouMean(name, CONDITION_NAMES)}`;
    context.addIssue({ code: 'custom', path: [name], message });
    return;
  }
  for (const problem of problemsOf(CONDITIONS[name as keyof typeof CONDITIONS], inner))
    context.addIssue({ code: 'custom', path: [name, ...problem.path], message: problem.message });
});
