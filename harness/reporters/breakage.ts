/** What broke in a trial, as sentences in the domain's words. Pure. */
import type { Finding, TrialVerdict } from '../history/verdict.ts';
import { findingsOfTrial } from '../verdict/findings.ts';
import { fold, foldedText } from '../verdict/fold.ts';
import { reasonsOf } from '../verdict/unknowns.ts';

export interface Breakage {
  /** The finding's id; of what could not be decided, `unknown`. */
  readonly id: string;
  readonly isFinding: boolean;
  readonly message: string;
  /** `seq` of the events that show it. */
  readonly evidence: readonly number[];
  readonly subject?: string;
}

const told = (id: string, isFinding: boolean, findings: readonly Finding[]): readonly Breakage[] =>
  fold(findings).map((folded) => ({
    id,
    isFinding,
    message: foldedText(folded),
    evidence: folded.finding.evidence,
    ...(folded.finding.subject === undefined ? {} : { subject: folded.finding.subject }),
  }));

/** Findings, then why something could not be decided. Empty when it passed. */
export const breakagesOf = (verdict: TrialVerdict): readonly Breakage[] => [
  ...findingsOfTrial(verdict).flatMap(({ id, shown }) => told(id, true, shown)),
  ...reasonsOf(verdict).map((message) => ({ id: 'unknown', isFinding: false, message, evidence: [] })),
];

/** What was seen and accuses nobody: notes of invariants, by invariant. */
export const notesOf = ({ invariants }: TrialVerdict): readonly Breakage[] =>
  invariants.flatMap(({ id, notes = [] }) => told(id, false, notes));
