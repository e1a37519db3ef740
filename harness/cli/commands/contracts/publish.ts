/** `faultline contracts publish`: pacts to the broker. */
import { EXIT, FaultlineError } from '../../../base/errors.ts';
import { redact } from '../../../base/redact.ts';
import { brokerFrom } from '../../../pact/broker/broker.ts';
import type { BrokerOptions } from '../../../pact/broker/broker.ts';
import { choosePacts, readPacts } from '../../../pact/broker/pact-files.ts';
import { publishPacts } from '../../../pact/broker/publish.ts';
import type { Publication } from '../../../pact/broker/publish.ts';
import { counted } from '../../../reporters/style.ts';
import type { Command } from '../../context.ts';
import { writeLines } from '../../io.ts';
import { pactsFolder } from './pacts-folder.ts';
import { versionsOf } from './versions.ts';

export interface PublishArguments {
  /** Folder, relative to the current directory; undefined: the configuration's. */
  readonly pacts: string | undefined;
  /** Names at the broker; all when empty. */
  readonly consumers: readonly string[];
  readonly consumerVersion: string | undefined;
  readonly branch: string | undefined;
  readonly tags: readonly string[];
  readonly buildUrl: string | undefined;
  readonly allowDirty: boolean;
  readonly dryRun: boolean;
  readonly broker: BrokerOptions;
}

interface Planned extends Publication {
  readonly file: string;
  readonly workers: string;
  readonly dirty: boolean;
}

const describe = (planned: Planned, tags: readonly string[]): string => {
  const about = [
    planned.branch === undefined ? 'no branch' : `branch ${planned.branch}`,
    ...(tags.length === 0 ? [] : [`tags ${tags.join(', ')}`]),
    `${planned.file}, made by the workers ${planned.workers}`,
  ];
  return `${planned.consumer} ${planned.version} → ${planned.provider} (${about.join('; ')})`;
};

const checkTags = (tags: readonly string[]): void => {
  const wrong = tags.find((tag) => tag.trim() === '' || tag.includes(','));
  if (wrong !== undefined)
    throw new FaultlineError('usage', `--tag ${wrong} is not allowed`, 'Give one name a time: --tag a --tag b.');
};

/** The broker's address for a dry run, which needs none. */
const addressOf = (options: BrokerOptions, env: Readonly<Record<string, string | undefined>>): string =>
  (options.url ?? env['PACT_BROKER_BASE_URL'] ?? '') === ''
    ? 'no broker yet (PACT_BROKER_BASE_URL is not set)'
    : brokerFrom(options, env).url;

export const publish: Command<[PublishArguments]> = async ({ io }, given) => {
  checkTags(given.tags);
  const pacts = choosePacts(readPacts(await pactsFolder(io, given.pacts)), given.consumers);
  const versions = await versionsOf(io, pacts, {
    version: given.consumerVersion,
    branch: given.branch,
    option: '--consumer-version',
    allowDirty: given.allowDirty || given.dryRun,
  });
  const plan = pacts.map((pact): Planned => {
    const version = versions.get(pact);
    return {
      consumer: pact.publishedAs,
      provider: pact.provider,
      version: version?.number ?? '',
      branch: version?.branch,
      document: pact.document,
      file: pact.file,
      workers: pact.workers,
      dirty: version?.dirty === true,
    };
  });
  const write = (line: string): void => writeLines(io.stdout, redact(line));
  if (plan.some(({ dirty }) => dirty))
    io.stderr.write('warning: the worktree has changes that are not committed; the version does not describe them\n');
  if (plan.some(({ branch }) => branch === undefined))
    io.stderr.write('warning: no branch (HEAD is detached, or the version was given): name it with --branch\n');
  if (given.dryRun) {
    write(`would publish to ${addressOf(given.broker, io.env)}; nobody was contacted`);
    for (const planned of plan) write(`  ${describe(planned, given.tags)}`);
    if (given.buildUrl !== undefined) write(`  build ${given.buildUrl}`);
    return EXIT.ok;
  }
  const broker = brokerFrom(given.broker, io.env);
  const published = await publishPacts(broker, plan, { tags: given.tags, buildUrl: given.buildUrl, env: io.env });
  write(`${counted(published.length, 'pact')} at ${broker.url}`);
  for (const [i, { outcome }] of published.entries()) {
    const planned = plan[i];
    if (planned !== undefined) write(`  ${outcome.padEnd(9)}  ${describe(planned, given.tags)}`);
  }
  return EXIT.ok;
};
