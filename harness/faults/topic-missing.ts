import type { Pipeline } from '../pipeline/queries.ts';
import type { Topic, WorkerRole } from '../pipeline/vocabulary.ts';
import type { Fault } from './types.ts';

const consumersOf = ({ roles, consumedTopic }: Pipeline, topic: Topic): readonly WorkerRole[] =>
  roles.filter((role) => consumedTopic(role) === topic);

/** The topic does not exist when its consumers start, and not when it is written to. */
export const topicMissing: Fault<'topic-missing'> = {
  kind: 'topic-missing',
  // Offsets begin again: whatever a worker keeps by position, in tables of its own, would meet the earlier ones.
  touches: 'everything',
  target: ({ topic }) => topic,
  about: ({ topic }, pipeline) => ({ workers: consumersOf(pipeline, topic), topic, disturbs: 'topic' }),
  healing: ({ topic, heal }) =>
    heal === 'create-only'
      ? `create topic ${topic}`
      : `stop the consumers of ${topic}, create it, commit offset 0 for their groups, start them`,
  inject: async ({ topic, heal }, { workers, topics, fired }) => {
    const consumers = topics.consumersOf(topic);
    await Promise.all(consumers.map((role) => workers.stop(role)));
    await topics.remove(topic);
    fired(`topic ${topic} does not exist`);
    // They may die of it: that is the scenario, so nobody waits for them to become ready.
    await Promise.all(consumers.map((role) => workers.start(role, { ready: 'none' })));
    return {
      heal: async () => {
        if (heal === 'create-only') return topics.create(topic);
        await Promise.all(consumers.map((role) => workers.stop(role)));
        await topics.create(topic);
        await Promise.all(consumers.map((role) => topics.commitBeginning(role)));
        await Promise.all(consumers.map((role) => workers.startAgain(role)));
      },
    };
  },
};
