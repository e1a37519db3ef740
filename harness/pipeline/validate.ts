/** A declaration, checked at run time: what is wrong with it, key by key, and what would be right there. */
import { z } from 'zod';
import { problemsOf } from '../base/problems.ts';
import type { Problem } from '../base/problems.ts';
import { isCommonStep } from './acts.ts';
import { API_BEHAVIOURS } from './behaviours.ts';
import type { PipelineDeclaration } from './declaration.ts';
import { referenceProblems } from './references.ts';

const text = z.string().min(1);

export const PERFORM = 'must be a function that does it: async ({ subject, publish }) => { … }';

const act = z.strictObject({
  about: text,
  tells: z.literal(true).exactOptional(),
  makes: text.exactOptional(),
  as: text,
  takes: z
    .strictObject({
      subjects: z.enum(['one', 'several']),
      eventId: z.array(text).min(1).exactOptional(),
      partition: z.literal(true).exactOptional(),
    })
    .exactOptional(),
  perform: z.custom((value) => typeof value === 'function', PERFORM).exactOptional(),
});
const wording = z.strictObject({
  shape: z.string().regex(/^[a-z]+(-[a-z]+)*$/, 'must be small letters and -, such as nobody-paid'),
  says: text,
});
const rowTest = z.record(text, z.union([z.boolean(), text, z.array(text).min(1)]));

const PACTS = 'must be a function that gives what pacts are made of: () => ({ calls: […], messages: […] })';

/** A broker of one machine takes them in a moment. */
const MOST_PARTITIONS = 100;

export const STUB =
  "must be a list of MSW's request handlers, such as [http.post('/reservations', () => HttpResponse.json({}))], or a function that gives them";

const isHandler = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'run' in value && typeof value.run === 'function';

export const isStub = (value: unknown): boolean =>
  typeof value === 'function' || (Array.isArray(value) && value.length > 0 && value.every(isHandler));

/** The general way of them would be played. */
const generalIn = (own: object): string | undefined => API_BEHAVIOURS.find((name) => Object.hasOwn(own, name));

const drawn = z.enum(['uuid', 'text', 'number']).exactOptional();

const pairMember = z.strictObject({ field: text, column: text, drawn });

const shape = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9-]*$/, 'must be made of small letters, digits and -, such as order-to-shipment'),
  ids: z.literal('text').exactOptional(),
  subject: z.strictObject({
    called: text,
    begun: text,
    table: text.exactOptional(),
    unbegun: wording,
    id: text.exactOptional(),
    drawn,
    pair: z.tuple([pairMember, pairMember]).exactOptional(),
  }),
  topics: z.record(
    text,
    z.strictObject({ deadLetters: z.literal(true).exactOptional(), compacted: z.literal(true).exactOptional() }),
  ),
  partitions: z
    .int()
    .min(1)
    .max(MOST_PARTITIONS, `must be at most ${MOST_PARTITIONS}: every topic is made with so many`),
  events: z.record(
    text,
    z.strictObject({
      topic: text,
      begins: z.literal(true).exactOptional(),
      fields: z.record(text, z.json()).exactOptional(),
      required: z.array(text).exactOptional(),
      eventIds: z
        .array(
          z
            .string()
            .regex(/\{\w+\}/, 'must hold a field in braces, such as {orderId}; * may stand beside it')
            .regex(/^[^*]*\*?[^*]*$/, 'must hold * once at most'),
        )
        .min(1)
        .exactOptional(),
      names: z
        .strictObject({
          entity: text,
          by: text,
          agrees: z.record(text, text).exactOptional(),
          count: text.exactOptional(),
        })
        .exactOptional(),
    }),
  ),
  entities: z.record(
    text,
    z.strictObject({
      table: text,
      via: z.strictObject({ entity: text, column: text }).exactOptional(),
      rows: z.int().min(2, 'must be 2 or more; leave it out where each row is an effect').exactOptional(),
      called: text,
      counts: z.array(rowTest).min(1),
      done: z.array(rowTest).exactOptional(),
      stands: z.strictObject({ not: rowTest }).exactOptional(),
      shows: text.exactOptional(),
      oneOf: z
        .strictObject({
          rows: rowTest,
          called: text,
          plural: text,
          notBeside: z
            .strictObject({ rows: rowTest, shape: wording.shape.shape, one: text, other: text })
            .exactOptional(),
        })
        .exactOptional(),
      requires: z.strictObject({ entity: text, rows: rowTest, never: wording }).exactOptional(),
      owed: rowTest.exactOptional(),
      lacking: text.exactOptional(),
    }),
  ),
  guard: z.strictObject({
    table: text,
    key: text,
    correlation: text,
    type: text,
    writer: text.exactOptional(),
    closed: z.literal(true).exactOptional(),
    marks: rowTest.exactOptional(),
  }),
  furtherTables: z.array(text),
  written: z.record(text, z.array(text)).exactOptional(),
  services: z.record(
    text,
    z.strictObject({
      port: z.int().min(1).max(65_535),
      operation: z.strictObject({
        method: z.string().regex(/^[A-Z]+$/, 'must be a method in capitals, such as POST'),
        path: z.string().startsWith('/', 'must begin with /'),
      }),
      behaviours: z
        .record(
          z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'must be lower-case words joined by "-"'),
          z.strictObject({
            takes: z.array(z.enum(['status', 'delayMs', 'until'])).exactOptional(),
            rowless: z.literal(true).exactOptional(),
          }),
        )
        .refine((own) => generalIn(own) === undefined, {
          error: ({ input }) => `must give ${generalIn(input as object)} another name: every stub can behave so`,
        })
        .exactOptional(),
      stub: z.custom(isStub, STUB).exactOptional(),
      answers: z
        .strictObject({ in: text, id: text, final: z.array(z.int()).min(1), open: z.array(z.int()) })
        .exactOptional(),
      asks: z.strictObject({ for: text, idly: text }).exactOptional(),
    }),
  ),
  acts: z
    .record(
      z
        .string()
        .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'must be lower-case words joined by "-", such as place-order')
        .refine((name) => !isCommonStep(name), 'must have another name: every pipeline has such a step'),
      act,
    )
    .exactOptional(),
  pacts: z.custom((value) => typeof value === 'function', PACTS).exactOptional(),
  stages: z.record(
    text,
    z.strictObject({
      group: text,
      consumes: text,
      attempts: z.int().min(1),
      effect: text.exactOptional(),
      unguarded: z.literal(true).exactOptional(),
      unasked: z
        .strictObject({ atStart: z.literal(true), everyHours: z.number().positive().exactOptional() })
        .exactOptional(),
      calls: text.exactOptional(),
      announces: z.array(text),
    }),
  ),
});

/** Everything that is wrong with a declaration; empty: nothing. */
export const declarationProblems = (value: unknown): readonly Problem[] => {
  const problems = problemsOf(shape, value);
  return problems.length > 0 ? problems : referenceProblems(value as PipelineDeclaration);
};
