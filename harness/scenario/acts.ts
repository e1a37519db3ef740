/** What the harness can do as the outside world, and whose doing that is: steps of one pipeline mean nothing to another. */
import type { Problem } from '../base/problems.ts';
import type { Pipeline } from '../pipeline/queries.ts';
import type { Scenario, Step } from './types.ts';

interface Act {
  /** The event that it is about; undefined: any pipeline knows it. */
  readonly about?: string;
  /** It publishes that event. */
  readonly tells?: true;
}

const ACTS: Readonly<Record<Step['do'], Act>> = {
  pay: { about: 'PURCHASE_CONFIRMED', tells: true },
  'write-purchase': { about: 'PURCHASE_CONFIRMED' },
  'emit-purchase-created': { about: 'PURCHASE_CREATED', tells: true },
  tell: {},
  'publish-raw': {},
  wait: {},
};

/**
 * The step with which the outside world sends these subjects on their way: a payment, where the event is a payment's, or else the event
 * is told, with the fields that its declaration says it has besides.
 */
export const beginning = (
  { event }: Pipeline,
  type: string,
  subjects: readonly string[],
  more: { readonly partition?: number; readonly eventId?: 'again' } = {},
): Step => {
  if (ACTS.pay.about === type) return { do: 'pay', subjects, ...more };
  const { fields } = event(type);
  return { do: 'tell', event: type, subjects, ...(fields === undefined ? {} : { fields }), ...more };
};

/** The events that a step publishes by what it is. */
export const eventsToldBy = (step: Step): readonly string[] => {
  if (step.do === 'tell') return [step.event];
  const { about, tells } = ACTS[step.do];
  return about !== undefined && tells === true ? [about] : [];
};

/** Steps whose event the pipeline does not have, or that tell what the outside world does not. */
export const actProblems = (
  { act, heal = [] }: Scenario,
  { topicOf, begins, eventTypes }: Pipeline,
): readonly Problem[] =>
  Object.entries({ act, heal }).flatMap(([key, steps]) =>
    steps.flatMap((step, i): readonly Problem[] => {
      if (step.do === 'tell' && !begins(step.event)) {
        const allowed = eventTypes.filter(begins).join(', ');
        return [{ path: [key, i, 'event'], message: `must be one that the outside world tells: ${allowed}` }];
      }
      const type = ACTS[step.do].about;
      return type === undefined || topicOf(type) !== undefined
        ? []
        : [{ path: [key, i, 'do'], message: `is about ${type}, which the pipeline does not have` }];
    }),
  );
