/** For tests only: verdicts in few words. */
import type { Finding, TrialOutcome, TrialVerdict } from '../../history/verdict.ts';
import type { JudgedTrial } from '../findings.ts';

export const MET: TrialVerdict['during']['expectation'] = {
  met: true,
  case: null,
  expected: null,
  actual: [],
  message: '',
};

export const verdictWith = (
  violations: readonly (readonly [string, ...Finding[]])[],
  more: Partial<TrialVerdict> = {},
): TrialVerdict => ({
  outcome: violations.length > 0 ? 'failed' : 'passed',
  unknown: [],
  during: { causes: [], expectation: MET },
  after: [],
  invariants: violations.map(([id, ...findings]) => ({ id, verdict: 'violated', findings })),
  faults: [],
  ...more,
});

export const found = (message: string, more: Partial<Finding> = {}): Finding => ({ message, evidence: [1], ...more });

export const trialOf = (name: string, verdict: TrialVerdict): JudgedTrial => ({
  name,
  seed: 7,
  verdict,
  runDir: `/runs/${name}`,
});

/** A trial of that outcome with the finding `no-event-lost/w/<shape>` for every shape. */
export const trialWith = (name: string, shapes: readonly string[], outcome?: TrialOutcome): JudgedTrial =>
  trialOf(
    name,
    verdictWith(
      shapes.map((shape) => ['no-event-lost', found(`${shape} of ada (payment 1fa90c93)`, { worker: 'w', shape })]),
      outcome === undefined ? {} : { outcome, unknown: outcome === 'unknown' ? ['no barrier was ever passed'] : [] },
    ),
  );
