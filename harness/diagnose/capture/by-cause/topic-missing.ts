/** The topic is not there when its consumers start, and not when it is written to. */
import type { Condition } from '../../../history/conditions.ts';
import type { StageFacts } from '../../../diagnosis/stage.ts';
import { whereTopicIsMissing } from '../../../scenario/templates.ts';
import type { FaultSpec, Step } from '../../../scenario/types.ts';
import { beganBy, beginWith } from '../begin.ts';
import { always } from '../forcing.ts';
import type { Force } from '../forcing.ts';
import type { Situation } from '../situation.ts';

/** Those that read a topic which is not there, in the order of the way. */
const readers = ({ facts: { stages, missing } }: Situation): readonly StageFacts[] =>
  stages.filter(({ topic }) => missing.includes(topic));

const metBy = ({ role, topic }: StageFacts): Condition => ({ met: { worker: role, topic } });

/** A payment comes once who reads the topic, however long it takes to start, has met that it is missing. */
const waiting = (stages: readonly StageFacts[]): readonly Step[] =>
  stages.map((stage): Step => ({ do: 'wait', until: metBy(stage) }));

export const forceTopicMissing: Force = (situation, cause) => {
  const { pipeline } = situation;
  const without = readers(situation);
  const [first] = without;
  if (first === undefined) return { unforced: 'no worker reads the topic that is missing' };
  const begins = beganBy(situation, first.role);
  if (typeof begins !== 'string') return begins;
  const topics = [...new Set(without.map(({ topic }) => topic))];
  const common = {
    faults: topics.map((topic): FaultSpec => ({ kind: 'topic-missing', topic, heal: 'restart-consumers' })),
    // Whoever reads it may die of that.
    during: [always({ id: cause.id }, { id: 'worker-not-running', consequenceOf: cause.id, optional: true })],
  } as const;
  if (pipeline.topicOf(begins) !== undefined && topics.includes(pipeline.topicOf(begins) ?? ''))
    return {
      ...common,
      act: waiting(without),
      observeUntil: { all: without.map(metBy) },
      heal: [beginWith(situation, begins)],
      otherwise: [`${begins} is told once its topic is there: nobody can tell it before`],
    };
  return {
    ...common,
    act: [...waiting(without), beginWith(situation, begins)],
    observeUntil: whereTopicIsMissing(pipeline, first.role) ?? { all: without.map(metBy) },
  };
};
