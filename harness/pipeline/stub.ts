/**
 * What stands for a service of a pipeline. It is the one part of a declaration that is code: configurations take it out, and
 * histories hold none of it.
 */
import type { RequestHandler } from 'msw';

/** What is false in an answer, by name. */
export type Falsehood = 'id' | 'status' | 'body' | 'row-missing' | 'row-late' | 'shape';

/** What a call did to a row. */
export type StubEffect = 'inserted' | 'updated' | 'found' | 'dropped' | 'failed';

/** The rows of a statement. */
interface Rows<R> {
  readonly rows: readonly R[];
}

/** The database of the workers under test. */
export interface StubDatabase {
  /** One statement that reads. */
  query<R extends Record<string, unknown>>(text: string, values?: readonly unknown[]): Promise<readonly R[]>;
  /** A transaction that is recorded as the service's own; rolled back when `work` throws. */
  write<T>(work: (query: StubQuery) => Promise<T>): Promise<T>;
}

export type StubQuery = <R extends Record<string, unknown>>(
  text: string,
  values?: readonly unknown[],
) => Promise<Rows<R>>;

/** What a stub works with. */
export interface StubParts {
  readonly database: StubDatabase;
  /** Wall clock. */
  readonly now: () => Date;
  /** A UUID made of these: the same in every run with the same seed. */
  readonly idFrom: (...parts: readonly (string | number)[]) => string;
}

/** One request, read to its end. */
export interface StubCall {
  readonly request: Request;
  /** Its body; undefined: it is no JSON, too large, or nested too deep. */
  readonly json: unknown;
  readonly tooLarge: boolean;
  /** Records what the call did to a row. */
  readonly onEffect: (effect: StubEffect, rowId?: string, detail?: string) => void;
  /** Records that the stub itself failed, in a way that no worker and no fault can bring about: the trial is unknown. */
  readonly onTrouble: (error: unknown) => void;
}

/** How a call ends on the wire. */
export interface Outcome {
  /** `refused` and `reset` send no byte; `truncated` sends half of the body under the whole length. */
  readonly ended: 'answered' | 'truncated' | 'reset' | 'refused';
  /** The answer; null where none is sent. */
  readonly response: Response | null;
  readonly falsified: readonly Falsehood[];
}

/** A call that meets a behaviour, and what the behaviour may do. */
export interface BehaviourCall {
  readonly call: StubCall;
  /** Does the work, and gives the true answer. */
  readonly answer: () => Promise<Response>;
  /** An answer that says that it failed, in the service's own shape. */
  readonly refusal: (status: number, message: string) => Response;
  readonly status: number | undefined;
  /** ms. */
  readonly delayMs: number | undefined;
  /** Settles when a call that is held open may end. */
  readonly until: Promise<unknown> | undefined;
  /** Settles when the behaviour is healed or the stub closes. */
  readonly healed: Promise<void>;
  /** Settles when the client has gone. */
  readonly gone: Promise<void>;
  /** Does something after the answer, in so many ms; until then the call counts as pending. */
  readonly later: (delayMs: number, work: () => Promise<void>, onCancelled: () => void) => void;
}

/** One way to answer one call. */
export type Behaviour = (call: BehaviourCall) => Promise<Outcome>;

/** A stub that keeps rows, or that can behave in ways that only it knows. */
export interface StubModule {
  /** Does the work of a call of its operation, and gives the true answer; undefined: it has none, and the trial is unknown. */
  answer(call: StubCall): Promise<Response | undefined>;
  /** The same for requests that are no calls: a health check, a look at something. Left out: they are answered with 404. */
  besides?(call: StubCall): Promise<Response | undefined>;
  /** The answer to a call that is wrong in itself, whatever fault is in force; undefined: it is right. Left out: every call is. */
  turnAway?(call: StubCall): Response | undefined;
  /** An answer that says that it failed. Left out: JSON with `message`. */
  refusal?(status: number, message: string): Response;
  /** Those of `behaviours` in the declaration, all of them. */
  readonly behaviours?: Readonly<Record<string, Behaviour>>;
}

/** MSW's request handlers, or what gives them. */
export type Handlers = readonly RequestHandler[] | ((parts: StubParts) => readonly RequestHandler[]);

/** A configuration's own handlers, and what stands for the service where none of them answers. */
export interface HandlersFirst {
  readonly handlers: Handlers;
  readonly otherwise: ServiceStub;
}

/** MSW's request handlers, what gives them, or a module. Paths are the service's own: `http.post('/reservations', …)`. */
export type ServiceStub = readonly RequestHandler[] | ((parts: StubParts) => readonly RequestHandler[] | StubModule);
