/** Whether a fault struck: that it was met is not enough where what it met shows that it changed nothing. Pure. */
import type { HistoryEvent } from '../history/events.ts';
import type { History } from '../history/history.ts';
import { callsOf } from '../history/subjects.ts';
import type { TrialVerdict } from '../history/verdict.ts';

/** What each behaviour of admin-service would answer as well if it behaved normally: then nothing was changed. */
const AS_NORMAL: Readonly<Record<string, readonly number[]>> = {
  // A row that was approved before is answered as it is, whether or not a trainer is free.
  'no-trainer': [201],
};

/** Did every call that met the behaviour get the answer that it would have got without? */
const changedNothing = (history: History, event: HistoryEvent<'fault.fired'>): boolean => {
  const subject = history.subjects.find((each) => each.name === event.subject);
  if (event.disturbs !== 'answers' || subject === undefined) return false;
  const met = callsOf(history, subject).flatMap(({ response }) =>
    response === undefined || response.behaviour === 'normal' ? [] : [response],
  );
  return (
    met.length > 0 &&
    met.every(({ behaviour, status }) => status !== null && (AS_NORMAL[behaviour] ?? []).includes(status))
  );
};

/** Every fault of the trial, and whether it struck. */
export const faultsOf = (history: History): TrialVerdict['faults'] => {
  const struck = new Set(
    history.of('fault.fired').flatMap((event) => (changedNothing(history, event) ? [] : [event.fault])),
  );
  return history.of('fault.armed').map((e) => ({ kind: e.faultKind, fired: struck.has(e.fault) }));
};
