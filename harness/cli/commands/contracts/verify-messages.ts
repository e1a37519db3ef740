/** `faultline contracts verify --messages`: what real workers write is held against the pacts, and what these show is really read. */
import { readFileSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { EXIT, FaultlineError } from '../../../base/errors.ts';
import { loadConfig } from '../../../config/load.ts';
import type { WorkerSet } from '../../../config/types.ts';
import { findWorkerSet } from '../../../config/worker-sets.ts';
import { readJson } from '../../../contract/json.ts';
import { parsePact } from '../../../contract/pact.ts';
import type { Pact } from '../../../contract/pact.ts';
import type { EnvironmentChoice } from '../../../environment/start.ts';
import { brokerFrom } from '../../../pact/broker/broker.ts';
import type { BrokerOptions } from '../../../pact/broker/broker.ts';
import { versionOf } from '../../../pact/broker/commit.ts';
import { pipelineOf } from '../../../pipeline/queries.ts';
import { openBench } from '../../../pact/consumer/bench.ts';
import { verifyMessages } from '../../../pact/consumer/verify-messages.ts';
import type { MessageResult } from '../../../pact/consumer/verify-messages.ts';
import { checkStartable } from '../../../run/check-startable.ts';
import type { Command } from '../../context.ts';
import { writeLines } from '../../io.ts';
import { interruptible } from './interruptible.ts';
import { createProgress } from '../../progress.ts';
import { pactsFolder } from './pacts-folder.ts';
import { distinctMessages, messagePactsAt, publishMessageResults, refuseReference } from './message-publication.ts';

/** Options of `verify`; those of the HTTP verification must not be there. */
export interface VerifyMessagesOptions {
  readonly messages: boolean;
  /** Folder of the pact files, relative to the current directory; left out: the configuration's. */
  readonly pacts?: string;
  readonly workers?: string;
  readonly provider?: string;
  readonly providerUrl?: string;
  readonly stateUrl?: string;
  readonly against?: string;
  /** Where Kafka and PostgreSQL come from. */
  readonly env: EnvironmentChoice;
  readonly publish: boolean;
  readonly providerVersion?: string;
  readonly branch?: string;
  readonly tag: readonly string[];
  readonly buildUrl?: string;
  readonly allowDirty: boolean;
  readonly broker: BrokerOptions;
}

const check = ({ messages, provider, providerUrl, stateUrl, against }: VerifyMessagesOptions): void => {
  if (!messages)
    throw new FaultlineError(
      'usage',
      '--workers is for --messages: a service has no workers',
      'Add --messages, or leave --workers out.',
    );
  const others = {
    '--provider': provider,
    '--provider-url': providerUrl,
    '--state-url': stateUrl,
    '--against': against,
  };
  const wrong = Object.entries(others).find(([, value]) => value !== undefined)?.[0];
  if (wrong !== undefined)
    throw new FaultlineError(
      'usage',
      `${wrong} is about a service and cannot be given with --messages`,
      'Verify the two one after the other.',
    );
};

const pactsIn = (folder: string): readonly Pact[] => {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.json'))
      .toSorted()
      .map((name) => parsePact(readJson(readFileSync(join(folder, name), 'utf8')), name));
  } catch (error) {
    if (error instanceof FaultlineError) throw error;
    throw new FaultlineError(
      'usage',
      `the pacts in ${folder} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      'Name the folder with the pacts in --pacts; `faultline contracts generate` makes them.',
    );
  }
};

const linesOf = (
  { consumer, provider, description, side, passed, problems, notes }: MessageResult,
  isStage: (name: string) => boolean,
): readonly string[] => {
  const writer = isStage(provider) ? provider : `Faultline, for ${provider},`;
  const what = side === 'provider' ? `${writer} writes it` : `${consumer} reads it`;
  return [`${passed ? '✓' : '✗'} ${description}: ${what}`, ...[...problems, ...notes].map((line) => `    ${line}`)];
};

interface Publication {
  readonly messages: readonly Pact[];
  tell(results: readonly MessageResult[]): Promise<readonly string[]>;
}

/** Everything that can be wrong with broker and version is found before a worker is started. */
const preparePublication = async (
  env: Readonly<Record<string, string | undefined>>,
  workers: WorkerSet,
  options: VerifyMessagesOptions,
): Promise<Publication> => {
  refuseReference(workers);
  const broker = brokerFrom(options.broker, env);
  const { number, branch } = await versionOf(
    {
      folder: workers.workers[0]?.cwd ?? '.',
      version: options.providerVersion,
      branch: options.branch,
      option: '--provider-version',
      allowDirty: options.allowDirty,
    },
    env,
  );
  const pacts = await messagePactsAt(broker, workers, branch);
  const version = { providerVersion: number, branch, tags: options.tag, buildUrl: options.buildUrl };
  return {
    messages: distinctMessages(pacts),
    tell: (results) => publishMessageResults(broker, pacts, results, version),
  };
};

export const verifyMessageContracts: Command<[VerifyMessagesOptions]> = async (context, options) => {
  const { io } = context;
  check(options);
  const config = await loadConfig({ cwd: io.cwd });
  const workers = await findWorkerSet(config, options.workers, io.cwd);
  checkStartable(config, workers, io.env);
  const publication = options.publish ? await preparePublication(io.env, workers, options) : undefined;
  const folder = await pactsFolder(io, options.pacts);
  const pacts = publication?.messages ?? pactsIn(folder);
  const progress = createProgress(io.stderr);
  const bench = await openBench({
    config,
    workers,
    environment: options.env,
    env: io.env,
    progress: progress.say,
  });
  const results = await interruptible(context, bench, async () => {
    progress.say('starting the workers');
    await bench.restart(bench.slot.workers.roles);
    return verifyMessages(bench, pacts, progress.say);
  }).finally(() => progress.clear());
  const failed = results.filter(({ passed }) => !passed).length;
  const { roles } = pipelineOf(workers.pipeline);
  writeLines(
    io.stdout,
    `The workers ${workers.name} and the messages of ${publication === undefined ? relative(io.cwd, folder) : 'the broker'}`,
    ...results.flatMap((result) => linesOf(result, (name) => roles.includes(name))),
    `${results.length - failed} of ${results.length} verified`,
  );
  writeLines(io.stdout, ...((await publication?.tell(results)) ?? []));
  return failed === 0 ? EXIT.ok : EXIT.failed;
};
