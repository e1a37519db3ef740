/** Every call of a history as the pacts judge it, once for all who ask. */
import { judgeCall } from '../contract/calls.ts';
import type { CallJudgement } from '../contract/calls.ts';
import type { Contract } from '../contract/contract.ts';
import { exactJson } from '../contract/exact-json.ts';
import type { CallEffect } from '../contract/states.ts';
import type { HttpFalsehood } from '../history/events.ts';
import type { Call, History } from '../history/history.ts';
import { perHistoryAnd } from '../history/memo.ts';

/** A call with its judgement; what cannot be read is no evidence either way. */
export interface JudgedCall {
  readonly call: Call;
  readonly judgement: CallJudgement;
  /** There is a whole answer, with nothing in its shape falsified. */
  readonly answered: boolean;
  /** A body is too large to be in the history as a whole. */
  readonly unreadable: boolean;
}

/** What an answer may have got wrong on purpose that shows in its shape; a wrong id or a missing row does not. */
const SPOILS_SHAPE: readonly HttpFalsehood[] = ['body', 'shape', 'status'];

const answerOf = ({ response }: Call) => {
  if (response === undefined || response.status === null || response.ended === 'truncated') return undefined;
  if (response.falsified.some((falsehood) => SPOILS_SHAPE.includes(falsehood))) return undefined;
  return { status: response.status, headers: response.headers, json: exactJson(response.body, response.json) };
};

const requestOf = ({ request: { method, path, headers, body, json } }: Call) => ({
  method,
  path,
  headers,
  json: exactJson(body, json),
});

/** A client that went away in the middle of its request said nothing that could be judged. */
const wasSentWhole = ({ request, response }: Call): boolean =>
  request.json !== undefined || response?.ended !== 'client-gone';

/** The history's calls, by call id. Calls that were cut off before their end are left out. */
export const judgedCalls = perHistoryAnd((history: History, { http }: Contract): readonly JudgedCall[] => {
  if (history.calls.length === 0) return [];
  const effects = new Map<number, CallEffect[]>();
  for (const { call, effect } of history.of('http.effect')) effects.set(call, [...(effects.get(call) ?? []), effect]);
  return history.calls.filter(wasSentWhole).map((call) => {
    const response = answerOf(call);
    return {
      call,
      judgement: judgeCall(http, {
        request: requestOf(call),
        response,
        effects: effects.get(call.request.call) ?? [],
      }),
      answered: response !== undefined,
      unreadable:
        (call.request.json === undefined && call.request.body.truncated !== undefined) ||
        (call.response?.json === undefined && call.response?.body?.truncated !== undefined),
    };
  });
});
