/** What a pipeline's scenarios can have happen as the outside world: steps of one pipeline mean nothing to another. */
import type { Problem } from '../base/problems.ts';
import { isCommonStep } from '../pipeline/acts.ts';
import type { ActDeclaration, ActTakes } from '../pipeline/declaration.ts';
import type { Pipeline } from '../pipeline/queries.ts';
import { shippedPipeline } from '../pipeline/shipped.ts';
import type { ActStep } from '../pipeline/vocabulary.ts';
import type { CommonStep, Scenario, Step } from './types.ts';

/** Is it a step of whichever pipeline's? */
export const isCommon = (step: Step): step is CommonStep => isCommonStep(step.do);

/** The subjects that an act's step is about. */
export const subjectsOf = ({ subject, subjects = [] }: ActStep): readonly string[] =>
  subject === undefined ? subjects : [subject];

interface More {
  readonly partition?: number;
  readonly eventId?: 'again';
}

const takesAll = ({ subjects, ...takes }: ActTakes, { partition, eventId }: More): boolean =>
  subjects === 'several' &&
  (partition === undefined || takes.partition === true) &&
  (eventId === undefined || takes.eventId?.includes(eventId) === true);

/** One that does not tell what it takes is known only by the shipped act of its name. */
const known = (name: string, act: ActDeclaration): ActDeclaration | undefined => {
  const shipped: Readonly<Record<string, ActDeclaration>> = shippedPipeline.acts;
  return act.takes === undefined && Object.hasOwn(shipped, name) ? shipped[name] : act;
};

/** Can it be asked to begin ways so? */
const begins = (name: string, act: ActDeclaration, more: More): boolean => {
  const told = known(name, act);
  return told?.tells === true && told.takes !== undefined && takesAll(told.takes, more);
};

/** The step by which the first act about the event is done that is such a one; undefined: there is none. */
const actAbout = (
  { acts }: Pipeline,
  type: string,
  subject: string,
  isSuch: (act: ActDeclaration) => boolean,
): Step | undefined => {
  for (const [name, act] of Object.entries(acts)) {
    const told = known(name, act);
    if (told?.takes === undefined || told.about !== type || !isSuch(told)) continue;
    return told.takes.subjects === 'one' ? { do: name, subject } : { do: name, subjects: [subject] };
  }
  return undefined;
};

/** What the outside world does about the event that makes such a row, and tells nobody. */
export const silentAct = (pipeline: Pipeline, type: string, entity: string, subject: string): Step | undefined =>
  actAbout(pipeline, type, subject, ({ tells, makes }) => tells !== true && makes === entity);

/** What the outside world does to tell the event, whoever should have told it. */
export const tellingAct = (pipeline: Pipeline, type: string, subject: string): Step | undefined =>
  actAbout(pipeline, type, subject, ({ tells }) => tells === true);

/**
 * The step with which the outside world sends these subjects on their way: an act that tells of the beginning, where the pipeline has
 * one that can be asked for so, or else the event is told, with the fields that its declaration says it has besides.
 */
export const beginning = (
  { event, acts }: Pipeline,
  type: string,
  subjects: readonly string[],
  more: More = {},
): Step => {
  const act = Object.entries(acts).find(([name, declared]) => declared.about === type && begins(name, declared, more));
  if (act !== undefined) return { do: act[0], subjects, ...more };
  const { fields } = event(type);
  return { do: 'tell', event: type, subjects, ...(fields === undefined ? {} : { fields }), ...more };
};

/** Events of the outside world from which the way leads to the role. */
export const beginningsOf = ({ eventTypes, begins: begun, consumersOf, followersOf }: Pipeline, role: string) =>
  eventTypes.filter(
    (type) => begun(type) && consumersOf(type).some((each) => each === role || followersOf(each).has(role)),
  );

/** The events that a step publishes by what it is. */
export const eventsToldBy = ({ acts }: Pipeline, step: Step): readonly string[] => {
  if (isCommon(step)) return step.do === 'tell' ? [step.event] : [];
  const act = acts[step.do];
  return act?.tells === true ? [act.about] : [];
};

/** Steps that tell what the outside world does not. */
export const actProblems = ({ act, heal = [] }: Scenario, pipeline: Pipeline): readonly Problem[] =>
  Object.entries({ act, heal }).flatMap(([key, steps]) =>
    steps.flatMap((step, i): readonly Problem[] => {
      if (!isCommon(step) || step.do !== 'tell' || pipeline.begins(step.event)) return [];
      const allowed = pipeline.eventTypes.filter(pipeline.begins).join(', ');
      return [{ path: [key, i, 'event'], message: `must be one that the outside world tells: ${allowed}` }];
    }),
  );
