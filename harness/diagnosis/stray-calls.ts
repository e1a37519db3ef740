/** Calls of which nothing tells whose they are: without ids, with ids that two payments share, or with nobody's. */
import type { Subject } from '../history/events.ts';
import type { Call, History, PipelineEvent } from '../history/history.ts';
import { perHistory } from '../history/memo.ts';
import { mayFollow } from '../history/order.ts';
import { isCallFor, paymentOfCall, strayCallsOf } from '../history/subjects.ts';

/** A student and course that no event tells of are a worker's mistake, about whichever payment. */
const nobodysCalls = perHistory((history): readonly Call[] =>
  history.calls.filter(
    (call) =>
      paymentOfCall(history, call) === undefined &&
      !history.pipelineEvents.some((event) => isCallFor(history, call, event)),
  ),
);

/** Those that may have been made for the payment's event. With one of them it is not known that no call was. */
export const strayCallsSince = (
  history: History,
  subject: Subject,
  event: PipelineEvent | undefined,
): readonly Call[] => {
  if (event === undefined) return [];
  const strays = new Set([...strayCallsOf(history, subject), ...nobodysCalls(history)]);
  return history.calls.filter((call) => strays.has(call) && mayFollow(history, call.request, event));
};
