/** A declaration, checked at run time: what is wrong with it, key by key, and what would be right there. */
import { z } from 'zod';
import { didYouMean } from '../base/nearest.ts';
import { problemsOf } from '../base/problems.ts';
import type { Path, Problem } from '../base/problems.ts';
import type { PipelineDeclaration } from './declaration.ts';

const text = z.string().min(1);
const wording = z.strictObject({
  shape: z.string().regex(/^[a-z]+(-[a-z]+)*$/, 'must be small letters and -, such as nobody-paid'),
  says: text,
});
const rowTest = z.record(text, z.union([z.boolean(), text, z.array(text).min(1)]));

const shape = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9-]*$/, 'must be made of small letters, digits and -, such as order-to-shipment'),
  subject: z.strictObject({ called: text, begun: text, table: text.exactOptional(), unbegun: wording }),
  topics: z.record(text, z.strictObject({ deadLetters: z.literal(true).exactOptional() })),
  partitions: z.int().min(1),
  events: z.record(
    text,
    z.strictObject({
      topic: text,
      begins: z.literal(true).exactOptional(),
      required: z.array(text).exactOptional(),
      eventIds: z
        .array(z.string().regex(/\{\w+\}/, 'must hold a field in braces, such as {orderId}'))
        .min(1)
        .exactOptional(),
      names: z.strictObject({ entity: text, by: text, agrees: z.record(text, text).exactOptional() }).exactOptional(),
    }),
  ),
  entities: z.record(
    text,
    z.strictObject({
      table: text,
      called: text,
      counts: z.array(rowTest).min(1),
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
  guard: z.strictObject({ table: text, key: text, correlation: text, type: text }),
  furtherTables: z.array(text),
  services: z.record(
    text,
    z.strictObject({
      port: z.int().min(1).max(65_535),
      operation: z.strictObject({
        method: z.string().regex(/^[A-Z]+$/, 'must be a method in capitals, such as POST'),
        path: z.string().startsWith('/', 'must begin with /'),
      }),
      answers: z
        .strictObject({ in: text, id: text, final: z.array(z.int()).min(1), open: z.array(z.int()) })
        .exactOptional(),
    }),
  ),
  stages: z.record(
    text,
    z.strictObject({
      group: text,
      consumes: text,
      attempts: z.int().min(1),
      effect: text,
      calls: text.exactOptional(),
      announces: z.array(text),
    }),
  ),
});

const named = (path: Path, name: string, known: readonly string[]): readonly Problem[] =>
  known.includes(name) ? [] : [{ path, message: `allowed: ${known.join(', ')}${didYouMean(name, known)}` }];

/** The second and later of those that have the same, by what they have. */
const repeated = (
  pairs: readonly (readonly [path: Path, value: string])[],
  what: (value: string) => string,
): readonly Problem[] =>
  pairs.flatMap(([path, value], i) =>
    pairs.findIndex(([, other]) => other === value) < i ? [{ path, message: what(value) }] : [],
  );

/** What shapes cannot tell: names that must be declared, and what may be there once only. */
const referenceProblems = (declaration: PipelineDeclaration): readonly Problem[] => {
  const { subject, topics, events, entities, guard, furtherTables, services, stages } = declaration;
  const [known, all] = [Object.keys(events), Object.entries(stages)];
  const letters = Object.entries(topics).filter(([, { deadLetters }]) => deadLetters === true);
  return [
    ...(letters.length === 1
      ? []
      : [{ path: ['topics'], message: `must have one topic with deadLetters: true, and it has ${letters.length}` }]),
    ...(Object.values(events).some(({ begins }) => begins === true)
      ? []
      : [{ path: ['events'], message: 'must have one with begins: true, which the outside world tells' }]),
    ...Object.entries(events).flatMap(([type, { topic }]) =>
      named(['events', type, 'topic'], topic, Object.keys(topics)),
    ),
    ...Object.entries(events).flatMap(([type, { names }]) =>
      names === undefined ? [] : named(['events', type, 'names', 'entity'], names.entity, Object.keys(entities)),
    ),
    ...Object.entries(entities).flatMap(([name, { requires }]) =>
      requires === undefined
        ? []
        : named(['entities', name, 'requires', 'entity'], requires.entity, Object.keys(entities)),
    ),
    ...(subject.table === undefined ? [] : named(['subject', 'table'], subject.table, furtherTables)),
    ...repeated(
      Object.entries(events).map(([type, { topic }]) => [['events', type, 'topic'], topic]),
      (topic) => `must be a topic of its own: another event is in ${topic}`,
    ),
    ...all.flatMap(([role, { consumes, effect, calls, announces }]) => [
      ...named(['stages', role, 'consumes'], consumes, known),
      ...named(['stages', role, 'effect'], effect, Object.keys(entities)),
      ...(calls === undefined ? [] : named(['stages', role, 'calls'], calls, Object.keys(services))),
      ...announces.flatMap((type, i) => named(['stages', role, 'announces', i], type, known)),
    ]),
    ...repeated(
      all.map(([role, { consumes }]) => [['stages', role, 'consumes'], consumes]),
      (type) => `must be an event of its own: another stage consumes ${type}`,
    ),
    ...repeated(
      [
        ...Object.entries(entities).map(([name, { table }]) => [['entities', name, 'table'], table] as const),
        [['guard', 'table'], guard.table],
        ...furtherTables.map((table, i) => [['furtherTables', i], table] as const),
      ],
      (table) => `must be a table of its own: ${table} is declared before`,
    ),
  ];
};

/** Everything that is wrong with a declaration; empty: nothing. */
export const declarationProblems = (value: unknown): readonly Problem[] => {
  const problems = problemsOf(shape, value);
  return problems.length > 0 ? problems : referenceProblems(value as PipelineDeclaration);
};
