/** What becomes of a verdict when something about its trial's ids arrives afterwards (semantics: Settled). Pure. */
import type { HistoryEvent } from '../history/events.ts';
import type { TrialVerdict } from '../history/verdict.ts';

/** The verdict of a trial of which something arrived afterwards. */
export const judgedTooEarly = (verdict: TrialVerdict, event: HistoryEvent): TrialVerdict => ({
  ...verdict,
  outcome: 'unknown',
  unknown: [...verdict.unknown, `judged too early: ${event.kind} arrived after the verdict`],
});
