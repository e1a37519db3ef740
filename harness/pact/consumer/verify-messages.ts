/** Messages verified on real parts: what workers really write is held against the pact, and what it shows is really read. */
import { FaultlineError } from '../../base/errors.ts';
import { matchMessage } from '../../contract/match.ts';
import type { ActualMessage, Mismatch } from '../../contract/match.ts';
import { messageOf } from '../../contract/messages.ts';
import type { MessageInteraction, Pact } from '../../contract/pact.ts';
import type { MessageDeclaration } from '../../pipeline/pacts.ts';
import { pipelineOf } from '../../pipeline/queries.ts';
import { partsOf } from '../../config/parts.ts';
import type { Bench } from './bench.ts';
import { consume } from './consume.ts';
import { inOrder } from './each-in-order.ts';
import type { Say } from './each-in-order.ts';
import { emit } from './emit.ts';

export interface MessageResult {
  readonly consumer: string;
  readonly provider: string;
  readonly description: string;
  /** provider: what it writes fits; consumer: it reads the example. */
  readonly side: 'provider' | 'consumer';
  readonly passed: boolean;
  /** What is wrong, one line each; empty when it passed. */
  readonly problems: readonly string[];
  /** What else there is to say of it: a worker that it cost. */
  readonly notes: readonly string[];
  /** What the provider wrote, as the pact puts it. */
  readonly actual?: ActualMessage;
}

const isMessage = (interaction: Pact['interactions'][number]): interaction is MessageInteraction =>
  interaction.kind === 'message';

const problemOf = ({ part, path, expected, actual }: Mismatch): string =>
  `${part} ${path}: expected ${expected}, got ${actual}`;

/** Where a message is not what the interaction says, a line each. */
export const mismatchLines = (interaction: MessageInteraction, actual: ActualMessage): readonly string[] =>
  matchMessage(interaction, actual).map(problemOf);

/** How the message comes about. Errors: FaultlineError 'config' when nobody knows. */
const declarationOf = ({ set }: Bench, { consumer, provider, description }: MessageInteraction): MessageDeclaration => {
  const found = set
    .pactDeclarations?.()
    .messages.find(
      (each) => each.consumer === consumer && each.provider === provider && each.description === description,
    );
  if (found === undefined)
    throw new FaultlineError(
      'config',
      `nothing is known that makes ${provider} write "${description}"`,
      'A pact of other origin: what its writers write can be verified only where `pacts` of the pipeline says how it comes about.',
    );
  return found;
};

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** What is wrong with a message on one side. */
type Found = Pick<MessageResult, 'problems' | 'actual'>;

/** Does what the provider writes fit the interaction? */
const verifyProvider = async (bench: Bench, interaction: MessageInteraction): Promise<Found> => {
  const actual = messageOf(await emit(bench, declarationOf(bench, interaction)));
  return { problems: mismatchLines(interaction, actual), actual };
};

const verifyConsumer = async (bench: Bench, role: string, interaction: MessageInteraction): Promise<Found> => {
  const { body, metadata } = interaction;
  await consume(bench, role, { content: body, metadata: metadata as Readonly<Record<string, string>> });
  return { problems: [] };
};

interface Side {
  readonly side: MessageResult['side'];
  readonly interaction: MessageInteraction;
  readonly verify: () => Promise<Found>;
}

/** The sides of a message that workers of the bench are on. What no stage writes is told in its provider's name. */
const sidesOf = (bench: Bench, interaction: MessageInteraction): readonly Side[] => {
  const runs = (name: string): boolean =>
    bench.set.workers.some((worker) => partsOf(worker).some(({ role }) => role === name));
  const { consumer, provider } = interaction;
  const isRole = (name: string): boolean => pipelineOf(bench.set.pipeline).roles.includes(name);
  const reads = isRole(consumer) && runs(consumer);
  const writes = runs(provider) || (!isRole(provider) && runs(consumer));
  return [
    ...(reads
      ? [{ side: 'consumer', interaction, verify: () => verifyConsumer(bench, consumer, interaction) } as const]
      : []),
    ...(writes ? [{ side: 'provider', interaction, verify: () => verifyProvider(bench, interaction) } as const] : []),
  ];
};

const LOST = 'it was started anew for what follows';

/**
 * Verifies every message interaction in which a worker of the bench takes part, on both sides. The workers must run, with
 * the stubs as their services; each example is consumed once, so that a bench serves one verification.
 * Errors: FaultlineError 'usage' when there is nothing to verify, 'environment' when a part of it ended meanwhile.
 */
export const verifyMessages = async (
  bench: Bench,
  pacts: readonly Pact[],
  say: Say = () => undefined,
): Promise<readonly MessageResult[]> => {
  const sides = pacts.flatMap(({ interactions }) =>
    interactions.filter(isMessage).flatMap((interaction) => sidesOf(bench, interaction)),
  );
  const order = inOrder(bench, sides.length, say);
  const results: MessageResult[] = [];
  for (const { side, interaction, verify } of sides) {
    const { consumer, provider, description } = interaction;
    const what = `${description}: ${side === 'provider' ? `${provider} writes it` : `${consumer} reads it`}`;
    const found = await order
      .each(what, bench.slot.workers.roles, verify)
      .catch((error: unknown): Found => ({ problems: [textOf(error)] }));
    const notes = order.lost().map((who) => `${who}; ${LOST}`);
    results.push({ consumer, provider, description, side, passed: found.problems.length === 0, notes, ...found });
  }
  // What failed because a part of the environment ended says nothing about a message.
  const dead = results.every(({ passed }) => passed) ? undefined : await bench.died();
  if (dead !== undefined) throw dead;
  if (results.length === 0)
    throw new FaultlineError(
      'usage',
      `no message of these pacts is written or read by the workers ${bench.set.name}`,
      'Name the folder with the pacts, or other workers.',
    );
  return results;
};
