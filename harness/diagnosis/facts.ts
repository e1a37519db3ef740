/** What the history says about one payment at the moment of observation: the answers from which causes are concluded. */
import { isComplete } from '../history/completeness.ts';
import type { BarrierSource, Subject } from '../history/events.ts';
import type { Call, History } from '../history/history.ts';
import { isThere } from '../history/groups.ts';
import { isOwed } from '../pipeline/queries.ts';
import { callsOfStage } from '../history/subjects.ts';
import type { Cause } from '../history/verdict.ts';
import { stageFactsOf, withoutEvents } from './stage.ts';
import type { StageFacts } from './stage.ts';
import { strayCallsSince } from './stray-calls.ts';
import { topicsAt } from './topics.ts';
import type { TopicFacts } from './topics.ts';

export interface Facts {
  readonly history: History;
  readonly subject: Subject;
  readonly topics: TopicFacts;
  /** Topics that do not exist and that the payment is not past, the last of its way first. */
  readonly missing: readonly string[];
  /** In the order of the way. */
  readonly stages: readonly [StageFacts, ...StageFacts[]];
  /**
   * How far the payment has got: the place of the stage whose step is its next. It is done when the last stage had its
   * effect, or an earlier one an effect of which nobody is told, and not begun when nothing of it is there.
   */
  readonly at: 'not-begun' | number | 'done';
  /** Calls since the event of which nothing tells whose they are: with one of them no call is known to be absent. */
  readonly strayCallsOf: (stage: StageFacts) => readonly Call[];
}

/** Conclusions that all answers must agree to rest on every source. */
export const ALL_SOURCES: readonly BarrierSource[] = ['postgres', 'kafka', 'offsets', 'admin-service'];

const isTaken = ({ taken }: StageFacts): boolean => taken.length > 0;

/**
 * The stage without an event that was never taken and lay in a topic that is deleted and made anew since: it is not there.
 * Where the topic is missing that is what is told.
 */
const withoutLost = (history: History, topics: TopicFacts, stage: StageFacts): StageFacts => {
  const isLost = stage.events.length > 0 && stage.events.every(({ record }) => isThere(history, record) === 'no');
  return isLost && !isTaken(stage) && !topics.missing.includes(stage.topic) ? withoutEvents(stage) : stage;
};

/** Has the payment come to the stage? A call shows that its event was there, also where its record has not been read yet. */
const hasCome = (history: History, stage: StageFacts): boolean =>
  stage.events.length > 0 || stage.effects.length > 0 || (stage.calls.length > 0 && !isComplete(history, 'kafka'));

/** Did the stage have an effect of which the next is not told: one that a person is to decide on? */
const rests = ({ entity, effects }: StageFacts): boolean =>
  entity !== undefined && effects.length > 0 && effects.every(({ values }) => !isOwed(entity, values));

const isLast = (history: History, { role }: StageFacts): boolean => history.pipeline.followersOf(role).size === 0;

/** Does nothing more follow from it: at the last of its way, or where a person is to decide? */
const isDone = (history: History, stage: StageFacts): boolean =>
  isLast(history, stage) ? stage.isThrough : rests(stage);

/**
 * The last stage that the payment has come to. Where ways part, one that is not done goes before one that is: of stages
 * that do not follow from each other each has its own event to work on.
 */
const placeOf = (history: History, stages: readonly StageFacts[]): Facts['at'] => {
  const come = stages.filter((stage) => hasCome(history, stage));
  const furthest = come.filter(({ role }) => !come.some((other) => history.pipeline.followersOf(role).has(other.role)));
  const last = furthest.at(-1);
  if (last === undefined) return 'not-begun';
  const open = furthest.findLast((stage) => !isDone(history, stage));
  return open === undefined ? 'done' : stages.indexOf(open);
};

/** Topics that do not exist and that the payment is not past. */
const missingFor = (history: History, topics: TopicFacts, stages: readonly StageFacts[]): readonly string[] => {
  // So it is with most, and then nothing need be asked of any payment.
  if (topics.missing.length === 0) return topics.missing;
  return stages
    .filter(
      (stage) =>
        topics.missing.includes(stage.topic) &&
        !isTaken(stage) &&
        stage.effects.length === 0 &&
        !stages.some((later) => history.pipeline.followersOf(stage.role).has(later.role) && hasCome(history, later)),
    )
    .map(({ topic }) => topic)
    .toReversed();
};

/** Reads the facts about one payment from a history that ends at the moment of observation. */
export const factsOf = (history: History, subject: Subject): Facts => {
  const topics = topicsAt(history);
  const [first, ...others] = history.pipeline.way.map((onTheWay) =>
    withoutLost(history, topics, stageFactsOf(history, subject, onTheWay)),
  );
  if (first === undefined) throw new Error('a pipeline has a stage');
  const stages = [first, ...others] as const;
  return {
    history,
    subject,
    topics,
    missing: missingFor(history, topics, stages),
    stages,
    at: placeOf(history, stages),
    strayCallsOf: ({ role, events }) => callsOfStage(history, role, strayCallsSince(history, subject, events[0])),
  };
};

/** The stage that the payment is at. */
export const currentStage = ({ stages, at }: Facts): StageFacts =>
  (at === 'not-begun' ? undefined : stages.at(at === 'done' ? -1 : at)) ?? stages[0];

/** The stage that a cause of this payment speaks of: by its role, as several stages may bring about the same. */
export const checkedStage = ({ stages }: Facts, { checked }: Pick<Cause, 'checked'>): StageFacts =>
  stages.find(({ role }) => role === checked?.role) ?? stages[0];

/** Is it at the last of its way? */
export const isAtLast = ({ history, stages, at }: Facts): boolean => {
  const stage = typeof at === 'number' ? stages[at] : undefined;
  return stage !== undefined && isLast(history, stage);
};

/** The stages that follow from this one. */
export const laterThan = ({ history, stages }: Facts, { role }: StageFacts): readonly StageFacts[] =>
  stages.filter((stage) => history.pipeline.followersOf(role).has(stage.role));
