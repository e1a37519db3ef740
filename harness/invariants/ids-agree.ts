import type { BarrierSource, Subject } from '../history/events.ts';
import { text } from '../history/history.ts';
import type { Call, History, PipelineEvent } from '../history/history.ts';
import { eventName, nameOf, short } from '../history/names.ts';
import { versionsOf } from '../history/rows.ts';
import { callsOf, paymentOf } from '../history/subjects.ts';
import { playedBy } from './judging.ts';
import type { Claim, Invariant } from './types.ts';

type Values = Readonly<Record<string, unknown>>;
const isValues = (value: unknown): value is Values => typeof value === 'object' && value !== null;

const allocationIn = ({ response }: Call): Values | undefined => {
  const data = isValues(response?.json) ? response.json['data'] : undefined;
  return isValues(data) ? data : undefined;
};

/** Announced fields and the columns they must equal. */
const COLUMNS = { studentId: 'student_id', courseId: 'course_id', trainerId: 'trainer_id' } as const;
type Field = keyof typeof COLUMNS;
const FIELDS = Object.keys(COLUMNS) as readonly Field[];

interface Disagreement {
  readonly message: string;
  readonly evidence: readonly number[];
  /** The announced values that are wrong: if a false answer said them, the worker was lied to. */
  readonly wrong: readonly string[];
  readonly shape: string;
  readonly restsOn: readonly BarrierSource[];
}

/** Fields in which no committed state of the row is what was announced. */
const disagreesWithRow = (history: History, event: PipelineEvent, id: string): Disagreement | undefined => {
  const versions = versionsOf(history, 'trainer_allocations', id);
  if (versions.length === 0)
    return {
      message: `names allocation ${short(id)}, which was never committed`,
      evidence: [],
      wrong: [id],
      shape: 'never-committed',
      restsOn: ['postgres', 'admin-service'],
    };
  const differing = versions.map(({ values }) =>
    FIELDS.filter((field) => (event.body?.[field] ?? null) !== (values[COLUMNS[field]] ?? null)),
  );
  const closest = differing.reduce((best, each) => (each.length < best.length ? each : best));
  if (closest.length === 0) return undefined;
  const row = versions[differing.indexOf(closest)];
  const details = closest.map(
    (field) => `${field} ${short(event.body?.[field])} instead of ${short(row?.values[COLUMNS[field]])}`,
  );
  return {
    message: `names allocation ${short(id)} with ${details.join(', ')}`,
    evidence: row === undefined ? [] : [row.commit.seq],
    wrong: [id, ...closest.flatMap((field) => text(event.body?.[field]) ?? [])],
    shape: `differs-in-${closest.map((field) => COLUMNS[field].replace('_', '-')).join('-and-')}`,
    restsOn: ['postgres', 'admin-service'],
  };
};

/** The answers that were true and assigned a trainer, none of which named the announced allocation. */
const disagreesWithAnswers = (calls: readonly Call[], id: string): Disagreement | undefined => {
  const truths = calls.flatMap((call) => {
    const answered = call.response;
    const named = text(allocationIn(call)?.['id']);
    return answered?.status === 201 && answered.falsified.length === 0 && named !== undefined
      ? [{ named, seq: answered.seq }]
      : [];
  });
  const first = truths[0];
  if (first === undefined || truths.some(({ named }) => named === id)) return undefined;
  return {
    message: `names allocation ${short(id)}, but admin-service had answered with ${short(first.named)}`,
    evidence: truths.map(({ seq }) => seq),
    wrong: [id],
    shape: 'not-what-was-answered',
    restsOn: ['admin-service'],
  };
};

/** Did an answer that the stub falsified say one of the wrong values? */
const lieAbout = (calls: readonly Call[], wrong: readonly string[]): Call | undefined =>
  calls.find((call) => {
    if (call.response === undefined || call.response.falsified.length === 0) return false;
    const told = allocationIn(call);
    return told !== undefined && ['id', ...FIELDS].some((field) => wrong.includes(text(told[field]) ?? ''));
  });

const judge = (
  history: History,
  event: PipelineEvent,
  subject: Subject,
): { readonly finding: Claim; readonly lied: boolean } | undefined => {
  const id = text(event.body?.['allocationId']);
  // Without an id it names nothing: that is for messages-honour-contract.
  if (id === undefined) return undefined;
  const calls = callsOf(history, subject);
  const found = disagreesWithRow(history, event, id) ?? disagreesWithAnswers(calls, id);
  if (found === undefined) return undefined;
  const lie = lieAbout(calls, found.wrong);
  const because = lie === undefined ? '' : '; admin-service had falsely said so';
  const finding = {
    message: `${eventName(event)} of ${nameOf(subject)} ${found.message}${because}`,
    evidence: [event.record.seq, ...found.evidence, ...(lie?.response === undefined ? [] : [lie.response.seq])],
    subject: subject.name,
    shape: found.shape,
    ...playedBy(history, 'allocation-worker'),
    restsOn: found.restsOn,
  };
  return { finding, lied: lie !== undefined };
};

export const idsAgree: Invariant = {
  id: 'ids-agree',
  title:
    'TRAINER_ALLOCATED names a committed allocation of that student, course and trainer, the one that was answered.',
  needs: ['postgres', 'kafka', 'admin-service'],
  check: (history) => {
    const judged = history.pipelineEvents.flatMap((event) => {
      if (event.type !== 'TRAINER_ALLOCATED' || event.byHarness) return [];
      const subject = paymentOf(history, event);
      return (subject && judge(history, event, subject)) ?? [];
    });
    return {
      violations: judged.flatMap(({ finding, lied }) => (lied ? [] : [finding])),
      notes: judged.flatMap(({ finding, lied }) => (lied ? [finding] : [])),
    };
  },
};
