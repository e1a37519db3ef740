import type { CauseRule } from '../types.ts';

export const topicMissing: CauseRule = {
  id: 'topic-missing',
  prove: ({ topics }) => {
    if (topics.missing.length === 0) return undefined;
    const names = topics.missing.join(' and ');
    return {
      message: `the topic ${names} does not exist, and the broker makes none by itself`,
      evidence: topics.evidence,
    };
  },
};
