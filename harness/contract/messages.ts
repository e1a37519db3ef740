/** Records of a topic against the message interactions of the pacts. */
import { HEADER, matchMessage, messageFits } from './match.ts';
import type { ActualMessage, MetadataOf, Mismatch } from './match.ts';
import type { Interaction, MessageInteraction, Pact } from './pact.ts';
import { wrongTogether } from './together.ts';
import { countForeign, knownFields, unknownFields } from './unknown-fields.ts';
import type { KnownFields } from './unknown-fields.ts';

/** The parts of a record that the contract pins. `json` is undefined when the value is not JSON. */
export interface ActualRecord {
  readonly topic: string;
  readonly key: string | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly json?: unknown;
}

/** What the contract says of one record. */
export interface RecordJudgement {
  readonly mismatches: readonly Mismatch[];
  readonly unknownFields: readonly string[];
  /** The interactions it is an instance of. */
  readonly exercised: readonly MessageInteraction[];
}

const isMessage = (interaction: Interaction): interaction is MessageInteraction => interaction.kind === 'message';

/** Every message interaction, by topic. */
export const messagesByTopic = (pacts: readonly Pact[]): ReadonlyMap<string, readonly MessageInteraction[]> => {
  const byTopic = new Map<string, MessageInteraction[]>();
  for (const interaction of pacts.flatMap(({ interactions }) => interactions.filter(isMessage))) {
    const topic = String(interaction.metadata['topic']);
    byTopic.set(topic, [...(byTopic.get(topic) ?? []), interaction]);
  }
  return byTopic;
};

/** A record as the pacts put it: topic, key and headers are metadata, `header.<name>`. */
export const messageOf = ({ topic, key, headers, json }: ActualRecord): ActualMessage => ({
  contents: json,
  metadata: {
    topic,
    ...(key === null ? {} : { key }),
    ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [`${HEADER}${name}`, value])),
  },
});

/** The same, looked up where it stands. */
const metadataOf =
  ({ topic, key, headers }: ActualRecord): MetadataOf =>
  ({ name, header }) => {
    if (header !== undefined) return Object.hasOwn(headers, header) ? headers[header] : undefined;
    if (name === 'topic') return topic;
    return name === 'key' ? (key ?? undefined) : undefined;
  };

const known = new WeakMap<readonly MessageInteraction[], KnownFields>();

const knownBy = (interactions: readonly MessageInteraction[]): KnownFields => {
  const fields = known.get(interactions) ?? knownFields(interactions);
  known.set(interactions, fields);
  return fields;
};

/**
 * Of the interactions that fit, those that know most of the record: one that takes any object in a place also fits where
 * another says what is in it.
 */
const closest = (fitting: readonly MessageInteraction[], json: unknown): readonly MessageInteraction[] => {
  if (fitting.length < 2) return fitting;
  let [best, least]: [MessageInteraction[], number] = [[], Infinity];
  for (const interaction of fitting) {
    const foreign = countForeign(interaction.body, json);
    if (foreign > least) continue;
    if (foreign < least) [best, least] = [[], foreign];
    best.push(interaction);
  }
  return best;
};

/** Judges one record by the interactions of its topic. Pure; never throws, whatever was written. */
export const judgeRecord = (interactions: readonly MessageInteraction[], record: ActualRecord): RecordJudgement => {
  const { json: contents } = record;
  const unknown = unknownFields(knownBy(interactions), contents);
  const looked = { contents, metadata: metadataOf(record) };
  const fitting = interactions.filter((interaction) => messageFits(interaction)(looked));
  if (fitting.length > 0) return { mismatches: [], unknownFields: unknown, exercised: closest(fitting, contents) };
  const actual = messageOf(record);
  const judged = interactions.map((interaction) => ({
    interaction,
    example: interaction.body,
    mismatches: matchMessage(interaction, actual),
  }));
  return { mismatches: wrongTogether(judged), unknownFields: unknown, exercised: [] };
};
