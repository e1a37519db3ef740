/** Asking the broker whether a version may be deployed, and telling it that one is. */
import { tmpdir } from 'node:os';
import { z } from 'zod';
import { FaultlineError } from '../../base/errors.ts';
import type { Broker } from './broker.ts';
import { ask, indexOf, needLink } from './http.ts';
import { complaintOf, pactCli } from './pact-cli.ts';

export interface Pacticipant {
  /** Name at the broker. */
  readonly name: string;
  readonly version: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

export interface MatrixRow {
  readonly consumer: string;
  readonly consumerVersion: string;
  readonly provider: string;
  /** null: no version of the provider is deployed there, or none verified the pact. */
  readonly providerVersion: string | null;
  readonly verified: 'yes' | 'failed' | 'not yet';
}

export interface DeployAnswer {
  readonly pacticipant: Pacticipant;
  /** unknown: a verification result is missing. */
  readonly deployable: 'yes' | 'no' | 'unknown';
  /** The broker's own words, a reason a line. */
  readonly reason: string;
  readonly rows: readonly MatrixRow[];
}

const side = z.looseObject({ name: z.string(), version: z.looseObject({ number: z.string() }).nullish() });

const matrixAnswer = z.looseObject({
  summary: z.looseObject({ deployable: z.boolean().nullable(), reason: z.string() }),
  matrix: z.array(
    z.looseObject({
      consumer: side,
      provider: side,
      verificationResult: z.looseObject({ success: z.boolean() }).nullish(),
    }),
  ),
});

const verifiedOf = (success: boolean | undefined): MatrixRow['verified'] => {
  if (success === undefined) return 'not yet';
  return success ? 'yes' : 'failed';
};

const parseMatrix = (text: string): z.infer<typeof matrixAnswer> | undefined => {
  try {
    return matrixAnswer.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
};

/** The name, unless pact-cli would take it for an option. Errors: FaultlineError 'usage'. */
const checkedName = (name: string): string => {
  if (name === '' || name.startsWith('-'))
    throw new FaultlineError('usage', `"${name}" is no name for the broker`, 'A name does not begin with a hyphen.');
  return name;
};

const failed = (broker: Broker, what: string, complaint: string): FaultlineError => {
  // The broker's 400: a name it does not know.
  if (/failed validation|not found|does not exist/i.test(complaint))
    return new FaultlineError(
      'usage',
      `the broker at ${broker.url} cannot ${what}: ${complaint}`,
      'Are the names right, and is the version published? Environments are made with: npx pact-broker create-environment.',
    );
  return new FaultlineError(
    'environment',
    `the broker at ${broker.url} did not ${what}: ${complaint}`,
    'Look at its log, and run the command again.',
  );
};

/**
 * Whether the version works with everything that is deployed to the environment, by the broker's record of verifications.
 * Errors: FaultlineError 'environment' for trouble with the broker, 'usage' for a name it does not know.
 */
export const canDeploy = async (
  broker: Broker,
  pacticipant: Pacticipant,
  environment: string,
  env: Environment,
): Promise<DeployAnswer> => {
  const what = `say whether ${pacticipant.name} ${pacticipant.version} may be deployed to ${environment}`;
  // Is it there, and does it take the credentials? pact-cli says neither in plain words.
  await indexOf(broker);
  const result = await pactCli(
    broker,
    [
      'can-i-deploy',
      // Two arguments each: with `--pacticipant=name` it forgets whom it was asked about.
      ...['--pacticipant', checkedName(pacticipant.name), '--version', checkedName(pacticipant.version)],
      ...['--to-environment', checkedName(environment), '--output', 'json'],
    ],
    { cwd: tmpdir(), env },
  );
  if (!result.succeeded) throw failed(broker, what, complaintOf(result));
  // Only the document tells: with JSON output pact-cli ends with 0 for a no, too.
  const answer = parseMatrix(result.text);
  if (answer === undefined)
    throw new FaultlineError(
      'environment',
      `the broker at ${broker.url} was asked to ${what} and its answer is no such answer`,
      'Is the address a Pact broker of version 2.80 or later?',
    );
  const { deployable, reason } = answer.summary;
  return {
    pacticipant,
    deployable: deployable === null ? 'unknown' : deployable ? 'yes' : 'no',
    reason: broker.clean(reason),
    rows: answer.matrix.map(({ consumer, provider, verificationResult }) => ({
      consumer: consumer.name,
      consumerVersion: consumer.version?.number ?? '',
      provider: provider.name,
      providerVersion: provider.version?.number ?? null,
      verified: verifiedOf(verificationResult?.success),
    })),
  };
};

const deployments = z.looseObject({
  _embedded: z.looseObject({
    deployedVersions: z.array(z.looseObject({ currentlyDeployed: z.boolean().optional() })),
  }),
});

const recordLinks = z.looseObject({
  _links: z.looseObject({
    'pb:record-deployment': z.array(z.looseObject({ name: z.string(), href: z.string() })).default([]),
  }),
});

/** Where the deployment of this version to this environment is recorded. Errors: 'usage' for a name the broker does not know. */
const deploymentUrl = async (
  broker: Broker,
  index: unknown,
  { name, version }: Pacticipant,
  environment: string,
): Promise<string> => {
  const url = needLink(broker, index, 'pb:pacticipant-version', { pacticipant: name, version });
  const found = await ask(broker, { url, accepted: [404] });
  if (found.status === 404)
    throw new FaultlineError(
      'usage',
      `the broker at ${broker.url} knows no version ${version} of ${name}: no deployment was recorded`,
      'Publish it first (faultline contracts publish, or verify --publish), or name the right version.',
    );
  const links = recordLinks.safeParse(found.json).data?._links['pb:record-deployment'] ?? [];
  const link = links.find((candidate) => candidate.name === environment);
  if (link === undefined)
    throw new FaultlineError(
      'usage',
      `the broker at ${broker.url} knows no environment ${environment}: no deployment was recorded`,
      links.length === 0
        ? 'Environments are made with: npx pact-broker create-environment.'
        : `It has: ${links.map((known) => known.name).join(', ')}.`,
    );
  return link.href;
};

/**
 * Records that the versions are deployed, and asks the broker whether it has it. All names are looked up before the first
 * is recorded. Errors: FaultlineError 'environment', or 'usage' for a name the broker does not know.
 */
export const recordDeployments = async (
  broker: Broker,
  pacticipants: readonly Pacticipant[],
  environment: string,
  env: Environment,
): Promise<void> => {
  const index = await indexOf(broker);
  const urls = await Promise.all(
    pacticipants.map((pacticipant) => deploymentUrl(broker, index, pacticipant, environment)),
  );
  const done: string[] = [];
  for (const [i, { name, version }] of pacticipants.entries()) {
    const what = `record that ${name} ${version} is deployed to ${environment}`;
    const before = done.length === 0 ? '' : ` (recorded before it: ${done.join(', ')})`;
    const result = await pactCli(
      broker,
      ['record-deployment', `--pacticipant=${name}`, `--version=${version}`, `--environment=${environment}`],
      { cwd: tmpdir(), env },
    );
    if (!result.succeeded) throw failed(broker, what, `${complaintOf(result)}${before}`);
    const recorded = deployments.safeParse((await ask(broker, { url: urls[i] ?? '' })).json).data;
    if (recorded?._embedded.deployedVersions.some(({ currentlyDeployed }) => currentlyDeployed === true) !== true)
      throw new FaultlineError(
        'environment',
        `the broker at ${broker.url} was told to ${what} and does not show it${before}`,
        'The deployment was not recorded. Look at the log of the broker.',
      );
    done.push(name);
  }
};
