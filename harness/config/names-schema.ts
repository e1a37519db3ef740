/** What `names` of a worker may hold. Types: NamesInput. */
import { z } from 'zod';
import { TOPICS } from '../pipeline/pipeline.ts';
import type { Topic } from '../pipeline/pipeline.ts';
import type { NamesInput } from './define.ts';

/** What Faultline sets itself. */
const TAKEN: readonly string[] = ['KAFKA_BROKERS', 'DATABASE_URL', 'POSTGRES_URL', 'ADMIN_SERVICE_URL'];

const variable = z
  .string('must be the name of a variable')
  .regex(/^[^=\0]+$/, 'a variable name must not be empty or contain =')
  .refine((name) => !TAKEN.includes(name), `must not be one that Faultline sets: ${TAKEN.join(', ')}`)
  .optional();

const topics = Object.fromEntries(TOPICS.map((topic) => [topic, variable])) as Record<Topic, typeof variable>;

/** One variable cannot hold two names. */
export const namesSchema = z
  .strictObject({ group: variable, topics: z.strictObject(topics).optional() })
  .superRefine(({ group, topics: named = {} }, context) => {
    const variables = [group, ...Object.values(named)];
    for (const [topic, name] of Object.entries(named))
      if (name !== undefined && variables.indexOf(name) !== variables.lastIndexOf(name))
        context.addIssue({
          code: 'custom',
          path: ['topics', topic],
          message: 'a variable stands for one name, and this one is given twice',
        });
  }) satisfies z.ZodType<NamesInput>;
