/**
 * The pacts that a pipeline's workers make: what is pinned, who is on either side, and how each interaction is brought about
 * for real. Like what stands for a service it is code: configurations take it out of a declaration.
 */
import type { Message } from './message.ts';
import type { StubDatabase } from './stub.ts';

/** The record by which something begins, once the rows are there that it needs, and no others of its subject. */
export type Given = (database: StubDatabase) => Message | Promise<Message>;

/** Who brings the mock server to be called. */
export type Exerciser =
  /** The real worker process, after an event through the real broker. */
  | 'worker'
  /** A plain HTTP client: no worker sends such a request. */
  | 'client';

export interface CallDeclaration {
  readonly description: string;
  readonly state?: { readonly name: string; readonly params: Readonly<Record<string, string>> };
  readonly exercisedBy: Exerciser;
  /** What it shows is which of the optional fields are there; the others take them as the worker sends them. */
  readonly aboutOptional?: true;
  /** Left out: the path of the service's operation. */
  readonly path?: string;
  /** Examples with rules. */
  readonly request: Readonly<Record<string, unknown>>;
  readonly status: number;
  /** Examples with rules. */
  readonly response: Readonly<Record<string, unknown>>;
  /** The event that makes the worker call. Left out: no worker can be brought to it. */
  readonly event?: Given;
  /** Rows that are there by the time it is answered: workers believe rows, not answers. Left out: none. */
  readonly written?: (database: StubDatabase) => Promise<void>;
}

/** What a state is set with. */
export interface StateParts {
  readonly database: StubDatabase;
  /** From now on the stub behaves so for calls that name this id. */
  behave(id: string, behaviour: string): void;
}

/** Brings a provider state about; throws where it cannot. */
export type StateSetUp = (parts: StateParts, params: Readonly<Record<string, unknown>>) => void | Promise<void>;

/** The pact of a stage with the service that it calls. */
export interface CallsDeclaration {
  /** The stage. */
  readonly consumer: string;
  /** The service. */
  readonly provider: string;
  /** In the order in which they are exercised; in the pact they are sorted by description. */
  readonly interactions: readonly CallDeclaration[];
  /** Fields of a request that a worker may leave out: each pact says what its own workers send. Left out: none. */
  readonly optional?: {
    readonly fields: readonly string[];
    /** One about which the worker sends all that it ever does. */
    readonly event: Given;
  };
  /** How the states that its interactions name are brought about at the stub. Left out: there are none. */
  readonly states?: {
    /** Nothing of the interaction before is there any more. */
    readonly clear: (database: StubDatabase) => Promise<void>;
    readonly setUps: Readonly<Record<string, StateSetUp>>;
  };
}

/** A message as the pact's examples show it. */
export interface ExampleMessage {
  readonly content: unknown;
  /** topic, key, header.<name>. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** Where a record stands. */
export interface Place {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

/** A record that was read, by what tells whose it is. */
export interface Written {
  readonly key: string | null;
  readonly headers: Readonly<Record<string, string>>;
}

export interface MessageDeclaration {
  /** A stage, or the name of readers that are none of the pipeline's. */
  readonly consumer: string;
  /** A stage, or a service of the outside world. */
  readonly provider: string;
  readonly description: string;
  readonly topic: string;
  /** Examples with rules: topic, key, header.<name>. */
  readonly metadata: Readonly<Record<string, unknown>>;
  /** Examples with rules. */
  readonly content: Readonly<Record<string, unknown>>;
  /** What makes the stage write it. Of what no stage writes: the record itself, as it is told in the provider's name. */
  readonly given: Given;
  /** Is it the record that was written upon the one at this place? Left out: it has that one's key. */
  readonly isIt?: (record: Written, given: Place) => boolean;
}

export interface PactDeclarations {
  readonly calls: readonly CallsDeclaration[];
  readonly messages: readonly MessageDeclaration[];
  /** By the stage that reads a message's example: makes the rows that it needs, and leaves no others of the example's subject. Left out: nothing is made. */
  readonly readers?: Readonly<Record<string, (database: StubDatabase, example: ExampleMessage) => Promise<void>>>;
}
