import type { Effecting, Pipeline } from '../pipeline/queries.ts';
import { announcedMeansCommitted } from './announced-means-committed.ts';
import { callsHonourContract } from './calls-honour-contract.ts';
import { deadLetterOnce } from './dead-letter-once.ts';
import { eventGetsMarked } from './event-gets-marked.ts';
import { getsEvent } from './gets-event.ts';
import { rowGetsEffect, subjectGetsEffect } from './gets-effect.ts';
import { groupsDrain } from './groups-drain.ts';
import { hasBeginning } from './has-beginning.ts';
import { hasRequired } from './has-required.ts';
import { idsAgree } from './ids-agree.ts';
import { isAnnouncedByCaller } from './is-announced-by-caller.ts';
import { isAnnouncedByWriter } from './is-announced-by-writer.ts';
import { uniqueBy } from './judging.ts';
import { markFollowsEffect } from './mark-follows-effect.ts';
import { messagesHonourContract } from './messages-honour-contract.ts';
import { noEventLost } from './no-event-lost.ts';
import { oneActive } from './one-active.ts';
import type { Invariant } from './types.ts';

/** At most one, of rows that are declared so. */
const oneActiveOf = (effecting: Effecting): readonly Invariant[] =>
  effecting.entity.oneOf === undefined ? [] : [oneActive(effecting, effecting.entity.oneOf)];

/** What must be there for a row: a row that it requires, or, of the first stage, the beginning. */
const hasOf = (pipeline: Pipeline, effecting: Effecting): readonly Invariant[] => [
  ...(effecting.entity.requires === undefined ? [] : [hasRequired(effecting, effecting.entity.requires)]),
  ...(pipeline.begins(effecting.stage.consumes) ? [hasBeginning(effecting, pipeline)] : []),
];

/** What must follow, in the end, from the beginning or from a row that an event tells the stage of. */
const getsOf = (pipeline: Pipeline, effecting: Effecting): readonly Invariant[] => {
  const { consumes } = effecting.stage;
  if (pipeline.begins(consumes)) return [subjectGetsEffect(effecting, pipeline)];
  const named = pipeline.namedBy(consumes);
  const earlier = pipeline.effecting.find(
    ({ role, name }) => name === named?.name && pipeline.followersOf(role).has(effecting.role),
  );
  if (earlier === undefined) return [];
  const following = pipeline.way.filter(({ stage }) => earlier.stage.announces.includes(stage.consumes));
  return [
    // Of a stage that calls it is told by the rule that its rows are announced.
    ...(earlier.stage.calls === undefined ? [getsEvent(earlier, following)] : []),
    rowGetsEffect(earlier, effecting),
  ];
};

const announcedOf = (pipeline: Pipeline, effecting: Effecting): readonly Invariant[] => {
  const { announces, calls } = effecting.stage;
  if (calls === undefined) return announces.length === 0 ? [] : [isAnnouncedByWriter(effecting)];
  const naming = announces.filter((type) => pipeline.namedBy(type)?.name === effecting.name);
  return naming.length === 0 ? [] : [isAnnouncedByCaller(effecting, naming)];
};

const known = new WeakMap<Pipeline, readonly Invariant[]>();

const made = (pipeline: Pipeline): readonly Invariant[] => {
  const onTheWay = pipeline.effecting;
  const backwards = onTheWay.toReversed();
  return uniqueBy(
    [
      markFollowsEffect,
      ...backwards.flatMap(oneActiveOf),
      ...backwards.flatMap((each) => hasOf(pipeline, each)),
      idsAgree,
      announcedMeansCommitted,
      noEventLost,
      deadLetterOnce,
      messagesHonourContract,
      callsHonourContract,
      ...onTheWay.flatMap((each) => getsOf(pipeline, each)),
      ...onTheWay.flatMap((each) => announcedOf(pipeline, each)),
      eventGetsMarked,
      groupsDrain,
    ],
    ({ id }) => id,
  );
};

/** Every invariant of a pipeline, in the order they are reported. The same for the same pipeline. */
export const invariantsOf = (pipeline: Pipeline): readonly Invariant[] => {
  let invariants = known.get(pipeline);
  if (invariants === undefined) known.set(pipeline, (invariants = made(pipeline)));
  return invariants;
};
