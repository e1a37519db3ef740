/** What a live system says of its payment: the report's checks and the causes, by the code that judges trials. Pure. */
import { judgedChecks } from '../diagnosis/checks.ts';
import type { CheckName, JudgedCheck } from '../diagnosis/checks.ts';
import { diagnose } from '../diagnosis/diagnose.ts';
import { checkedStage, factsOf } from '../diagnosis/facts.ts';
import type { Facts } from '../diagnosis/facts.ts';
import type { StageFacts } from '../diagnosis/stage.ts';
import { BARRIER_SOURCES, liveReading } from '../history/completeness.ts';
import type { BarrierSource, HistoryEvent, LiveClock, SourceGap, Subject } from '../history/events.ts';
import { short } from '../history/names.ts';
import { openHistory } from '../history/history.ts';
import type { History } from '../history/history.ts';
import { isOwed } from '../pipeline/queries.ts';
import type { Cause } from '../history/verdict.ts';
import { howAsked } from './asked.ts';
import type { Asked } from './asked.ts';
import { ALL_CHECKS } from './chosen.ts';
import { CODES, certaintyOf } from './codes.ts';
import { evidenceIn } from './evidence.ts';
import { findingsOf } from './findings.ts';
import type { ReportedFinding } from './findings.ts';
import { standingOf } from './standing.ts';
import type { Where } from './tools.ts';

export interface ReportedCause {
  readonly code: string;
  readonly id: Cause['id'];
  readonly rank: number;
  readonly message: string;
  readonly certainty: string;
  readonly consequenceOf?: string;
  readonly evidence: readonly string[];
  /** In one sentence. */
  readonly next: string;
  /** For a person to run. */
  readonly commands: readonly string[];
}

/** With the commands by which a person would ask the same, and what was read for the answer; empty: nothing was. */
export type ReportedCheck = Omit<JudgedCheck, 'evidence' | 'readFrom'> & Asked;

export interface ReportedStage {
  readonly worker: string;
  readonly checks: readonly ReportedCheck[];
  /** Where its group stands. */
  readonly standing: readonly string[];
}

export interface DiagnosisReport {
  readonly payment: { readonly correlationId: string; readonly studentId: string; readonly courseId: string };
  readonly outcome: 'nothing-wrong' | 'cause-found' | 'not-known';
  /** In one sentence. */
  readonly inShort: string;
  readonly sources: readonly { readonly source: string; readonly complete: boolean; readonly why?: string }[];
  /** How clocks of other hosts differ from that of this machine, as far as that is known. */
  readonly clocks: readonly string[];
  readonly stages: readonly ReportedStage[];
  readonly causes: readonly ReportedCause[];
  /** What else is wrong with it, or was seen. */
  readonly findings: readonly ReportedFinding[];
}

const SOURCE_WORDS: Readonly<Record<BarrierSource, string>> = {
  postgres: 'rows in PostgreSQL',
  kafka: 'records in Kafka',
  offsets: "the groups' members and offsets",
  'admin-service': 'calls at services',
};

const wordsOf = (source: BarrierSource): string => SOURCE_WORDS[source];

const inSeconds = (ms: number): string => `${(ms / 1000).toFixed(3)} s`;

const clockInWords = ({ of, aheadMs, withinMs = 0, note }: LiveClock): string =>
  aheadMs === undefined
    ? `${of}: not measured (${note ?? 'nothing is known of it'})`
    : `${of}: ${inSeconds(Math.abs(aheadMs))} ${aheadMs < 0 ? 'behind' : 'ahead of'} this machine's, give or take ${inSeconds(withinMs)}`;

/** `why`: why it is not complete; undefined: it is. */
const readFrom = (source: string, why: string | undefined): DiagnosisReport['sources'][number] => ({
  source,
  complete: why === undefined,
  ...(why === undefined ? {} : { why }),
});

const tellCause = (history: History, facts: Facts, cause: Cause, where: Where): ReportedCause => {
  const { code, next, commands } = CODES[cause.id];
  const stage = checkedStage(facts, cause);
  return {
    code,
    id: cause.id,
    rank: cause.rank,
    message: cause.message,
    certainty: certaintyOf(cause, wordsOf, liveReading(history)?.logs !== undefined),
    ...(cause.consequenceOf === undefined ? {} : { consequenceOf: CODES[cause.consequenceOf].code }),
    evidence: evidenceIn(history, cause.evidence),
    next,
    commands: commands(facts, stage, where),
  };
};

const isInWork = (gaps: readonly SourceGap[]): boolean => gaps.some(({ why }) => why.includes('it is in work'));

/** Rows that count, and of which nothing more follows before a person decides. */
const restingRows = ({ stages }: Facts): readonly string[] => {
  const furthest = stages.findLast(({ effects }) => effects.length > 0);
  const entity = furthest?.entity;
  if (furthest === undefined || entity === undefined) return [];
  if (furthest.effects.some(({ values }) => isOwed(entity, values))) return [];
  return furthest.effects.map(({ values }) => {
    const state = entity.shows === undefined ? '' : ` is ${String(values[entity.shows])}`;
    return `${furthest.name} ${short(values['id'])}${state}`;
  });
};

const shortly = (
  facts: Facts,
  causes: readonly Cause[],
  gaps: readonly SourceGap[],
  findings: readonly ReportedFinding[],
): string => {
  const { subject } = facts.history.pipeline;
  const [first] = causes;
  const wrong = findings.find(({ accuses }) => accuses);
  if (first === undefined && wrong !== undefined) return `${wrong.code} ${wrong.id}: ${wrong.message}`;
  if (facts.at === 'done') {
    const resting = restingRows(facts);
    return resting.length === 0
      ? `nothing is wrong: the ${subject.called} has come to its end`
      : `nothing is wrong: the ${subject.called} has come as far as it goes without a person's decision (${resting.join(', ')})`;
  }
  if (first !== undefined) return `${CODES[first.id].code} ${first.id}: ${first.message}`;
  if (facts.at === 'not-begun')
    return `nothing that a worker would act on was found: no event of this ${subject.called}, and no row that would follow from one and counts now`;
  if (isInWork(gaps)) return `the ${subject.called} is in work: it changed while it was looked at`;
  return `the ${subject.called} has not come to its end, and what could be asked shows no cause`;
};

/** Rows carry no id: what is missing of this one may have been done with another of the same student and course. */
const besides = ({ at, history: { pipeline } }: Facts, others: readonly Subject[]): string =>
  at === 'done' || others.length === 0
    ? ''
    : ` (events of ${others.map(({ correlationId }) => correlationId).join(', ')} tell of the same ${pipeline.pairCalled.join(' and ')}: they are not this one's)`;

const outcomeOf = (
  { at }: Facts,
  causes: readonly Cause[],
  findings: readonly ReportedFinding[],
): DiagnosisReport['outcome'] => {
  if (findings.some(({ accuses }) => accuses)) return 'cause-found';
  if (at === 'done') return 'nothing-wrong';
  return causes.length > 0 ? 'cause-found' : 'not-known';
};

const tellCheck = (
  { check, is, question, answer }: JudgedCheck,
  facts: Facts,
  stage: StageFacts,
  where: Where,
): ReportedCheck => ({ check, is, question, answer, ...howAsked(check, facts, stage, where) });

/**
 * Judges what was read of a live system. Errors: Error when the history is none of one payment of a live system.
 *
 * @param chosen Checks that are told; left out: all.
 */
export const reportOf = (
  events: readonly HistoryEvent[],
  where: Where,
  chosen: ReadonlySet<CheckName> = ALL_CHECKS,
): DiagnosisReport => {
  const history = openHistory(events);
  const [subject, ...others] = history.subjects;
  const reading = liveReading(history);
  if (subject === undefined || reading === undefined) throw new Error('this was not read of a live system');
  const { correlationId, studentId, courseId } = subject;
  const facts = factsOf(history, subject);
  const { gaps } = reading;
  const causes = diagnose(history, [subject]);
  const findings = findingsOf(facts, where);
  return {
    payment: { correlationId, studentId, courseId },
    outcome: outcomeOf(facts, causes, findings),
    inShort: `${shortly(facts, causes, gaps, findings)}${besides(facts, others)}`,
    sources: [
      ...BARRIER_SOURCES.map((source) => readFrom(wordsOf(source), gaps.find((gap) => gap.source === source)?.why)),
      ...(reading.workers ?? []).map(({ role, why }) => readFrom(`processes of ${role}`, why)),
    ],
    clocks: (reading.clocks ?? []).map(clockInWords),
    stages: facts.stages.map((stage) => ({
      worker: stage.role,
      checks: judgedChecks(facts, stage)
        .filter(({ check }) => chosen.has(check))
        .map((one) => tellCheck(one, facts, stage, where)),
      standing: standingOf(history, stage.worker.group),
    })),
    causes: causes.map((cause) => tellCause(history, facts, cause, where)),
    findings,
  };
};
