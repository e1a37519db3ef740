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
import { isAnnouncedByCaller, namingOf } from './is-announced-by-caller.ts';
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
  ...(effecting.entity.requires === undefined ? [] : [hasRequired(pipeline, effecting, effecting.entity.requires)]),
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
    // Of a stage whose service makes its rows it is told by the rule that its rows are announced.
    ...(pipeline.isMadeByService(earlier.stage) ? [] : [getsEvent(earlier, following)]),
    rowGetsEffect(earlier, effecting),
  ];
};

/** Two that are told as one: of rows that a service makes for one stage, and that another writes itself. */
const asOne = (all: readonly Invariant[]): readonly Invariant[] => {
  const [first, second] = all;
  if (first === undefined || second === undefined) return all;
  const check: Invariant['check'] = (history, contract) => {
    const [a, b] = [first.check(history, contract), second.check(history, contract)];
    return {
      violations: [...a.violations, ...b.violations],
      undecided: a.undecided ?? b.undecided ?? [],
      notes: [...(a.notes ?? []), ...(b.notes ?? [])],
    };
  };
  return [{ ...first, check }];
};

/** What those who bring about rows of an entity announce of them. */
const announcedOf = (pipeline: Pipeline, { name }: Effecting): readonly Invariant[] => {
  const makers = pipeline.makersOf(name);
  const writers = makers.filter(({ stage }) => !pipeline.isMadeByService(stage) && stage.announces.length > 0);
  const callers = makers.filter((each) => pipeline.isMadeByService(each.stage) && namingOf(pipeline, each).length > 0);
  const [[writer], [caller]] = [writers, callers];
  return asOne([
    ...(writer === undefined ? [] : [isAnnouncedByWriter(writer, writers)]),
    ...(caller === undefined
      ? []
      : [isAnnouncedByCaller(caller, [...new Set(callers.flatMap((each) => namingOf(pipeline, each)))])]),
  ]);
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
