/** What `names` of a worker may hold. Types: NamesInput. */
import { z } from 'zod';
import { serviceVariable } from '../pipeline/variables.ts';
import type { Pipeline } from '../pipeline/queries.ts';
import type { Topic } from '../pipeline/vocabulary.ts';
import type { NamesInput } from './define.ts';

/** What Faultline sets itself. */
const takenFor = ({ services }: Pipeline): readonly string[] => [
  'KAFKA_BROKERS',
  'DATABASE_URL',
  'POSTGRES_URL',
  ...services.map(serviceVariable),
];

const variableFor = (taken: readonly string[]) =>
  z
    .string('must be the name of a variable')
    .regex(/^[^=\0]+$/, 'a variable name must not be empty or contain =')
    .refine((name) => !taken.includes(name), `must not be one that Faultline sets: ${taken.join(', ')}`)
    .optional();

type Variable = ReturnType<typeof variableFor>;

const topicsOf = ({ topics }: Pipeline, variable: Variable) =>
  z.strictObject(Object.fromEntries(topics.map((topic) => [topic, variable])) as Record<Topic, Variable>);

/** One variable cannot hold two names. */
export const namesSchemaOf = (pipeline: Pipeline) => {
  const variable = variableFor(takenFor(pipeline));
  return z
    .strictObject({ group: variable, topics: topicsOf(pipeline, variable).optional() })
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
};
