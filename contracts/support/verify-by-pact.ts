/** A second opinion: what real workers wrote, held against the pacts by Pact's own verifier. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { MessageResult } from '../../harness/pact/consumer/verify-messages.ts';

interface StoredPact {
  readonly consumer: { readonly name: string };
  readonly provider: { readonly name: string };
  readonly interactions: readonly { readonly type: string; readonly description: string }[];
}

interface Answer {
  readonly result: boolean;
  readonly interactionResults: readonly unknown[];
}

/** Verified is only what was asked: Pact also calls a pact right of which it looked at nothing. */
const isRight = (answer: string, { interactions }: StoredPact): boolean => {
  try {
    const { result, interactionResults } = JSON.parse(answer) as Answer;
    return result && interactionResults.length === interactions.length;
  } catch {
    return false;
  }
};

/** By message pact of the folder, what Pact's verifier finds wrong; nothing for one that is right. */
export const verifyByPact = async (
  folder: string,
  results: readonly MessageResult[],
): Promise<Readonly<Record<string, string>>> => {
  const child = fork(fileURLToPath(new URL('./pact-verifier.mjs', import.meta.url)), {
    env: { PACT_DO_NOT_TRACK: 'true' },
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  const wrong: Record<string, string> = {};
  try {
    for (const name of readdirSync(folder)) {
      const file = join(folder, name);
      const pact = JSON.parse(readFileSync(file, 'utf8')) as StoredPact;
      if (pact.interactions.some(({ type }) => type !== 'Asynchronous/Messages')) continue;
      const written = results.filter(
        ({ consumer, provider, side }) =>
          side === 'provider' && consumer === pact.consumer.name && provider === pact.provider.name,
      );
      const messages = written.map(({ description, actual }) => ({ description, ...actual }));
      child.send({ file, provider: pact.provider.name, messages });
      const [{ answer }] = (await once(child, 'message')) as [{ readonly answer: string }];
      if (!isRight(answer, pact)) wrong[name] = answer;
    }
  } finally {
    child.kill('SIGKILL');
  }
  return wrong;
};
