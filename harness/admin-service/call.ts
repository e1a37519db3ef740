/** One call from its first byte to its end: read, recorded, given to a behaviour through MSW, answered, recorded. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { getResponse, http } from 'msw';
import { redact } from '../base/redact.ts';
import type { NewEvent, RecordEvent } from '../history/events.ts';
import type { ApiBehaviour } from '../scenario/types.ts';
import type { StubDatabase } from './allocations.ts';
import { readRequest, refusal } from './api.ts';
import type { Answer, AutoAssignRequest } from './api.ts';
import { AUTO_ASSIGN } from './operation.ts';
import { answered } from './behaviours/behaviour.ts';
import type { Outcome } from './behaviours/behaviour.ts';
import { BEHAVIOURS } from './catalogue.ts';
import { deliver, isGone } from './exchange.ts';
import type { Delivered } from './exchange.ts';
import { failed } from './handler.ts';
import type { HandlerParts } from './handler.ts';
import type { Identities } from './identities.ts';
import { correlationIdOf, receive, recordedHeaders } from './incoming.ts';
import type { ReceivedBody } from './incoming.ts';
import type { Pending } from './pending.ts';
import { bodyOf, jsonOf } from '../history/body.ts';
import type { Rules } from './rules.ts';

export interface CallHandlerOptions {
  /** The name that the pipeline has for the service. */
  readonly service: string;
  readonly database: () => StubDatabase;
  readonly record: RecordEvent;
  readonly rules: Rules;
  readonly pending: Pending;
  readonly identities: Identities;
  readonly now: () => Date;
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
  /** The request's number in the history. */
  readonly seq: number;
  readonly received: ReceivedBody;
  readonly resetByUs: () => boolean;
}

interface Decided {
  readonly behaviour: ApiBehaviour;
  readonly outcome: Outcome;
}

const asNormal = (answer: Answer): Decided => ({ behaviour: 'normal', outcome: answered(answer) });

/** What routes are matched under; requests may name any host. */
const ORIGIN = 'http://admin-service';

/** The path as the router sees it; a target that is no path of ours (`*`, `//`, garbage) matches nothing. */
const targetOf = (request: IncomingMessage): URL | undefined => {
  try {
    return new URL(`${ORIGIN}${request.url ?? ''}`);
  } catch {
    return undefined;
  }
};

/** Is it for the operation? There are methods and paths at which Request and the matching of routes throw. */
const isOperation = (request: IncomingMessage, target: URL | undefined): target is URL =>
  request.method === 'POST' && target?.pathname === AUTO_ASSIGN.path;

/** Settles when the client has gone, or has its answer and hung up. */
const closeOf = (response: ServerResponse): Promise<void> =>
  new Promise((resolve) => {
    if (isGone(response)) resolve();
    else response.once('close', resolve);
  });

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

export const createCallHandler = (options: CallHandlerOptions): CallHandler => {
  const { record, rules, pending } = options;
  const open = new Map<{ readonly isCall: boolean; reset: boolean }, Promise<void>>();
  let calls = 0;

  const recordRequest = (number: number, { worker, connection, request }: Arrival, received: ReceivedBody): number => {
    const { body, json } = received;
    const correlationId = correlationIdOf(request.headers, json);
    return record({
      kind: 'http.request',
      source: 'http',
      ...(correlationId === undefined ? {} : { correlationId }),
      call: number,
      connection,
      worker,
      service: options.service,
      method: request.method ?? '',
      path: redact(request.url ?? ''),
      headers: recordedHeaders(request.headers),
      body,
      ...jsonOf(body),
    });
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

  const partsOf = (call: Call, request: AutoAssignRequest): HandlerParts => ({
    request,
    database: options.database(),
    identities: options.identities,
    now: options.now,
    onEffect: (effect, allocationId, detail) => {
      const event: NewEvent<'http.effect'> = { kind: 'http.effect', source: 'http', call: call.number, effect };
      record({
        ...event,
        ...(allocationId === undefined ? {} : { allocationId }),
        ...(detail === undefined ? {} : { detail }),
      });
    },
    onTrouble: (error) =>
      record({
        kind: 'trial.harness-error',
        source: 'trial',
        message: `admin-service's stub could not do its work in trainer_allocations: ${messageOf(error)}`,
      }),
  });

  const behave = async (call: Call, request: AutoAssignRequest): Promise<Decided> => {
    const rule = rules.take(request.studentId);
    const behaviour = rule?.settings.behaviour ?? 'normal';
    rule?.settings.onFired?.({ call: call.number, worker: call.worker, behaviour, seq: call.seq });
    const parts = partsOf(call, request);
    const { response } = call;
    try {
      const outcome = await BEHAVIOURS[behaviour]({
        parts,
        status: rule?.settings.status,
        delayMs: rule?.settings.delayMs,
        until: rule?.settings.until,
        healed: rule?.healed ?? Promise.resolve(),
        gone: closeOf(response),
        later: pending.later,
      });
      return { behaviour, outcome };
    } catch (error) {
      failed(parts, 'failed', error);
      return { behaviour, outcome: answered(refusal(500, 'Internal server error')) };
    }
  };

  const decide = async (call: Call): Promise<Decided> => {
    const { request, received } = call;
    let decided: Decided | undefined;
    const routes = [
      http.post(`${ORIGIN}${AUTO_ASSIGN.path}`, async () => {
        const read = readRequest(received.json);
        if (received.tooLarge) decided = asNormal(refusal(413, 'Request body too large'));
        else if (!read.valid) decided = asNormal(refusal(400, 'Validation failed', read.errors));
        else decided = await behave(call, read.request);
        return decided.outcome.response ?? undefined;
      }),
    ];
    const target = targetOf(request);
    if (isOperation(request, target)) await getResponse(routes, new Request(target, { method: 'POST' }));
    const path = redact(target?.pathname ?? request.url ?? '');
    return decided ?? asNormal(refusal(404, `Cannot ${request.method ?? ''} ${path}`));
  };

  const serve = async (arrival: Arrival, resetByUs: () => boolean): Promise<void> => {
    calls += 1;
    const number = calls;
    const received = await receive(arrival.request);
    const seq = recordRequest(number, arrival, received);
    const call: Call = { ...arrival, number, seq, received, resetByUs };
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
      const entry = { isCall: isOperation(request, targetOf(request)), reset: false };
      arrival.response.on('error', () => undefined);
      const served = serve(arrival, () => entry.reset)
        .catch((error: unknown) => {
          record({
            kind: 'trial.harness-error',
            source: 'trial',
            message: `admin-service's stub failed on a request: ${messageOf(error)}`,
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
