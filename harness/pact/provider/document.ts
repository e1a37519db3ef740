/** A pact file as its verification needs it: the interactions one by one, and copies in which each is recognised. */
import { readFileSync } from 'node:fs';
import { FaultlineError } from '../../base/errors.ts';
import { readHead } from '../../contract/pact.ts';

/** A provider state that an interaction needs. */
export interface NeededState {
  readonly name: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** An interaction, known by its place in the file. */
export interface DocumentInteraction {
  readonly index: number;
  readonly description: string;
  readonly states: readonly NeededState[];
  /** As the file has it. */
  readonly json: Readonly<Record<string, unknown>>;
}

export interface PactDocument {
  /** The file's name, or where else it comes from: for messages. */
  readonly name: string;
  readonly consumer: string;
  readonly provider: string;
  readonly interactions: readonly DocumentInteraction[];
  readonly json: Readonly<Record<string, unknown>>;
}

interface Raw {
  readonly description: string;
  readonly providerStates?: readonly { readonly name: string; readonly params?: Readonly<Record<string, unknown>> }[];
}

/**
 * Reads a pact that is parsed already. Throws FaultlineError when it is not a V4 pact, or has two interactions of the
 * same description and states: of those Pact itself silently keeps the last.
 */
export const documentOf = (json: unknown, name: string): PactDocument => {
  const { consumer, provider } = readHead(json, name);
  const document = json as { readonly interactions: readonly (Raw & Readonly<Record<string, unknown>>)[] };
  return {
    name,
    consumer,
    provider,
    json: json as Readonly<Record<string, unknown>>,
    interactions: document.interactions.map((interaction, index) => ({
      index,
      description: interaction.description,
      states: (interaction.providerStates ?? []).map(({ name: state, params = {} }) => ({ name: state, params })),
      json: interaction,
    })),
  };
};

/** Reads a pact file. Throws FaultlineError 'usage' when it cannot be read or is no JSON. */
export const readDocument = (file: string): PactDocument => {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new FaultlineError(
      'usage',
      `the pact ${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      'Name a folder with pacts in --pacts; `faultline contracts generate` makes them.',
    );
  }
  return documentOf(json, file);
};

const LABEL = 'faultline: interaction';

/** The provider state that announces an interaction in a labelled copy. */
export const labelOf = (index: number): string => `${LABEL} ${index}`;

/** The interaction that a text of Pact's is about; undefined when it names none. */
export const indexIn = (text: string): number | undefined => {
  const found = new RegExp(`${LABEL} (\\d+)`).exec(text)?.[1];
  return found === undefined ? undefined : Number(found);
};

/**
 * A copy with these interactions, each announced by a provider state of its own before its others: Pact's results name
 * an interaction by words that need not be unique. Nothing is pending in it, for a failure that is pending passes.
 */
export const labelledCopy = (document: PactDocument, indexes: readonly number[]): string =>
  JSON.stringify({
    // And not what a broker adds.
    consumer: document.json['consumer'],
    provider: document.json['provider'],
    metadata: document.json['metadata'],
    interactions: document.interactions
      .filter(({ index }) => indexes.includes(index))
      .map(({ index, states, json }) => ({
        ...json,
        pending: false,
        providerStates: [{ name: labelOf(index) }, ...states],
      })),
  });
