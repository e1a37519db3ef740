/** `verify --messages --publish`: the pacts of the broker, and what the workers really write, told to the broker. */
import { FaultlineError } from '../../../base/errors.ts';
import type { WorkerSet } from '../../../config/types.ts';
import { parsePact } from '../../../contract/pact.ts';
import type { MessageInteraction, Pact } from '../../../contract/pact.ts';
import type { Broker } from '../../../pact/broker/broker.ts';
import { isReferenceSet, pipelineName } from '../../../pact/broker/pact-files.ts';
import { pactsForVerification, publishVerification } from '../../../pact/broker/verification.ts';
import type { BrokerPact, VerificationResult } from '../../../pact/broker/verification.ts';
import { mismatchLines } from '../../../pact/consumer/verify-messages.ts';
import type { MessageResult } from '../../../pact/consumer/verify-messages.ts';

/** A pact of the broker, and the same as read here, by the pipeline's names. */
export interface PublishedPact {
  readonly atBroker: BrokerPact;
  readonly pact: Pact;
}

/** Errors: FaultlineError 'usage' for workers that are not the team's: their word is not purchase-worker's. */
export const refuseReference = ({ name }: WorkerSet): void => {
  if (!isReferenceSet(name)) return;
  throw new FaultlineError(
    'usage',
    `the workers ${name} are reference workers: what they write is never published as the team's`,
    'Name the workers of the team with --workers.',
  );
};

/** What the broker wants verified of the set's workers. Errors: as `pactsForVerification`; 'usage' for an unreadable pact. */
export const messagePactsAt = async (
  broker: Broker,
  { workers }: WorkerSet,
  branch: string | undefined,
): Promise<readonly PublishedPact[]> => {
  const lists = await Promise.all(workers.map(({ role }) => pactsForVerification(broker, { provider: role, branch })));
  return lists.flat().map((atBroker) => {
    const read = parsePact(atBroker.json, `the pact of ${atBroker.consumer} ${atBroker.consumerVersion} at the broker`);
    const consumer = pipelineName(read.consumer);
    return {
      atBroker,
      pact: { ...read, consumer, interactions: read.interactions.map((each) => ({ ...each, consumer })) },
    };
  });
};

interface Named {
  readonly consumer: string;
  readonly provider: string;
  readonly description: string;
}

const keyOf = ({ consumer, provider, description }: Named): string => `${consumer}\n${provider}\n${description}`;

/** Each message once, however many pacts promise it: the workers are made to write it only once. */
export const distinctMessages = (pacts: readonly PublishedPact[]): readonly Pact[] => {
  const seen = new Set<string>();
  return pacts.map(({ pact }) => ({
    ...pact,
    interactions: pact.interactions.filter((interaction) => {
      const key = keyOf(interaction);
      if (seen.has(key)) return false;
      seen.add(key);
      return true;
    }),
  }));
};

const isMessage = (interaction: Pact['interactions'][number]): interaction is MessageInteraction =>
  interaction.kind === 'message';

/** What of this pact the workers did not honour, a line each. A message that was not written counts. */
export const failuresOf = ({ interactions }: Pact, results: readonly MessageResult[]): readonly string[] => {
  const messages = interactions.filter(isMessage);
  if (messages.length < interactions.length || messages.length === 0)
    return ['the pact has interactions that are no messages'];
  return messages.flatMap((interaction) => {
    const result = results.find((each) => each.side === 'provider' && keyOf(each) === keyOf(interaction));
    if (result === undefined) return [`${interaction.description}: no worker was made to write it`];
    const problems = result.actual === undefined ? result.problems : mismatchLines(interaction, result.actual);
    return problems.map((problem) => `${interaction.description}: ${problem}`);
  });
};

/** Tells the broker about every pact; returns a line for each. Errors: as `publishVerification`. */
export const publishMessageResults = async (
  broker: Broker,
  pacts: readonly PublishedPact[],
  results: readonly MessageResult[],
  version: Omit<VerificationResult, 'success' | 'failures'>,
): Promise<readonly string[]> => {
  const lines: string[] = [];
  for (const { atBroker, pact } of pacts) {
    const failures = failuresOf(pact, results);
    await publishVerification(broker, atBroker, { ...version, success: failures.length === 0, failures });
    const said = failures.length === 0 ? 'verified' : 'failed';
    lines.push(`published as ${said}: ${atBroker.consumer} ${atBroker.consumerVersion} → ${atBroker.provider}`);
    lines.push(...failures.map((failure) => `    ${failure}`));
  }
  return lines;
};
