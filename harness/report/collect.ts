/** From results and histories to the page's data. Pure but for what it is given to read with. */
import type { HistoryEvent } from '../history/events.ts';
import type { Cause } from '../history/verdict.ts';
import { invariantsOf } from '../invariants/catalogue.ts';
import { pipelineOf } from '../pipeline/queries.ts';
import type { Pipeline } from '../pipeline/queries.ts';
import { breakagesOf, notesOf } from '../reporters/breakage.ts';
import type { Breakage } from '../reporters/breakage.ts';
import { coverageOfRun } from '../reporters/contract.ts';
import { endingTexts } from '../reporters/failure-head.ts';
import { findingsOf } from '../reporters/run-findings.ts';
import type { NotApplicable } from '../reporters/types.ts';
import type { RunEnvironment, TrialResult } from '../verdict/result.ts';
import { CODES, codeOf, codeOfDoubt } from '../verdict/codes.ts';
import { answerFor } from '../verdict/known.ts';
import { standingIn } from '../verdict/premises.ts';
import type { Premises } from '../verdict/premises.ts';
import { reasonsOf } from '../verdict/unknowns.ts';
import type { PageCause, PageIndex, PageStatement, PageTrial } from './data.ts';
import { excerptOf } from './excerpt.ts';

/** What was recorded of a trial. */
export interface Recorded {
  /** None: it cannot be read. */
  readonly events: readonly HistoryEvent[];
  /** The whole of it as NDJSON. Undefined: it cannot be read, or is longer than a text can be. */
  readonly text: () => string | undefined;
  /** It is there, and was not read for its length. */
  readonly tooLong?: true;
}

export const NOT_RECORDED: Recorded = { events: [], text: () => undefined };

/** A trial with what was stored of it. */
export interface ReportTrial {
  readonly label: string;
  readonly result: TrialResult;
  readonly judged: boolean;
  readonly tags: readonly string[];
  readonly replay: string;
  /** Reads it: so one after the other is in memory, and not those of all trials. */
  readonly recorded: () => Recorded;
}

/** A trial of the same scenario that passed, to be held against one that did not. */
export interface ReferenceTrial {
  readonly label: string;
  /** Where it came from: the same one is put into the page once. */
  readonly folder: string;
  /** Reads it. Undefined: it cannot be read, or is longer than a text can be. */
  readonly history: () => string | undefined;
}

export interface Report {
  readonly title: string;
  readonly made: Date;
  readonly faultline: string;
  readonly trials: readonly ReportTrial[];
  readonly premises: Premises;
  readonly notApplicable: readonly NotApplicable[];
  readonly notRun?: string;
  readonly environment?: RunEnvironment;
  readonly durationMs?: number;
  readonly referenceFor: (trial: ReportTrial) => ReferenceTrial | undefined;
}

export interface PageData {
  readonly index: PageIndex;
  /** NDJSON, as the trials of the index number them. */
  readonly histories: readonly string[];
}

const codeIn = (code: string | undefined): { readonly code?: string } => (code === undefined ? {} : { code });

const statementOf = ({ id, message, evidence, subject }: Breakage): PageStatement => ({
  id,
  ...codeIn(codeOf(id)),
  message,
  evidence: [...new Set(evidence)],
  ...(subject === undefined ? {} : { subject }),
});

const causeOf = (cause: Cause): PageCause => ({
  id: cause.id,
  ...codeIn(codeOf(cause.id)),
  rank: cause.rank,
  message: cause.message,
  evidence: [...new Set(cause.evidence)],
  remarks: [
    ...(cause.consequenceOf === undefined ? [] : [`only a consequence of ${cause.consequenceOf}`]),
    ...(cause.undecided === true ? ['undecided: nothing tells it from the others of its rank'] : []),
  ],
  checks: cause.checks,
  ...(cause.subject === undefined ? {} : { subject: cause.subject }),
});

/** The first event after which something that broke could no longer be undone. */
export const noReturnOf = (result: TrialResult, pipeline: Pipeline): PageTrial['noReturn'] => {
  const broken = new Set(invariantsOf(pipeline).flatMap(({ id, byAnEvent }) => (byAnEvent === true ? [id] : [])));
  const ends = result.verdict.invariants
    .filter(({ id, verdict }) => verdict === 'violated' && broken.has(id))
    .flatMap(({ id, findings }) =>
      findings.flatMap(({ evidence }) => (evidence.length === 0 ? [] : [{ id, seq: Math.max(...evidence) }])),
    );
  return ends.sort((a, b) => a.seq - b.seq)[0];
};

const trialOf = (trial: ReportTrial, { events }: Recorded, premises: Premises): PageTrial => {
  const { label, result, judged, tags, replay } = trial;
  const { verdict } = result;
  const breakages = judged ? breakagesOf(verdict) : [];
  const [first] = events;
  const noReturn =
    judged && verdict.outcome === 'failed' && first?.kind === 'trial.started'
      ? noReturnOf(result, pipelineOf(first.pipeline))
      : undefined;
  return {
    label,
    name: result.name,
    title: result.title,
    tags,
    outcome: judged ? verdict.outcome : 'not judged',
    known: judged && standingIn(premises, result) === 'known',
    seed: result.seed,
    workers: result.workers,
    totalMs: result.timings.totalMs,
    attempts: (result.earlier ?? []).map((attempt) => ({
      outcome: attempt.verdict.outcome,
      reasons: reasonsOf(attempt.verdict),
    })),
    replay,
    folder: result.runDir,
    broke: breakages
      .filter(({ isFinding }) => isFinding)
      .map((breakage) => {
        const { state } = answerFor(premises.acceptance, breakage.id, result.name);
        return { ...statementOf(breakage), ...(state === 'new' ? {} : { state }) };
      }),
    undecided: judged ? reasonsOf(verdict).map((text) => ({ ...codeIn(codeOfDoubt(text)), text })) : [],
    causes: verdict.during.causes.map(causeOf),
    expectation: verdict.during.expectation.message,
    notes: notesOf(verdict).map(statementOf),
    ending: endingTexts(events),
    faults: verdict.faults,
    invariants: verdict.invariants.map(({ id, verdict: is }) => ({ id, verdict: is })),
    ...(noReturn === undefined ? {} : { noReturn }),
    versions: first?.kind === 'trial.started' ? first.versions : {},
  };
};

export const pageOf = (report: Report): PageData => {
  const { premises } = report;
  const histories: string[] = [];
  const references = new Map<string, number | undefined>();
  const add = (history: string): number => histories.push(history) - 1;
  /** The trial's history as far as it can be drawn. */
  const historyOf = (
    { events, text, tooLong }: Recorded,
    { broke, causes, noReturn }: PageTrial,
  ): Partial<PageTrial> => {
    const led = noReturn === undefined ? [] : [{ evidence: [noReturn.seq] }];
    const excerpt = excerptOf(events, [...broke, ...causes, ...led]);
    if (excerpt === undefined) {
      const history = text();
      if (history !== undefined) return { history: add(history) };
      return events.length > 0 || tooLong === true ? { tooLong: true } : {};
    }
    const { history: part, ...about } = excerpt;
    return { history: add(part), excerpt: about };
  };
  const trials = report.trials.map((trial): PageTrial => {
    const recorded = trial.recorded();
    const page = trialOf(trial, recorded, premises);
    const own = { ...page, ...historyOf(recorded, page) };
    // Against an excerpt everybody who is left out would be missing.
    if (page.outcome === 'passed' || own.excerpt !== undefined) return own;
    const found = report.referenceFor(trial);
    if (found === undefined) return own;
    const { folder, label } = found;
    if (!references.has(folder)) {
      const history = found.history();
      references.set(folder, history === undefined ? undefined : add(history));
    }
    const history = references.get(folder);
    return history === undefined ? own : { ...own, reference: { history, label } };
  });
  const judged = report.trials.filter((trial) => trial.judged).map(({ result }) => result);
  const { findings } = findingsOf(judged, premises);
  const contract = coverageOfRun(judged);
  return {
    histories,
    index: {
      title: report.title,
      made: report.made.toISOString(),
      faultline: report.faultline,
      trials,
      findings: findings.map(({ id, message, state, scenarios }) => ({
        id,
        ...codeIn(codeOf(id)),
        message,
        state,
        scenarios,
      })),
      notApplicable: report.notApplicable,
      codes: CODES,
      ...(report.notRun === undefined ? {} : { notRun: report.notRun }),
      ...(report.environment === undefined
        ? {}
        : {
            environment: {
              mode: report.environment.mode,
              kafka: report.environment.kafka,
              postgres: report.environment.postgres,
            },
          }),
      ...(report.durationMs === undefined ? {} : { durationMs: report.durationMs }),
      ...(contract === undefined ? {} : { contract }),
    },
  };
};
