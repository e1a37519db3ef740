import { ALL_SOURCES } from '../facts.ts';
import type { CauseRule } from '../types.ts';

export const topicMissing: CauseRule = {
  id: 'topic-missing',
  prove: ({ topics, missing, stages }) => {
    const first = stages.find(({ topic }) => missing.includes(topic));
    if (first === undefined) return undefined;
    const names = missing.join(' and ');
    return {
      message: `the topic ${names} does not exist, and the broker makes none by itself`,
      evidence: topics.evidenceOf(missing),
      // Whatever shows that the payment is past it may stand in any of them.
      restsOn: ALL_SOURCES,
      // It is missing whatever its service was asked.
      standsWithout: ['admin-service'],
      stage: first,
    };
  },
};
