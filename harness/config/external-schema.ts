/** What `external` of a configuration may hold. Types: ExternalInput. */
import { z } from 'zod';

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

/** A prefix would be a setting of the workers: their topics and groups are part of what is tested, by their names. */
const prefix = z
  .undefined(
    'prefixes are not supported: the topics and groups are known by their real names, in the workers, the scenarios and the contracts. ' +
      'Use a cluster of your own with --i-own-this-cluster',
  )
  .optional();

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
        })
        .optional(),
      prefix,
    })
    .optional(),
  postgres: z.strictObject({ url: text.optional(), tls: tls.optional() }).optional(),
});
