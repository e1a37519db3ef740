/** What `external` of a configuration may hold. Types: ExternalInput. */
import { z } from 'zod';
import { TOPICS, WORKERS } from '../pipeline/pipeline.ts';

export const SASL_MECHANISMS = ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'] as const;

const text = z.string().min(1);

const tls = z.union(
  [
    z.boolean(),
    z.strictObject({
      ca: text.optional(),
      servername: text.optional(),
      cert: text.optional(),
      key: text.optional(),
    }),
  ],
  'must be true, or { ca?, servername?, cert?, key? }',
);

/** The longest name of a topic that Kafka takes. */
const LONGEST_TOPIC = 249;
const LONGEST_PREFIX = LONGEST_TOPIC - Math.max(...TOPICS.map((topic) => topic.length));

/** A prefix that these begin with would tell nothing apart. */
const REAL_NAMES: readonly string[] = [
  ...TOPICS,
  ...Object.entries(WORKERS).flatMap(([role, { consumerGroup }]) => [role, consumerGroup]),
];

/** What Kafka's own topics begin with. */
const INTERNAL = '__';

/** One character would be too little to tell the run's own from what somebody else named. */
export const prefixSchema = z
  .string('must be a text')
  .regex(/^[a-zA-Z0-9._-]{2,}$/, 'must be two or more letters, digits, ".", "_" and "-": it begins names of topics')
  .max(LONGEST_PREFIX, `must have ${LONGEST_PREFIX} characters at most: a topic's name has ${LONGEST_TOPIC}`)
  .refine((prefix) => !prefix.startsWith(INTERNAL), 'must not begin as the names of topics of Kafka itself do')
  .refine(
    (prefix) => !REAL_NAMES.some((name) => name.startsWith(prefix)),
    'must be nothing that a name of the pipeline begins with: they could not be told apart',
  );

export const externalSchema = z.strictObject({
  kafka: z
    .strictObject({
      brokers: z.array(text, 'must be a list such as ["kafka.staging.example:9093"]').min(1).optional(),
      tls: tls.optional(),
      sasl: z
        .strictObject({
          mechanism: z.enum(SASL_MECHANISMS).optional(),
          username: text.optional(),
          password: text.optional(),
          plaintext: z.boolean().optional(),
        })
        .optional(),
      prefix: prefixSchema.optional(),
    })
    .optional(),
  postgres: z.strictObject({ url: text.optional(), tls: tls.optional(), plaintext: z.boolean().optional() }).optional(),
});
