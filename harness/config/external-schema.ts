/** What `external` and `live` of a configuration may hold. Types: ExternalInput, LiveInput. */
import { z } from 'zod';
import { workersSeenSchemaOf } from './live-workers.ts';
import { serviceLogsSchemaOf } from './live-logs.ts';
import type { Pipeline } from '../pipeline/queries.ts';

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

/** A prefix that these begin with would tell nothing apart. */
const realNames = ({ topics, roles, stage }: Pipeline): readonly string[] => [
  ...topics,
  ...roles.flatMap((role) => [role, stage(role).group]),
];

/** What Kafka's own topics begin with. */
const INTERNAL = '__';

/** One character would be too little to tell the run's own from what somebody else named. */
export const prefixSchemaOf = (pipeline: Pipeline) => {
  const longest = LONGEST_TOPIC - Math.max(...pipeline.topics.map((topic) => topic.length));
  return z
    .string('must be a text')
    .regex(/^[a-zA-Z0-9._-]{2,}$/, 'must be two or more letters, digits, ".", "_" and "-": it begins names of topics')
    .max(longest, `must have ${longest} characters at most: a topic's name has ${LONGEST_TOPIC}`)
    .refine((prefix) => !prefix.startsWith(INTERNAL), 'must not begin as the names of topics of Kafka itself do')
    .refine(
      (prefix) => !realNames(pipeline).some((name) => name.startsWith(prefix)),
      'must be nothing that a name of the pipeline begins with: they could not be told apart',
    );
};

const kafka = z.strictObject({
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
});

const postgres = z.strictObject({ url: text.optional(), tls: tls.optional(), plaintext: z.boolean().optional() });

export const externalSchemaOf = (pipeline: Pipeline) =>
  z.strictObject({
    kafka: kafka.extend({ prefix: prefixSchemaOf(pipeline).optional() }).optional(),
    postgres: postgres.optional(),
  });

export const liveSchemaOf = (pipeline: Pipeline) =>
  z.strictObject({
    kafka: kafka.optional(),
    postgres: postgres.optional(),
    services: serviceLogsSchemaOf(pipeline).optional(),
    workers: workersSeenSchemaOf(pipeline).optional(),
  });
