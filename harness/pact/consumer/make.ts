/** Making pacts with Pact's own library: each declared interaction must be exercised, or there is no pact. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { PactV4 } from '@pact-foundation/pact';
import { matching } from '../../pipeline/pact-rules.ts';
import type {
  CallDeclaration,
  CallsDeclaration,
  ExampleMessage,
  MessageDeclaration,
  PactDeclarations,
} from '../../pipeline/pacts.ts';
import type { Pipeline } from '../../pipeline/queries.ts';
import { pactFileName, refuseDoubles, takeOver } from './pact-file.ts';
import type { Identity } from './pact-file.ts';

/** Who calls whom, or who writes what whom reads. */
export interface Pair {
  readonly consumer: string;
  readonly provider: string;
}

/** Where Pact's mock server expects a call. */
export interface Mocked {
  readonly method: string;
  readonly url: URL;
}

/** Brings an interaction about for real; rejects when that cannot be done. */
export interface Exercise {
  /** The call must arrive there. Resolves when nothing more will come. */
  readonly call: (declaration: CallDeclaration, at: Mocked, pair: Pair) => Promise<void>;
  /** The example must do its work at the reader. */
  readonly message: (declaration: MessageDeclaration, example: ExampleMessage) => Promise<void>;
}

/** An interaction that did not come about, or came about otherwise than declared. */
export interface BrokenInteraction {
  readonly pact: string;
  readonly description: string;
  /** As Pact or the exercise says it. */
  readonly reason: string;
}

export interface MadePacts {
  /** Paths of the files; a pact with a broken interaction is not written. */
  readonly files: readonly string[];
  readonly broken: readonly BrokenInteraction[];
  /** Every pact that was to be made, by file name, with how many interactions it has. */
  readonly declared: readonly { readonly pact: string; readonly interactions: number }[];
}

export interface MakeOptions {
  /** Whose services are called. */
  readonly pipeline: Pick<Pipeline, 'service'>;
  readonly calls: readonly CallsDeclaration[];
  readonly messages: readonly MessageDeclaration[];
  readonly exercise: Exercise;
  /** Folder for the pact files. */
  readonly out: string;
  /** Name of the worker set, kept in the files. */
  readonly workers: string;
}

const CONTENT_TYPE = matching('^application/json(?:;.*)?$', 'application/json');

/** Under load the mock server counts the last request a moment after it has answered it. */
const MOCK_SERVER_SETTLES_MS = 50;

const COMMENTS = {
  worker: 'Exercised by the real worker process.',
  client: 'Exercised by a plain HTTP client: the workers do not send this request.',
} as const;

const identityOf = (declaration: { readonly description: string; readonly state?: { readonly name: string } }) => ({
  description: declaration.description,
  states: declaration.state === undefined ? [] : [declaration.state.name],
});

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error)).trim();

/** Runs the work on each in turn and keeps what failed. */
const brokenOf = async <T extends { readonly description: string }>(
  pact: string,
  declarations: readonly T[],
  work: (declaration: T) => Promise<unknown>,
): Promise<readonly BrokenInteraction[]> => {
  const broken: BrokenInteraction[] = [];
  for (const declaration of declarations) {
    try {
      await work(declaration);
    } catch (error) {
      broken.push({ pact, description: declaration.description, reason: textOf(error) });
    }
  }
  return broken;
};

const makeCalls = (
  dir: string,
  { consumer, provider, interactions }: CallsDeclaration,
  { pipeline, exercise }: MakeOptions,
): Promise<readonly BrokenInteraction[]> => {
  const pact = new PactV4({ consumer, provider, dir, logLevel: 'error' });
  const { method, path: usual } = pipeline.service(provider).operation;
  return brokenOf(pactFileName(consumer, provider), interactions, async (declaration) => {
    const { path = usual } = declaration;
    const interaction = pact.addInteraction();
    if (declaration.state !== undefined)
      interaction.given(declaration.state.name, { ...declaration.state.params } as Record<string, string>);
    // Pact's types know only its own matchers; its engine reads these as well.
    const headers = { 'Content-Type': CONTENT_TYPE } as never;
    await interaction
      .uponReceiving(declaration.description)
      .comment(COMMENTS[declaration.exercisedBy])
      .withRequest(method, path, (request) => request.headers(headers).jsonBody(declaration.request))
      .willRespondWith(declaration.status, (response) => response.headers(headers).jsonBody(declaration.response))
      .executeTest(async ({ url }) => {
        await exercise.call(declaration, { method, url: new URL(path, url) }, { consumer, provider });
        await delay(MOCK_SERVER_SETTLES_MS);
      });
  });
};

const makeMessages = (
  dir: string,
  { consumer, provider }: Pair,
  messages: readonly MessageDeclaration[],
  exercise: Exercise,
): Promise<readonly BrokenInteraction[]> => {
  const pact = new PactV4({ consumer, provider, dir, logLevel: 'error' });
  return brokenOf(pactFileName(consumer, provider), messages, (declaration) =>
    pact
      .addAsynchronousInteraction()
      .expectsToReceive(declaration.description, (message) =>
        message.withMetadata({ ...declaration.metadata } as never).withJSONContent(declaration.content),
      )
      .executeTest(({ contents, metadata }) =>
        exercise.message(declaration, {
          content: contents.content,
          metadata: metadata as Readonly<Record<string, string>>,
        }),
      ),
  );
};

const pairsOf = (messages: readonly MessageDeclaration[]): readonly Pair[] => [
  ...new Map(
    messages.map(({ consumer, provider }) => [pactFileName(consumer, provider), { consumer, provider }]),
  ).values(),
];

/** Names of all pact files there can be. */
export const pactFilesOf = ({ calls, messages }: PactDeclarations): readonly string[] =>
  [...calls, ...pairsOf(messages)].map(({ consumer, provider }) => pactFileName(consumer, provider));

/**
 * Exercises every declared interaction and writes the pacts. Errors: FaultlineError 'config' about two interactions of the
 * same description and state, and about one that nobody exercised.
 */
export const makePacts = async (options: MakeOptions): Promise<MadePacts> => {
  const { calls, messages, exercise, out, workers } = options;
  const of = ({ consumer, provider }: Pair) =>
    messages.filter((message) => message.consumer === consumer && message.provider === provider);
  const pairs = pairsOf(messages);
  const declared = new Map<Pair, readonly Identity[]>([
    ...calls.flatMap(({ interactions, ...pair }) =>
      interactions.length === 0 ? [] : [[pair, interactions.map(identityOf)] as const],
    ),
    ...pairs.map((pair) => [pair, of(pair).map(identityOf)] as const),
  ]);
  for (const [{ consumer, provider }, identities] of declared)
    refuseDoubles(pactFileName(consumer, provider), identities);

  // Pact's library would report each use to its makers.
  process.env['PACT_DO_NOT_TRACK'] = 'true';
  const from = mkdtempSync(join(tmpdir(), 'faultline-pacts-'));
  try {
    const broken: BrokenInteraction[] = [];
    for (const declaration of calls) broken.push(...(await makeCalls(from, declaration, options)));
    for (const pair of pairs) broken.push(...(await makeMessages(from, pair, of(pair), exercise)));
    const files = [...declared].flatMap(([pair, identities]) =>
      broken.some(({ pact }) => pact === pactFileName(pair.consumer, pair.provider))
        ? []
        : [takeOver({ ...pair, from, to: out, declared: identities, workers })],
    );
    return {
      files,
      broken,
      declared: [...declared].map(([{ consumer, provider }, identities]) => ({
        pact: pactFileName(consumer, provider),
        interactions: identities.length,
      })),
    };
  } finally {
    rmSync(from, { recursive: true, force: true });
  }
};
