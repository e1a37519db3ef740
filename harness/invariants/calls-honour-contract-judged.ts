/** Every call of a history as the pacts judge it, once for all who ask. */
import { judgeCall } from '../contract/calls.ts';
import type { CallJudgement } from '../contract/calls.ts';
import type { Contract } from '../contract/contract.ts';
import { exactJson } from '../contract/exact-json.ts';
import type { CallEffect } from '../contract/states.ts';
import type { HistoryEvent, HttpFalsehood } from '../history/events.ts';
import type { Call, History } from '../history/history.ts';
import { addTo, perHistoryAnd } from '../history/memo.ts';

/** A call with its judgement; what cannot be read is no evidence either way. */
export interface JudgedCall {
  readonly call: Call;
  readonly judgement: CallJudgement;
  /** There is a whole answer, with nothing in its shape falsified. */
  readonly answered: boolean;
  /** A body is too large to be in the history as a whole. */
  readonly unreadable: boolean;
}

/** What was recorded of a call. */
type Told = Pick<Call, 'request' | 'response'>;

/** What an answer may have got wrong on purpose that shows in its shape; a wrong id or a missing row does not. */
const SPOILS_SHAPE: readonly HttpFalsehood[] = ['body', 'shape', 'status'];

const answerOf = ({ response }: Told) => {
  if (response === undefined || response.status === null || response.ended === 'truncated') return undefined;
  if (response.falsified.some((falsehood) => SPOILS_SHAPE.includes(falsehood))) return undefined;
  return { status: response.status, headers: response.headers, json: exactJson(response.body, response.json) };
};

const requestOf = ({ request: { method, path, headers, body, json } }: Told) => ({
  method,
  path,
  headers,
  json: exactJson(body, json),
});

/** A client that went away in the middle of its request said nothing that could be judged. */
const wasSentWhole = ({ request, response }: Told): boolean =>
  request.json !== undefined || response?.ended !== 'client-gone';

interface Known {
  readonly response: Call['response'];
  readonly effects: readonly CallEffect[];
  readonly judged: Omit<JudgedCall, 'call'>;
}

/** By contract and request: a call is judged once, however many histories it is read in while they grow. */
const known = new WeakMap<Contract, WeakMap<Call['request'], Known>>();

const isSame = (one: readonly CallEffect[], other: readonly CallEffect[]): boolean =>
  one.length === other.length && one.every((effect, i) => effect === other[i]);

const judgedBy = (contract: Contract, call: Told, effects: readonly CallEffect[]): Known['judged'] => {
  const byRequest = known.get(contract) ?? new WeakMap<Call['request'], Known>();
  known.set(contract, byRequest);
  const before = byRequest.get(call.request);
  if (before !== undefined && before.response === call.response && isSame(before.effects, effects))
    return before.judged;
  const response = answerOf(call);
  const judged = {
    judgement: judgeCall(contract.http, { request: requestOf(call), response, effects }),
    answered: response !== undefined,
    unreadable:
      (call.request.json === undefined && call.request.body.truncated !== undefined) ||
      (call.response?.json === undefined && call.response?.body?.truncated !== undefined),
  };
  byRequest.set(call.request, { response: call.response, effects, judged });
  return judged;
};

const NONE: readonly never[] = [];

/** The history's calls, by call id. Calls that were cut off before their end are left out. */
export const judgedCalls = perHistoryAnd((history: History, contract: Contract): readonly JudgedCall[] => {
  if (history.calls.length === 0) return [];
  const effects = new Map<number, CallEffect[]>();
  for (const { call, effect } of history.of('http.effect')) addTo(effects, call, effect);
  return history.calls.filter(wasSentWhole).map((call) => {
    const { judgement, answered, unreadable } = judgedBy(contract, call, effects.get(call.request.call) ?? NONE);
    return { call, judgement, answered, unreadable };
  });
});

/**
 * Judges each call as it ends, so that thousands of them do not hold up everything else when the trial is judged. To be shown every
 * event, in order.
 */
export const createJudgingAhead = (contract: Contract): ((event: HistoryEvent) => void) => {
  const open = new Map<number, { readonly request: Call['request']; readonly effects: CallEffect[] }>();
  return (event) => {
    if (event.kind === 'http.request') open.set(event.call, { request: event, effects: [] });
    else if (event.kind === 'http.effect') open.get(event.call)?.effects.push(event.effect);
    else if (event.kind === 'http.response') {
      const ended = open.get(event.call);
      open.delete(event.call);
      if (ended === undefined) return;
      const call = { request: ended.request, response: event };
      if (wasSentWhole(call)) judgedBy(contract, call, ended.effects);
    }
  };
};
