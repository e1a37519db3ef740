/** Which findings have been told at length: one defect that many scenarios show is told once. */
import type { TrialVerdict } from '../history/verdict.ts';
import { findingsOfTrial } from '../verdict/findings.ts';

export interface Told {
  /** By id, the trial that told it. */
  readonly findings: ReadonlyMap<string, string>;
  /** This trial has been told. */
  add(label: string, verdict: TrialVerdict): void;
}

export const createTold = (): Told => {
  const findings = new Map<string, string>();
  return {
    findings,
    add: (label, verdict) => {
      for (const { id } of findingsOfTrial(verdict)) if (!findings.has(id)) findings.set(id, label);
    },
  };
};
