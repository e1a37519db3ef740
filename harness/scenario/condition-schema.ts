/** Conditions, checked at run time: an object with exactly one key of this catalogue. Types: history/conditions.ts. */
import { z } from 'zod';
import { didYouMean } from '../base/nearest.ts';
import { problemsOf } from '../base/problems.ts';
import { FAULT_KINDS } from '../history/conditions.ts';
import type { Condition } from '../history/conditions.ts';
import type { Words } from './words.ts';

/** What setTimeout can hold. */
const LONGEST_MS = 2 ** 31 - 1;

const of = { subject: z.string().min(1).exactOptional() };
const atLeast = z.int().min(1).exactOptional();
const status = z.int().min(100).max(599).exactOptional();

const conditionsOf = ({ worker, event, topic, table, upstream }: Words, nested: z.ZodType<Condition>) => ({
  always: z.literal(true),
  all: z.array(nested).min(1),
  any: z.array(nested).min(1),
  not: nested,
  decided: z.strictObject({ ...of, worker }),
  taken: z.strictObject({ ...of, worker }),
  skipped: z.strictObject({ ...of, worker }),
  met: z.strictObject({ worker, topic: topic.exactOptional() }),
  marked: z.strictObject({ ...of, event, by: z.enum(['worker', 'anyone']).exactOptional() }),
  passed: z.strictObject({ ...of, worker }),
  requested: z.strictObject({ ...of, atLeast }),
  answered: z.strictObject({ ...of, atLeast, status }),
  callOpen: z.strictObject(of),
  connected: z.strictObject({
    worker,
    upstream,
    atLeast,
    refused: z.boolean().exactOptional(),
    since: event.exactOptional(),
  }),
  emitted: z.strictObject({ ...of, event, atLeast }),
  deadLettered: z.strictObject(of),
  row: z.strictObject({ ...of, table }),
  exited: z.strictObject({ worker, by: z.enum(['itself', 'anyone']).exactOptional() }),
  running: z.strictObject({ worker }),
  signalled: z.strictObject({ worker, signal: z.enum(['SIGTERM', 'SIGKILL', 'SIGSTOP']) }),
  fired: z.strictObject({ fault: z.enum(FAULT_KINDS) }),
  lasted: z.strictObject({ what: nested, ms: z.int().min(1).max(LONGEST_MS) }),
});

type Conditions = ReturnType<typeof conditionsOf>;

/** What the catalogue describes; a test of types holds that it is Condition. @internal */
export type DescribedCondition = {
  [K in keyof Conditions]: { readonly [P in K]: z.infer<Conditions[K]> };
}[keyof Conditions];

/** Conditions that name nothing but these. */
export const conditionSchemaOf = (words: Words): z.ZodType<Condition> => {
  const schema: z.ZodType<Condition> = z.custom<Condition>().superRefine((value: unknown, context) => {
    const names = Object.keys(conditions);
    const allowed = names.join(', ');
    if (typeof value !== 'object' || value === null || Array.isArray(value) || Object.keys(value).length !== 1) {
      context.addIssue({ code: 'custom', message: `must be an object with one key; allowed: ${allowed}` });
      return;
    }
    const [name = '', inner] = Object.entries(value)[0] ?? [];
    if (!Object.hasOwn(conditions, name)) {
      const message = `unknown condition; allowed: ${allowed}${didYouMean(name, names)}`;
      context.addIssue({ code: 'custom', path: [name], message });
      return;
    }
    for (const problem of problemsOf(conditions[name as keyof Conditions], inner))
      context.addIssue({ code: 'custom', path: [name, ...problem.path], message: problem.message });
  });
  const conditions = conditionsOf(
    words,
    z.lazy(() => schema),
  );
  return schema;
};
