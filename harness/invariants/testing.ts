/** For the tests of single invariants. */
import { shippedContract } from '../contract/testing/shipped.ts';
import { build } from '../history/testing/build.ts';
import type { Build } from '../history/testing/build.ts';
import { flow } from '../history/testing/flow.ts';
import type { FlowOptions } from '../history/testing/flow.ts';
import type { History } from '../history/history.ts';
import type { InvariantId, InvariantResult } from '../history/verdict.ts';
import { pipelineOf } from '../pipeline/queries.ts';
import type { Effecting } from '../pipeline/queries.ts';
import { shippedPipeline } from '../pipeline/shipped.ts';
import { invariantsOf } from './catalogue.ts';
import * as checking from './check-all.ts';
import type { Invariant } from './types.ts';

const pipeline = pipelineOf(shippedPipeline);
const INVARIANTS = invariantsOf(pipeline);

/** The stage of the shipped pipeline that brings this entity about. */
export const bringsAbout = (name: keyof typeof shippedPipeline.entities): Effecting => {
  const found = pipeline.effecting.find((each) => each.name === name);
  if (found === undefined) throw new Error(`no stage brings about ${name}`);
  return found;
};

/** An invariant of the shipped pipeline. */
export const shipped = (id: InvariantId): Invariant => {
  const found = INVARIANTS.find((each) => each.id === id);
  if (found === undefined) throw new Error(`no invariant ${id}`);
  return found;
};

/** As in a trial that is judged by the pacts that are committed here. */
export const checkInvariant = (invariant: Invariant, history: History): InvariantResult =>
  checking.checkInvariant(invariant, history, shippedContract);

export const checkInvariants = (history: History): InvariantResult[] =>
  checking.checkInvariants(history, shippedContract);

/** The verdict in one word, with the first finding. */
export const judge = (invariant: Invariant, history: History): string => {
  const { verdict, findings } = checkInvariant(invariant, history);
  return findings[0] === undefined ? verdict : `${verdict}: ${findings[0].message}`;
};

/** One payment's course whose last barrier did not come back: nothing may be concluded from what is absent. */
export const incomplete = (options: FlowOptions = {}, but: (b: Build) => void = () => {}): History => {
  const b = flow(build(), options);
  but(b);
  b.barrier(['postgres', 'kafka', 'offsets', 'admin-service']);
  b.settled(false, ['a barrier']);
  return b.history();
};

/** One payment's course that ended before anybody saw it settle. */
export const unended = (options: FlowOptions = {}): History => {
  const b = flow(build(), options);
  b.barrier();
  return b.history();
};
