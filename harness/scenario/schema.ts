/** What a scenario may hold, checked at run time. Types: ./types.ts; a test of types holds that the two agree. */
import { z } from 'zod';
import { allowed } from '../base/problems.ts';
import { CAUSE_IDS } from '../history/verdict.ts';
import type { Condition } from '../history/conditions.ts';
import { isCommonStep } from '../pipeline/acts.ts';
import type { ActDeclaration } from '../pipeline/declaration.ts';
import type { Pipeline } from '../pipeline/queries.ts';
import { shippedPipeline } from '../pipeline/shipped.ts';
import { behaviourProblems } from './behaviours.ts';
import { conditionSchemaOf } from './condition-schema.ts';
import { fixedIdsOf } from './fixed-id.ts';
import { MISCONFIGURATIONS } from './types.ts';
import type { Step } from './types.ts';
import { wordsOf } from './words.ts';
import type { Words } from './words.ts';

const text = z.string().min(1);
const subject = text;
const count = z.int().min(1);
/** The longest a wait may be, ms: what setTimeout can hold. */
const milliseconds = z
  .int()
  .min(1)
  .max(2 ** 31 - 1);

const subjectSpecOf = (pipeline: Pipeline | undefined) =>
  z.strictObject({
    ids: fixedIdsOf(pipeline).exactOptional(),
    purchaseTier: z.literal([10, 20, 30]).exactOptional(),
    booking: z.boolean().exactOptional(),
    metadata: z.record(z.string(), z.unknown()).exactOptional(),
    sameStudentAs: text.exactOptional(),
    mayDeadLetter: z.boolean().exactOptional(),
  });

type ConditionSchema = z.ZodType<Condition>;

const apiBehaviourOf = (
  { service, behaviour }: Words,
  conditionSchema: ConditionSchema,
  pipeline: Pipeline | undefined,
) =>
  z
    .strictObject({
      kind: z.literal('api-behaviour'),
      service: service.exactOptional(),
      behaviour,
      subject,
      times: count.exactOptional(),
      status: z.int().min(400).max(599).exactOptional(),
      delayMs: milliseconds.exactOptional(),
      until: conditionSchema.exactOptional(),
    })
    .superRefine((fault, context) => {
      for (const { path, message } of behaviourProblems(fault, pipeline))
        context.addIssue({ code: 'custom', path: [path], message });
    });

const faultOf = (words: Words, conditionSchema: ConditionSchema, pipeline: Pipeline | undefined) => {
  const { worker, topic, event, table, upstream } = words;
  return z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('worker-stopped'), worker }),
    z.strictObject({ kind: z.literal('worker-paused'), worker }),
    z.strictObject({ kind: z.literal('worker-killed'), worker, when: conditionSchema }),
    z.strictObject({ kind: z.literal('worker-terminated'), worker, when: conditionSchema }),
    z.strictObject({ kind: z.literal('worker-restarted'), worker, when: conditionSchema }),
    z.strictObject({
      kind: z.literal('worker-misconfigured'),
      worker,
      setting: z.enum(MISCONFIGURATIONS),
      start: z.enum(['before-act', 'after-act']).exactOptional(),
    }),
    z.strictObject({ kind: z.literal('topic-missing'), topic, heal: z.enum(['restart-consumers', 'create-only']) }),
    apiBehaviourOf(words, conditionSchema, pipeline),
    z.strictObject({
      kind: z.literal('guard-marked').refine(() => pipeline?.guard.closed !== true, {
        error: () => `cannot be: guard.closed of the pipeline says that ${pipeline?.guard.table} takes no such row`,
      }),
      event,
      subject,
      writer: text.refine((name) => pipeline?.services.includes(name) !== true, {
        error: ({ input }) => `must be another one: what ${String(input)} writes is what a worker's call asked for`,
      }),
      heal: z.literal('remove-row').exactOptional(),
    }),
    z.strictObject({
      kind: z.literal('writes-held'),
      worker,
      table,
      until: conditionSchema.exactOptional(),
    }),
    z.strictObject({ kind: z.literal('bytes-withheld'), worker, upstream }),
    z.strictObject({
      kind: z.literal('upstream-away'),
      workers: z.array(worker).min(1),
      upstream,
    }),
  ]);
};

/** One of the two says whom the act is done for; without them it would be done for nobody. */
const namesWhom = (
  step: { readonly subject?: string | undefined; readonly subjects?: readonly string[] | undefined },
  context: z.RefinementCtx,
): void => {
  const { subject: one, subjects: several } = step;
  if ((one === undefined) !== (several === undefined)) return;
  const message = one === undefined ? 'give it, or subject' : 'stands beside subject: give one of them';
  context.addIssue({ code: 'custom', path: ['subjects'], message });
};

/** A step with an act whose declaration does not tell what it takes. */
const untoldStepOf = <D extends z.ZodType<string>>(
  name: D,
  eventId: z.ZodType<string>,
  partition: Words['partition'],
) =>
  z
    .strictObject({
      do: name,
      subject: subject.exactOptional(),
      subjects: z.array(subject).min(1).exactOptional(),
      eventId: eventId.exactOptional(),
      partition: partition.exactOptional(),
    })
    .superRefine(namesWhom);

/** What may be asked of an event's id where the declaration does not tell: what was asked until declarations did. */
const UNTOLD_IDS = [
  ...new Set(
    Object.values(shippedPipeline.acts).flatMap(({ takes }): readonly string[] =>
      'eventId' in takes ? takes.eventId : [],
    ),
  ),
];

/** What a step with an act may say. */
const actStepOf = (name: string, { takes }: ActDeclaration, partition: Words['partition']) => {
  if (takes === undefined) return untoldStepOf(z.literal(name), z.enum(UNTOLD_IDS), partition);
  return z.strictObject({
    do: z.literal(name),
    ...(takes.subjects === 'one' ? { subject } : { subjects: z.array(subject).min(1) }),
    ...(takes.eventId === undefined ? {} : { eventId: z.enum(takes.eventId).exactOptional() }),
    ...(takes.partition === undefined ? {} : { partition: partition.exactOptional() }),
  });
};

const commonStepsOf = ({ topic, event, partition }: Words, conditionSchema: ConditionSchema) =>
  [
    z.strictObject({
      do: z.literal('tell'),
      event,
      subjects: z.array(subject).min(1),
      fields: z.record(text, z.unknown()).exactOptional(),
      eventId: z.enum(['fresh', 'again']).exactOptional(),
      partition: partition.exactOptional(),
    }),
    z.strictObject({
      do: z.literal('publish-raw'),
      topic,
      subject,
      value: z.string(),
      partition: partition.exactOptional(),
    }),
    z.strictObject({ do: z.literal('wait'), until: conditionSchema, deadlineMs: milliseconds.exactOptional() }),
  ] as const;

/** Of whichever pipeline: which acts there are is known where the pipeline is. */
const anyStepOf = (words: Words, conditionSchema: ConditionSchema): z.ZodType<Step> => {
  const common = z.discriminatedUnion('do', commonStepsOf(words, conditionSchema));
  const act = untoldStepOf(text, text, words.partition);
  return z.looseObject({ do: text }).superRefine((step, context) => {
    const { error } = (isCommonStep(step.do) ? common : act).safeParse(step, { error: allowed });
    // As they are: a key that is not known stays one.
    for (const issue of error?.issues ?? []) context.addIssue(issue as z.core.$ZodSuperRefineIssue);
  }) as unknown as z.ZodType<Step>;
};

const stepOf = (words: Words, conditionSchema: ConditionSchema, pipeline: Pipeline | undefined): z.ZodType<Step> => {
  if (pipeline === undefined) return anyStepOf(words, conditionSchema);
  const acts = Object.entries(pipeline.acts).map(([name, declared]) => actStepOf(name, declared, words.partition));
  return z.discriminatedUnion('do', [...commonStepsOf(words, conditionSchema), ...acts]) as unknown as z.ZodType<Step>;
};

const expectedCause = z.strictObject({
  id: z.enum(CAUSE_IDS),
  consequenceOf: z.enum(CAUSE_IDS).exactOptional(),
  optional: z.boolean().exactOptional(),
  writer: text.exactOptional(),
});

const duringCaseOf = (conditionSchema: ConditionSchema) =>
  z.strictObject({
    when: conditionSchema,
    causes: z.union([z.literal('any', 'must be "any"'), z.array(expectedCause, 'must be a list of { id }')]),
  });

const kebab = z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'must be lower-case words joined by "-"');

const schemaOf = (pipeline: Pipeline | undefined) => {
  const words = wordsOf(pipeline);
  const conditionSchema = conditionSchemaOf(words);
  const step = stepOf(words, conditionSchema, pipeline);
  return z.strictObject({
    name: kebab,
    title: text,
    tags: z.array(kebab),
    given: z.strictObject({
      subjects: z
        .record(text, subjectSpecOf(pipeline))
        .refine((subjects) => Object.keys(subjects).length > 0, 'must name at least one subject'),
    }),
    faults: z.array(faultOf(words, conditionSchema, pipeline)),
    act: z.array(step),
    observeUntil: conditionSchema.exactOptional(),
    observeAt: z.enum(['barrier', 'condition']).exactOptional(),
    observeDeadlineMs: milliseconds.exactOptional(),
    during: z.array(duringCaseOf(conditionSchema)).exactOptional(),
    heal: z.array(step).exactOptional(),
    after: z.array(z.strictObject({ must: conditionSchema, message: text })).exactOptional(),
    settleDeadlineMs: milliseconds.exactOptional(),
    restart: z.enum(['always', 'never']).exactOptional(),
    primeOffsets: z.boolean().exactOptional(),
    removeDeadMembers: z.boolean().exactOptional(),
  });
};

const known = new WeakMap<Pipeline, ReturnType<typeof schemaOf>>();
const open = schemaOf(undefined);

/** Of a pipeline's scenarios; undefined: of whichever's. */
export const scenarioSchemaOf = (pipeline: Pipeline | undefined): ReturnType<typeof schemaOf> => {
  if (pipeline === undefined) return open;
  let schema = known.get(pipeline);
  if (schema === undefined) known.set(pipeline, (schema = schemaOf(pipeline)));
  return schema;
};

/** What the schema describes; a test of types holds that it is Scenario. @internal */
export type DescribedScenario = z.infer<ReturnType<typeof schemaOf>>;
