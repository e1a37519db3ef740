/** What the stand-in broker remembers. */
import { createHash, randomUUID } from 'node:crypto';

export interface StoredVersion {
  readonly number: string;
  readonly branches: Set<string>;
  readonly tags: Set<string>;
  buildUrl: string | undefined;
}

export interface StoredPact {
  readonly consumer: string;
  readonly consumerVersion: string;
  readonly provider: string;
  readonly content: Readonly<Record<string, unknown>>;
  /** Of what affects a verification: the interactions. */
  readonly sha: string;
}

export interface StoredVerification {
  readonly number: number;
  readonly consumer: string;
  readonly provider: string;
  readonly sha: string;
  readonly providerVersion: string;
  readonly success: boolean;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface StoredDeployment {
  readonly uuid: string;
  readonly pacticipant: string;
  readonly version: string;
  readonly environment: string;
  currently: boolean;
}

export interface Environment {
  readonly uuid: string;
  readonly name: string;
}

export interface Store {
  readonly pacticipants: Map<string, Map<string, StoredVersion>>;
  pacts: readonly StoredPact[];
  verifications: readonly StoredVerification[];
  readonly deployments: StoredDeployment[];
  readonly environments: readonly Environment[];
}

/** Empty, with the two environments that a new Pact Broker has. */
export const createStore = (): Store => ({
  pacticipants: new Map(),
  pacts: [],
  verifications: [],
  deployments: [],
  environments: ['test', 'production'].map((name) => ({ uuid: randomUUID(), name })),
});

const sha1 = (value: unknown): string => createHash('sha1').update(JSON.stringify(value)).digest('hex');

export const versionsOf = (store: Store, pacticipant: string): Map<string, StoredVersion> => {
  const versions = store.pacticipants.get(pacticipant) ?? new Map<string, StoredVersion>();
  store.pacticipants.set(pacticipant, versions);
  return versions;
};

export const ensureVersion = (store: Store, pacticipant: string, number: string): StoredVersion => {
  const versions = versionsOf(store, pacticipant);
  const version = versions.get(number) ?? { number, branches: new Set(), tags: new Set(), buildUrl: undefined };
  versions.set(number, version);
  return version;
};

export const findPact = (store: Store, provider: string, consumer: string, version: string): StoredPact | undefined =>
  store.pacts.find(
    (pact) => pact.provider === provider && pact.consumer === consumer && pact.consumerVersion === version,
  );

export const findPactBySha = (store: Store, provider: string, consumer: string, sha: string): StoredPact | undefined =>
  store.pacts.findLast((pact) => pact.provider === provider && pact.consumer === consumer && pact.sha === sha);

/** The broker gives every interaction an id. */
const withIds = (content: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> => ({
  ...content,
  interactions: ((content['interactions'] ?? []) as readonly object[]).map((interaction) => ({
    _id: sha1(interaction),
    ...interaction,
  })),
});

export const storePact = (store: Store, pact: Omit<StoredPact, 'sha'>): void => {
  const others = store.pacts.filter(
    (other) => other !== findPact(store, pact.provider, pact.consumer, pact.consumerVersion),
  );
  versionsOf(store, pact.provider);
  store.pacts = [...others, { ...pact, content: withIds(pact.content), sha: sha1(pact.content['interactions']) }];
};

export const deployedTo = (store: Store, environment: string, pacticipant: string): readonly string[] =>
  store.deployments
    .filter((entry) => entry.currently && entry.environment === environment && entry.pacticipant === pacticipant)
    .map(({ version }) => version);
