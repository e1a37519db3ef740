/** What the harness can do as the outside world, and whose doing that is: steps of one pipeline mean nothing to another. */
import type { Problem } from '../base/problems.ts';
import type { ActDeclaration, ActName } from '../pipeline/declaration.ts';
import type { Pipeline } from '../pipeline/queries.ts';
import type { Scenario, Step } from './types.ts';

/** Steps that any pipeline knows. */
const COMMON = ['tell', 'publish-raw', 'wait'] as const satisfies readonly Step['do'][];

/** As the pipeline declares it; undefined: it has no such act, or every pipeline has. */
const actOf = ({ acts }: Pipeline, step: Step): ActDeclaration | undefined =>
  isCommon(step.do) ? undefined : acts[step.do];

const isCommon = (name: Step['do']): name is Exclude<Step['do'], ActName> => COMMON.some((each) => each === name);

/**
 * The step with which the outside world sends these subjects on their way: a payment, where the event is a payment's, or else the event
 * is told, with the fields that its declaration says it has besides.
 */
export const beginning = (
  { event, acts }: Pipeline,
  type: string,
  subjects: readonly string[],
  more: { readonly partition?: number; readonly eventId?: 'again' } = {},
): Step => {
  if (acts.pay?.about === type) return { do: 'pay', subjects, ...more };
  const { fields } = event(type);
  return { do: 'tell', event: type, subjects, ...(fields === undefined ? {} : { fields }), ...more };
};

/** The events that a step publishes by what it is. */
export const eventsToldBy = (pipeline: Pipeline, step: Step): readonly string[] => {
  if (step.do === 'tell') return [step.event];
  const act = actOf(pipeline, step);
  return act?.tells === true ? [act.about] : [];
};

/** Steps that the pipeline does not have, or that tell what the outside world does not. */
export const actProblems = ({ act, heal = [] }: Scenario, pipeline: Pipeline): readonly Problem[] =>
  Object.entries({ act, heal }).flatMap(([key, steps]) =>
    steps.flatMap((step, i): readonly Problem[] => {
      if (step.do === 'tell' && !pipeline.begins(step.event)) {
        const allowed = pipeline.eventTypes.filter(pipeline.begins).join(', ');
        return [{ path: [key, i, 'event'], message: `must be one that the outside world tells: ${allowed}` }];
      }
      if (isCommon(step.do) || actOf(pipeline, step) !== undefined) return [];
      const has = [...COMMON, ...Object.keys(pipeline.acts)].join(', ');
      return [{ path: [key, i, 'do'], message: `is no act of the pipeline; allowed: ${has}` }];
    }),
  );
