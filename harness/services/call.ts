/** One call from its first byte to its end: read, recorded, given to a behaviour, answered, recorded. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { redact } from '../base/redact.ts';
import type { NewEvent, RecordEvent } from '../history/events.ts';
import { bodyOf, jsonOf } from '../history/body.ts';
import { callIdsOf } from '../history/reading-calls.ts';
import type { CallIds } from '../history/views.ts';
import type { Pipeline } from '../pipeline/queries.ts';
import type { Behaviour, Outcome, StubCall, StubModule } from '../pipeline/stub.ts';
import { answered } from './behaviours/behaviour.ts';
import { deliver, isGone } from './exchange.ts';
import type { Delivered } from './exchange.ts';
import { correlationIdOf, receive, recordedHeaders, requestOf } from './incoming.ts';
import type { ReceivedBody } from './incoming.ts';
import type { Pending } from './pending.ts';
import type { Rules } from './rules.ts';

export interface CallHandlerOptions {
  readonly pipeline: Pipeline;
  /** The name that the pipeline has for the service. */
  readonly service: string;
  readonly stub: StubModule;
  /** By name: those of every stub, and its own. */
  readonly behaviours: Readonly<Record<string, Behaviour>>;
  readonly record: RecordEvent;
  readonly rules: Rules;
  readonly pending: Pending;
  /** Numbers calls across all services. */
  readonly nextCall: () => number;
}

/** A request that has arrived on a worker's port. */
export interface Arrival {
  readonly worker: string;
  readonly connection: number;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

export interface CallHandler {
  handle(arrival: Arrival): void;
  /** Calls of the operation that have not ended; any other request is no call. */
  open(): number;
  /** Settles when the requests that are open now have ended. */
  drained(): Promise<void>;
  /** The stub itself is about to reset connections: calls that end now were reset, not given up. */
  noteReset(): void;
}

/** An arrival with its number and everything that was read. */
interface Call extends Arrival {
  readonly number: number;
  readonly target: URL | undefined;
  readonly isOperation: boolean;
  readonly ids: CallIds;
  /** The request's number in the history. */
  readonly seq: number;
  readonly received: ReceivedBody;
  readonly resetByUs: () => boolean;
}

interface Decided {
  readonly behaviour: string;
  readonly outcome: Outcome;
}

const asNormal = (response: Response): Decided => ({ behaviour: 'normal', outcome: answered(response) });

/** What requests are given to a stub under; they may name any host. */
const ORIGIN = 'http://localhost';

/** The path as a server sees it; a target that is no path of ours (`*`, `//`, garbage) is none. */
const targetOf = (request: IncomingMessage): URL | undefined => {
  try {
    return new URL(`${ORIGIN}${request.url ?? ''}`);
  } catch {
    return undefined;
  }
};

const plainRefusal = (status: number, message: string): Response => Response.json({ message }, { status });

/** Settles when the client has gone, or has its answer and hung up. */
const closeOf = (response: ServerResponse): Promise<void> =>
  new Promise((resolve) => {
    if (isGone(response)) resolve();
    else response.once('close', resolve);
  });

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

export const createCallHandler = (options: CallHandlerOptions): CallHandler => {
  const { record, rules, pending, pipeline, service, stub, behaviours } = options;
  const open = new Map<{ readonly isCall: boolean; reset: boolean }, Promise<void>>();
  /** The rows of whose stage it is that calls the service; of several kinds nothing tells which. */
  const kinds = new Set(pipeline.effecting.flatMap(({ stage, name }) => (stage.calls === service ? [name] : [])));
  const [kind] = kinds;
  const of = kind !== undefined && kinds.size === 1 ? { of: kind } : {};
  const refusal = (status: number, message: string): Response => (stub.refusal ?? plainRefusal)(status, message);
  /** There are methods and paths at which Request throws: none of them is an operation's. */
  const isOperation = ({ method = '' }: IncomingMessage, target: URL | undefined): boolean =>
    target !== undefined && pipeline.isOperation(service, method, target.pathname);

  const recordRequest = (
    number: number,
    { worker, connection, request }: Arrival,
    { body, json }: ReceivedBody,
  ): Pick<Call, 'seq' | 'ids'> => {
    const headers = recordedHeaders(request.headers);
    const [method, path] = [request.method ?? '', request.url ?? ''];
    const ids = callIdsOf(pipeline, { service, method, path, headers, json });
    const correlationId = correlationIdOf(pipeline, ids);
    const seq = record({
      kind: 'http.request',
      source: 'http',
      ...(correlationId === undefined ? {} : { correlationId }),
      call: number,
      connection,
      worker,
      service,
      method,
      path: redact(path),
      headers,
      body,
      ...jsonOf(body),
    });
    return { seq, ids };
  };

  const recordResponse = (call: Call, { behaviour, outcome }: Decided, delivered: Delivered): void => {
    const body = delivered.body === null ? null : bodyOf(delivered.body);
    record({
      kind: 'http.response',
      source: 'http',
      call: call.number,
      status: delivered.status,
      ...(delivered.status === null || outcome.response === null
        ? {}
        : { headers: Object.fromEntries(outcome.response.headers) }),
      body,
      ...(body === null ? {} : jsonOf(body)),
      behaviour,
      falsified: delivered.status === null ? [] : outcome.falsified,
      ended: delivered.ended === 'client-gone' && call.resetByUs() ? 'reset' : delivered.ended,
    });
  };

  const troubleWith = (error: unknown): void =>
    void record({
      kind: 'trial.harness-error',
      source: 'trial',
      message: `${service}'s stub could not do its work: ${messageOf(error)}`,
    });

  /** Its request is made when somebody looks at it: a stub that wants the body alone never does. */
  const asStubCall = ({ number, request, received }: Call, target: URL): StubCall => {
    let made: Request | undefined;
    return {
      get request() {
        return (made ??= requestOf(request, target, received));
      },
      json: received.json,
      tooLarge: received.tooLarge,
      onEffect: (effect, rowId, detail) => {
        const event: NewEvent<'http.effect'> = { kind: 'http.effect', source: 'http', call: number, effect };
        record({
          ...event,
          ...(rowId === undefined ? {} : { rowId, ...of }),
          ...(detail === undefined ? {} : { detail }),
        });
      },
      onTrouble: troubleWith,
    };
  };

  const answerTo = async (call: Call, asked: StubCall): Promise<Response> => {
    const answer = await stub.answer(asked);
    if (answer !== undefined) return answer;
    const path = redact(call.request.url ?? '');
    troubleWith(new Error(`it answers no ${call.request.method ?? ''} ${path}, which the declaration says it does`));
    return refusal(404, `Cannot ${call.request.method ?? ''} ${path}`);
  };

  /** No service of theirs has said how it refuses: what is made up here in its stead is held against no contract. */
  const asMadeUp = (outcome: Outcome): Outcome => ({
    ...outcome,
    falsified: [...new Set([...outcome.falsified, ...(stub.refusal === undefined ? (['shape'] as const) : [])])],
  });

  const behave = async (call: Call, asked: StubCall): Promise<Decided> => {
    const rule = rules.take(call.ids);
    const behaviour = rule?.settings.behaviour ?? 'normal';
    rule?.settings.onFired?.({ call: call.number, seq: call.seq });
    const perform = behaviours[behaviour];
    if (perform === undefined) throw new Error(`there is no behaviour ${behaviour}`);
    const given = new Set<Response>();
    try {
      const outcome = await perform({
        call: asked,
        answer: () => answerTo(call, asked),
        refusal: (status, message) => {
          const response = refusal(status, message);
          given.add(response);
          return response;
        },
        status: rule?.settings.status,
        delayMs: rule?.settings.delayMs,
        until: rule?.settings.until,
        healed: rule?.healed ?? Promise.resolve(),
        gone: closeOf(call.response),
        later: pending.later,
      });
      return {
        behaviour,
        outcome: outcome.response !== null && given.has(outcome.response) ? asMadeUp(outcome) : outcome,
      };
    } catch (error) {
      troubleWith(error);
      return { behaviour, outcome: answered(refusal(500, 'Internal server error')) };
    }
  };

  /** Anything else at the service is no call: no fault strikes it. */
  const besides = async (call: Call): Promise<Response | undefined> => {
    const { target } = call;
    if (stub.besides === undefined || target === undefined) return undefined;
    let asked: StubCall;
    try {
      // With its request, which may be none.
      asked = { ...asStubCall(call, target) };
    } catch {
      // A method or a header that no request may have.
      return undefined;
    }
    return stub.besides(asked).catch((error: unknown) => {
      troubleWith(error);
      return refusal(500, 'Internal server error');
    });
  };

  const decide = async (call: Call): Promise<Decided> => {
    const { target } = call;
    if (target !== undefined && call.isOperation) {
      const asked = asStubCall(call, target);
      const turnedAway = stub.turnAway?.(asked);
      if (turnedAway === undefined) return behave(call, asked);
      return { behaviour: 'normal', outcome: asMadeUp(answered(turnedAway)) };
    }
    const path = redact(target?.pathname ?? call.request.url ?? '');
    return asNormal((await besides(call)) ?? refusal(404, `Cannot ${call.request.method ?? ''} ${path}`));
  };

  const serve = async (
    arrival: Arrival,
    about: Pick<Call, 'target' | 'isOperation'>,
    resetByUs: () => boolean,
  ): Promise<void> => {
    const number = options.nextCall();
    const received = await receive(arrival.request);
    const recorded = recordRequest(number, arrival, received);
    const call: Call = { ...arrival, ...about, number, ...recorded, received, resetByUs };
    if (!received.complete) {
      recordResponse(call, asNormal(refusal(400, '')), { ended: 'client-gone', status: null, body: null });
      return;
    }
    const decided = await decide(call);
    recordResponse(call, decided, await deliver(decided.outcome, arrival.response));
  };

  return {
    handle: (arrival) => {
      const { request } = arrival;
      const target = targetOf(request);
      const about = { target, isOperation: isOperation(request, target) };
      const entry = { isCall: about.isOperation, reset: false };
      arrival.response.on('error', () => undefined);
      const served = serve(arrival, about, () => entry.reset)
        .catch((error: unknown) => {
          record({
            kind: 'trial.harness-error',
            source: 'trial',
            message: `${service}'s stub failed on a request: ${messageOf(error)}`,
          });
          arrival.response.destroy();
        })
        .finally(() => void open.delete(entry));
      open.set(entry, served);
    },
    open: () => [...open.keys()].filter(({ isCall }) => isCall).length,
    drained: async () => void (await Promise.all(open.values())),
    noteReset: () => {
      for (const entry of open.keys()) entry.reset = true;
    },
  };
};
