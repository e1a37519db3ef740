/** From the friendly form to the resolved one: checks it and applies the defaults. */
import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { FaultlineError } from '../base/errors.ts';
import { didYouMean } from '../base/nearest.ts';
import { packageRoot } from '../base/package-root.ts';
import { formatProblem, problemsOf } from '../base/problems.ts';
import type { Problem } from '../base/problems.ts';
import type { PipelineDeclaration } from '../pipeline/declaration.ts';
import { dataApart } from '../pipeline/code.ts';
import type { Apart } from '../pipeline/code.ts';
import { pipelineOf } from '../pipeline/queries.ts';
import { shippedPipeline } from '../pipeline/shipped.ts';
import { declarationProblems } from '../pipeline/validate.ts';
import { MISCONFIGURATIONS } from '../scenario/types.ts';
import { actProblems, actsAsDone, performersOf } from './acts.ts';
import type { ConfigInput, NamesInput, WorkerInput, WorkerSetInput } from './define.ts';
import { purchaseToTrainer } from '../../pipelines/purchase-to-trainer/pipeline.ts';
import { DEFAULT_EDITION, EDITIONS, referenceWorkers } from '../../pipelines/purchase-to-trainer/reference-workers.ts';
import { configSchemaOf } from './schema.ts';
import { schemaFiles } from './schema-files.ts';
import type { Config, SchemaSource, Stubs, WorkerConfig, WorkerNames, WorkerPart, WorkerSet } from './types.ts';

const DEFAULT_QUIET_MS = 150;
const DEFAULT_READY_TIMEOUT_MS = 30_000;
/** Documented workers finish the message in hand, back-off included: 28 s were seen. */
const DEFAULT_STOP_GRACE_MS = 35_000;

/** The reference workers, which are the shipped pipeline's. */
export { EDITIONS, referenceWorkers };
export type { Edition, ReferenceOverrides } from '../../pipelines/purchase-to-trainer/reference-workers.ts';

/** Folder of the reference workers' pacts, by which trials are judged where no other is named. */
export const SHIPPED_PACTS = join(packageRoot, 'contracts/pacts');

type Command = readonly [string, ...string[]];

const asCommand = ([program = '', ...rest]: readonly string[]): Command => [program, ...rest];

const misconfiguredOf = (worker: WorkerInput): WorkerConfig['misconfigured'] =>
  Object.fromEntries(
    MISCONFIGURATIONS.flatMap((setting) => {
      const env = worker.misconfigured?.[setting];
      return env === undefined ? [] : [[setting, env]];
    }),
  );

const namesOf = ({ group, topics = {} }: NamesInput): WorkerNames => ({
  ...(group === undefined ? {} : { group }),
  topics: Object.fromEntries(Object.entries(topics).filter(([, variable]) => variable !== undefined)),
});

/** What the sets of a configuration stand on. */
type Ground = Pick<Config, 'root' | 'pipeline' | 'stubs' | 'acts' | 'pactDeclarations'>;

/** The parts it plays, the one that gives it its name first. */
const partsOf = (
  { role, roles = [], consumerGroup }: WorkerInput,
  pipeline: PipelineDeclaration,
): readonly [WorkerPart, ...WorkerPart[]] => {
  const played = role === undefined ? roles : [role, ...roles.filter((other) => other !== role)];
  const [first, ...also] = played.map((each) => ({
    role: each,
    consumerGroup:
      (typeof consumerGroup === 'string' ? consumerGroup : consumerGroup?.[each]) ??
      pipelineOf(pipeline).stage(each).group,
  }));
  if (first === undefined) throw new Error('a worker without a part has passed the schema');
  return [first, ...also];
};

const resolveWorker = (worker: WorkerInput, { root, pipeline }: Ground): WorkerConfig => {
  const [first, ...also] = partsOf(worker, pipeline);
  return { ...first, ...(also.length === 0 ? {} : { also }), ...resolveProcess(worker, root) };
};

const resolveProcess = (worker: WorkerInput, root: string): Omit<WorkerConfig, keyof WorkerPart> => ({
  command: worker.command ?? [],
  ...(worker.image === undefined ? {} : { image: worker.image }),
  cwd: resolve(root, worker.cwd ?? '.'),
  env: worker.env ?? {},
  ready: {
    ...(worker.ready?.log === undefined ? {} : { log: worker.ready.log }),
    timeoutMs: worker.ready?.timeoutMs ?? DEFAULT_READY_TIMEOUT_MS,
  },
  restart: worker.restart ?? 'on-success',
  stopGraceMs: worker.stopGraceMs ?? DEFAULT_STOP_GRACE_MS,
  misconfigured: misconfiguredOf(worker),
  ...(worker.names === undefined ? {} : { names: namesOf(worker.names) }),
});

const resolveSet = (name: string, set: WorkerSetInput, ground: Ground): WorkerSet => ({
  name,
  pipeline: ground.pipeline,
  stubs: ground.stubs,
  acts: ground.acts,
  ...(ground.pactDeclarations === undefined ? {} : { pactDeclarations: ground.pactDeclarations }),
  workers: set.workers.map((worker) => resolveWorker(worker, ground)),
  quietMs: set.quietMs ?? DEFAULT_QUIET_MS,
  ...(set.patienceMs === undefined ? {} : { patienceMs: set.patienceMs }),
  ...(set.longestTimerMs === undefined ? {} : { longestTimerMs: set.longestTimerMs }),
  ...(set.pending === undefined ? {} : { pending: set.pending }),
  ...(set.note === undefined ? {} : { note: set.note }),
});

type SchemaInput = NonNullable<NonNullable<ConfigInput['database']>['schema']>;

const isFiles = (schema: SchemaInput): schema is string | readonly string[] =>
  typeof schema === 'string' || Array.isArray(schema);

const resolveSchema = (database: ConfigInput['database'], root: string): SchemaSource => {
  const schema = database?.schema ?? join(packageRoot, 'fixtures/schema.sql');
  if (isFiles(schema)) {
    const [file = '', ...further] = [schema].flat().map((path) => resolve(root, path));
    return { file, ...(further.length === 0 ? {} : { further }) };
  }
  return { command: asCommand(schema.command), cwd: resolve(root, schema.cwd ?? '.'), env: schema.env ?? {} };
};

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;

/** What the shape alone cannot tell: names and paths that must exist. Not the pacts: what judges reads them, and a command makes them. */
const referenceProblems = (input: ConfigInput, config: Config): Problem[] => {
  const problems: Problem[] = [];
  const sets = Object.keys(config.workerSets);
  if (sets.length === 0)
    problems.push({
      path: ['workers'],
      message: `must name a set: the reference workers play the parts of ${shippedPipeline.name} alone`,
    });
  else if (!sets.includes(config.defaultWorkers))
    problems.push({
      path: ['defaultWorkers'],
      message: `allowed: ${sets.join(', ')}${didYouMean(config.defaultWorkers, sets)}`,
    });
  const { schema } = config.database;
  if (input.database?.schema !== undefined)
    for (const file of schemaFiles(schema))
      if (!isFile(file))
        problems.push({ path: ['database', 'schema'], message: `must be an SQL file; there is none at ${file}` });
  config.scenarios.forEach((directory, i) => {
    if (!existsSync(directory) || !statSync(directory).isDirectory())
      problems.push({ path: ['scenarios', i], message: `must be a directory; there is none at ${directory}` });
  });
  return problems;
};

/** A service that nothing stands for: workers would call nobody. */
const stubProblems = ({ services }: PipelineDeclaration, stubs: Stubs): readonly Problem[] =>
  Object.keys(services).flatMap((name) =>
    Object.hasOwn(stubs, name)
      ? []
      : [
          {
            path: ['pipeline', 'services', name, 'stub'],
            message:
              "must be there: what stands for it, such as [http.post('/reservations', () => HttpResponse.json({}))], with http and HttpResponse from msw",
          },
        ],
  );

const SHIPPED_ACTS = dataApart(purchaseToTrainer).acts;

/** With the configuration's own handlers in front. Services have been checked to be there. */
const withHandlers = (stubs: Apart['stubs'], services: ConfigInput['services'] = {}): Stubs => ({
  ...stubs,
  ...Object.fromEntries(
    Object.entries(services).flatMap(([name, { handlers }]) => {
      const otherwise = stubs[name];
      return otherwise === undefined ? [] : [[name, { handlers, otherwise }] as const];
    }),
  ),
});

const invalid = (file: string | null, problems: readonly Problem[], value: unknown): FaultlineError =>
  new FaultlineError(
    'config',
    [`${file ?? 'the configuration'} is not valid:`, ...problems.map((p) => `  ${formatProblem(p, value)}`)].join('\n'),
    'Correct these keys and run it again.',
  );

const ownPipelineIn = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && 'pipeline' in value ? value.pipeline : undefined;

/**
 * A configuration with its defaults. `root` is the directory that relative paths start from, `file` where the value
 * came from (null: built-in). Errors: one FaultlineError 'config' that lists everything wrong.
 */
export const resolveConfig = (value: unknown, root: string, file: string | null): Config => {
  const refuse = (problems: readonly Problem[]): void => {
    if (problems.length > 0) throw invalid(file, problems, value);
  };
  const given = ownPipelineIn(value);
  if (typeof given === 'string')
    refuse([
      {
        path: ['pipeline'],
        message:
          'must be the declaration itself, not its name: import the value that definePipeline made; one that comes with Faultline is run with --pipeline NAME',
      },
    ]);
  refuse(
    given === undefined
      ? []
      : declarationProblems(given).map(({ path, message }) => ({ path: ['pipeline', ...path], message })),
  );
  const apart = dataApart((given as PipelineDeclaration | undefined) ?? purchaseToTrainer);
  const performers = { own: apart.acts, shipped: SHIPPED_ACTS };
  // The one that is shipped is one value, wherever it comes from.
  const pipeline = given === undefined ? shippedPipeline : actsAsDone(apart.declaration, performers);
  const acts = performersOf(pipeline, performers);
  refuse([...stubProblems(pipeline, apart.stubs), ...actProblems(pipeline, acts)]);
  refuse(problemsOf(configSchemaOf(pipelineOf(pipeline)), value));
  const input = value as ConfigInput;
  const stubs = withHandlers(apart.stubs, input.services);
  const own = Object.entries(input.workers ?? {});
  // They play the parts of the shipped one.
  const reference = given === undefined ? EDITIONS.map((edition) => [edition, referenceWorkers(edition)] as const) : [];
  const ground: Ground = {
    root,
    pipeline,
    stubs,
    acts,
    ...(apart.pacts === undefined ? {} : { pactDeclarations: apart.pacts }),
  };
  const config: Config = {
    ...ground,
    file,
    // A set of the project's own may take the name of a reference set.
    workerSets: Object.fromEntries([...reference, ...own].map(([name, set]) => [name, resolveSet(name, set, ground)])),
    defaultWorkers: input.defaultWorkers ?? own[0]?.[0] ?? DEFAULT_EDITION,
    database: { schema: resolveSchema(input.database, root) },
    scenarios: (input.scenarios ?? []).map((directory) => resolve(root, directory)),
    pacts: input.pacts === undefined ? (given === undefined ? SHIPPED_PACTS : null) : resolve(root, input.pacts),
    ...(input.pacts === undefined ? {} : { ownPacts: resolve(root, input.pacts) }),
    ...(input.external === undefined ? {} : { external: input.external }),
    ...(input.live === undefined ? {} : { live: input.live }),
  };
  refuse(referenceProblems(input, config));
  return config;
};
