/**
 * Verifies a provider against an HTTP pact with Pact's own verifier, interaction by interaction. What Pact lets pass in
 * silence fails here: a state without a handler, a handler that throws, an interaction that was never asked.
 */
import { FaultlineError } from '../../base/errors.ts';
import { labelledCopy } from './document.ts';
import type { DocumentInteraction, PactDocument } from './document.ts';
import { indexIn } from './document.ts';
import { findingsOf } from './findings.ts';
import type { Finding } from './findings.ts';
import { openStateServer } from './states.ts';
import type { ProviderStates } from './states.ts';
import { openTap } from './tap.ts';
import type { Exchange, TapOptions } from './tap.ts';
import type { PactResult, PactVerifier } from './verifier.ts';

export interface InteractionResult {
  readonly interaction: DocumentInteraction;
  /** `unknown`: it could not be verified, and the findings say why. */
  readonly verdict: 'passed' | 'failed' | 'unknown';
  /** Empty when it passed. */
  readonly findings: readonly Finding[];
  /** The request and the answer; undefined when it was not asked. */
  readonly exchange: Exchange | undefined;
}

export interface VerificationOptions {
  readonly verifier: PactVerifier;
  readonly document: PactDocument;
  readonly provider: Pick<TapOptions, 'target' | 'rewrite' | 'answerWithinMs'>;
  /** Undefined: states cannot be set, and interactions that need one are unknown. */
  readonly states: ProviderStates | undefined;
}

/** What was seen of the interactions while Pact's verifier worked. */
interface Watched {
  readonly exchanges: ReadonlyMap<number, readonly Exchange[]>;
  readonly troubles: ReadonlyMap<number, readonly Finding[]>;
}

const NO_STATES: ProviderStates = { change: () => Promise.reject(new Error('there is no state-url')) };

const nothing = (text: string): Finding => ({ path: '-', text });

const errorsAbout = (result: PactResult, index: number): readonly Finding[] =>
  [...result.errors, ...result.pendingErrors]
    .filter(({ interaction }) => indexIn(interaction) === index)
    .flatMap(({ mismatch }) =>
      'mismatches' in mismatch ? findingsOf(mismatch.mismatches) : [nothing(mismatch.message ?? mismatch.type)],
    );

const failuresOf = (exchanges: readonly Exchange[]): readonly Finding[] =>
  exchanges.flatMap(({ failure }) => (failure === undefined ? [] : [nothing(`the provider: ${failure}`)]));

/** What came of one interaction. Passed only when Pact says so and it was provably asked, once, and answered. */
const judge = (interaction: DocumentInteraction, result: PactResult, watched: Watched, place: number) => {
  const exchanges = watched.exchanges.get(interaction.index) ?? [];
  const troubles = watched.troubles.get(interaction.index) ?? [];
  const broken = failuresOf(exchanges);
  const errors = errorsAbout(result, interaction.index);
  const findings = [troubles, broken, errors].find((some) => some.length > 0) ?? [];
  const said = result.interactionResults[place]?.result;
  const verdict = findings.length === 0 && said === 'OK' && exchanges.length === 1 ? 'passed' : 'failed';
  const explained =
    verdict === 'failed' && findings.length === 0
      ? [nothing(`Pact's verifier says ${said ?? 'nothing'} after ${exchanges.length} requests: not verified`)]
      : findings;
  return { interaction, verdict, findings: explained, exchange: exchanges[0] } as const;
};

const unsettable = (interaction: DocumentInteraction): InteractionResult => ({
  interaction,
  verdict: 'unknown',
  findings: [nothing('not verified: its provider state cannot be set; give --state-url')],
  exchange: undefined,
});

/** Runs the verifier over these interactions and watches. */
const run = async (
  { verifier, document, provider, states = NO_STATES }: VerificationOptions,
  indexes: readonly number[],
): Promise<{ readonly result: PactResult; readonly watched: Watched }> => {
  const exchanges = new Map<number, readonly Exchange[]>();
  const troubles = new Map<number, readonly Finding[]>();
  let current: number | undefined;
  const tap = await openTap(provider);
  const collect = (): void => {
    const taken = tap.taken();
    if (current !== undefined) exchanges.set(current, [...(exchanges.get(current) ?? []), ...taken]);
  };
  const server = await openStateServer(states, {
    onBegin: (index) => {
      collect();
      current = index;
    },
    onTrouble: (state, why) => {
      if (current === undefined) return;
      const known = troubles.get(current) ?? [];
      const text = `the provider state "${state}" cannot be set: ${why}`;
      if (!known.some((trouble) => trouble.text === text)) troubles.set(current, [...known, nothing(text)]);
    },
  });
  try {
    const result = await verifier.verify({
      provider: document.provider,
      providerUrl: tap.url,
      stateUrl: server.url,
      pact: labelledCopy(document, indexes),
    });
    collect();
    return { result, watched: { exchanges, troubles } };
  } finally {
    await Promise.all([tap.close(), server.close()]);
  }
};

/** One result for every interaction of the pact, in its order. Throws FaultlineError 'usage' for a pact without any. */
export const verifyProvider = async (options: VerificationOptions): Promise<readonly InteractionResult[]> => {
  const { interactions, name } = options.document;
  if (interactions.length === 0)
    throw new FaultlineError(
      'usage',
      `the pact ${name} holds no interaction: nothing can be verified`,
      'Make it again with `faultline contracts generate`.',
    );
  const settable = interactions.filter(({ states }) => options.states !== undefined || states.length === 0);
  if (settable.length === 0) return interactions.map(unsettable);
  const { result, watched } = await run(
    options,
    settable.map(({ index }) => index),
  );
  return interactions.map((interaction) => {
    const place = settable.indexOf(interaction);
    return place < 0 ? unsettable(interaction) : judge(interaction, result, watched, place);
  });
};
