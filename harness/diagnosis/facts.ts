/** What the history says about one payment at the moment of observation: the answers from which causes are concluded. */
import { isComplete } from '../history/completeness.ts';
import type { BarrierSource, Subject } from '../history/events.ts';
import type { Call, History } from '../history/history.ts';
import { isThere } from '../history/groups.ts';
import { isOwed } from '../pipeline/queries.ts';
import { callsOfStage } from '../history/subjects.ts';
import { stageFactsOf } from './stage.ts';
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
  const isLost = stage.events.every(({ record }) => isThere(history, record) === 'no');
  return isLost && !isTaken(stage) && !topics.missing.includes(stage.topic) ? { ...stage, events: [] } : stage;
};

/** Has the payment come to the stage? A call shows that its event was there, also where its record has not been read yet. */
const hasCome = (history: History, stage: StageFacts): boolean =>
  stage.events.length > 0 || stage.effects.length > 0 || (stage.calls.length > 0 && !isComplete(history, 'kafka'));

/** Did the stage have an effect of which the next is not told: one that a person is to decide on? */
const rests = ({ pipeline }: History, { role, effects }: StageFacts): boolean => {
  const entity = pipeline.effectOf(pipeline.stage(role).consumes);
  return entity !== undefined && effects.length > 0 && effects.every(({ values }) => !isOwed(entity, values));
};

const placeOf = (history: History, stages: readonly StageFacts[]): Facts['at'] => {
  const at = stages.findLastIndex((stage) => hasCome(history, stage));
  const stage = stages[at];
  if (stage === undefined) return 'not-begun';
  const isThrough = at === stages.length - 1 ? stage.effects.length > 0 : rests(history, stage);
  return isThrough ? 'done' : at;
};

/** Topics that do not exist and that the payment is not past. */
const missingFor = (history: History, topics: TopicFacts, stages: readonly StageFacts[]): readonly string[] =>
  stages
    .filter(
      (stage, i) =>
        !isTaken(stage) && stage.effects.length === 0 && !stages.slice(i + 1).some((later) => hasCome(history, later)),
    )
    .map(({ topic }) => topic)
    .filter((topic) => topics.missing.includes(topic))
    .toReversed();

/** Reads the facts about one payment from a history that ends at the moment of observation. */
export const factsOf = (history: History, subject: Subject): Facts => {
  const topics = topicsAt(history);
  const [first, ...others] = history.pipeline.effecting.map((effecting) =>
    withoutLost(history, topics, stageFactsOf(history, subject, effecting)),
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

/** Is it at the last of its way? */
export const isAtLast = ({ stages, at }: Facts): boolean => at === stages.length - 1;

/** The stages that follow this one. */
export const laterThan = ({ stages }: Facts, stage: StageFacts): readonly StageFacts[] =>
  stages.slice(stages.indexOf(stage) + 1);
