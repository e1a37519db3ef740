/** Workers whose topics and groups have a prefix on the broker: told so by the variables that their configuration names. */
import { FaultlineError } from '../base/errors.ts';
import { pipelineOf } from '../pipeline/queries.ts';
import type { Pipeline } from '../pipeline/queries.ts';
import type { Topic } from '../pipeline/vocabulary.ts';
import { MISCONFIGURATIONS } from '../scenario/types.ts';
import type { Misconfiguration } from '../scenario/types.ts';
import { consumerGroupsOf, partsOf } from './parts.ts';
import type { WorkerConfig, WorkerSet } from './types.ts';

/** Every topic that a worker of this role reads or writes. */
const topicsOf = ({ stage, topicOf, deadLetterTopic }: Pipeline, worker: WorkerConfig): readonly Topic[] => {
  const types = partsOf(worker).flatMap(({ role }) => [stage(role).consumes, ...stage(role).announces]);
  return [...new Set<Topic>([...types.flatMap((type) => topicOf(type) ?? []), deadLetterTopic])];
};

/** A wrong setting by a variable that gets no prefix would lead into a topic or a group of somebody else's. */
const missingWhenWrong = (pipeline: Pipeline, { role, names, misconfigured }: WorkerConfig): readonly string[] => {
  const variables: Readonly<Record<Misconfiguration, string | undefined>> = {
    'wrong-topic': names?.topics[pipeline.consumedTopic(role)],
    'new-group': names?.group,
  };
  return MISCONFIGURATIONS.flatMap((setting) => {
    const [env, variable] = [misconfigured[setting], variables[setting]];
    return env === undefined || variable === undefined || env[variable] !== undefined
      ? []
      : [`${variable} under misconfigured['${setting}']`];
  });
};

/** What a worker would still call by its real name. */
const missingOf = (pipeline: Pipeline, worker: WorkerConfig): readonly string[] => [
  ...(worker.names?.group === undefined ? ['names.group'] : []),
  ...(consumerGroupsOf([worker]).length > 1 ? ['one consumerGroup for both parts, which one variable can name'] : []),
  ...topicsOf(pipeline, worker)
    .filter((topic) => worker.names?.topics[topic] === undefined)
    .map((topic) => `names.topics['${topic}']`),
  ...missingWhenWrong(pipeline, worker),
];

const variableFor = (topic: string): string => `${topic.toUpperCase().replaceAll(/[^A-Z0-9]+/g, '_')}_TOPIC`;

const requireNames = ({ name, workers, pipeline }: WorkerSet, prefix: string): void => {
  const lacking = workers.flatMap((worker) => {
    const missing = missingOf(pipelineOf(pipeline), worker);
    return missing.length === 0 ? [] : [`  ${worker.role}: ${missing.join(', ')}`];
  });
  if (lacking.length === 0) return;
  const { roles, consumedTopic } = pipelineOf(pipeline);
  const example = consumedTopic(roles.at(-1) ?? '');
  throw new FaultlineError(
    'config',
    [
      `with the prefix ${prefix} the workers ${name} must be told what their topics and groups are called, and their configuration does not say how:`,
      ...lacking,
    ].join('\n'),
    'Name the variable a worker reads each of them from, e.g. ' +
      `names: { group: 'CONSUMER_GROUP', topics: { '${example}': '${variableFor(example)}' } }; ` +
      'a worker that reads none needs a cluster of its own, without external.kafka.prefix.',
  );
};

/** Then names with the prefix and without could not be told apart. */
const requireNoneBegins = ({ name, workers }: WorkerSet, prefix: string): void => {
  const group = consumerGroupsOf(workers).find((one) => one.startsWith(prefix));
  if (group === undefined) return;
  throw new FaultlineError(
    'config',
    `the prefix ${prefix} is what a group of the workers ${name} begins with: ${group}`,
    'Give a prefix that no name of the pipeline or of the cluster begins with, such as your name or the build: ci-4711.',
  );
};

const prefixed = (worker: WorkerConfig, prefix: string): WorkerConfig => {
  const { group, topics = {} } = worker.names ?? {};
  const named = new Map([
    ...(group === undefined ? [] : [[group, worker.consumerGroup] as const]),
    ...Object.entries(topics).map(([topic, variable]) => [variable, topic] as const),
  ]);
  const under = (env: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
    Object.fromEntries(Object.entries(env).map(([name, value]) => [name, named.has(name) ? prefix + value : value]));
  return {
    ...worker,
    // What the configuration itself says is called so too; what the shell happens to say is not asked.
    env: under({ ...Object.fromEntries(named), ...worker.env }),
    misconfigured: Object.fromEntries(
      Object.entries(worker.misconfigured).map(([setting, env]) => [setting, under(env)]),
    ),
  };
};

/**
 * The set as it runs under a prefix; the same set when that is empty. Errors: one FaultlineError 'config' that names every
 * worker that cannot be told, and what it lacks.
 */
export const underPrefix = (set: WorkerSet, prefix: string): WorkerSet => {
  if (prefix === '') return set;
  requireNames(set, prefix);
  requireNoneBegins(set, prefix);
  return { ...set, prefix, workers: set.workers.map((worker) => prefixed(worker, prefix)) };
};
