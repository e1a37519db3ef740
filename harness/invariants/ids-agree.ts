import type { Subject } from '../history/events.ts';
import { text } from '../history/history.ts';
import type { Call, History, PipelineEvent } from '../history/history.ts';
import { sameId } from '../history/ids.ts';
import { eventName, nameOf, short } from '../history/names.ts';
import { versionsOf } from '../history/rows.ts';
import { callsOf, ownersOf, paymentOf, paymentsOfStudent } from '../history/subjects.ts';
import { truthfulId } from './answers.ts';
import { lieAbout } from './ids-agree-lies.ts';
import type { Disagreement } from './ids-agree-lies.ts';
import { disagreesWithRow } from './ids-agree-rows.ts';
import { publishedBy } from './judging.ts';
import type { Claim, Invariant, Told } from './types.ts';

/** The answers that were true and assigned a trainer, none of which named the announced allocation. */
const disagreesWithAnswers = (calls: readonly Call[], id: string): Disagreement | undefined => {
  const truths = calls.flatMap((call) => {
    const named = truthfulId(call);
    return call.response?.status === 201 && named !== undefined ? [{ named, seq: call.response.seq }] : [];
  });
  const [first] = truths;
  if (first === undefined || truths.some(({ named }) => sameId(named, id))) return undefined;
  return {
    message: `names allocation ${short(id)}, but admin-service had answered with ${short(first.named)}`,
    evidence: truths.map(({ seq }) => seq),
    wrong: [{ place: 'id', value: id }],
    shape: 'not-what-was-answered',
    // A later answer may name it; whose answers these are, the events of the other payments tell.
    restsOn: ['admin-service', 'kafka'],
  };
};

/** The lies that explain everything that is wrong; undefined: something is wrong that nobody had told the worker. */
const liesBehind = (calls: readonly Call[], { wrong }: Disagreement): readonly Call[] | undefined => {
  if (wrong.length === 0) return undefined;
  const lies = wrong.map(({ place, value }) => lieAbout(calls, place, value));
  return lies.every((lie) => lie !== undefined) ? lies : undefined;
};

/** Whose it is: by the event's own ids, or, under a stranger's, by the row it names. */
const subjectOf = (history: History, event: PipelineEvent, id: string): Subject | undefined =>
  paymentOf(history, event) ??
  ownersOf(history, event)[0] ??
  paymentsOfStudent(history, versionsOf(history, 'trainer_allocations', id).at(-1)?.values['student_id'])[0];

interface Judged {
  readonly accused?: Claim;
  readonly excused?: Told;
}

const judge = (history: History, event: PipelineEvent): Judged => {
  const id = text(event.body?.['allocationId']);
  const subject = id === undefined ? undefined : subjectOf(history, event, id);
  // Without an id it names nothing: that is for messages-honour-contract.
  if (id === undefined || subject === undefined) return {};
  const calls = callsOf(history, subject);
  const found = disagreesWithRow(history, event, id, calls) ?? disagreesWithAnswers(calls, id);
  if (found === undefined) return {};
  const lies = liesBehind(calls, found);
  const told = {
    message: `${eventName(event)} of ${nameOf(subject)} ${found.message}`,
    evidence: [event.record.seq, ...found.evidence],
    subject: subject.name,
    ...publishedBy(history, event.type),
  };
  if (lies === undefined)
    return { accused: { ...told, shape: found.shape, restsOn: [...found.restsOn, 'admin-service'] } };
  return {
    excused: {
      ...told,
      message: `${told.message}; admin-service had falsely said so`,
      evidence: [...told.evidence, ...lies.flatMap(({ response }) => response?.seq ?? [])],
      shape: `${found.shape}-as-falsely-told`,
    },
  };
};

export const idsAgree: Invariant = {
  id: 'ids-agree',
  title:
    'TRAINER_ALLOCATED names a committed allocation of that student, course and trainer, the one that was answered.',
  needs: ['postgres', 'kafka', 'admin-service'],
  check: (history) => {
    const judged = history.pipelineEvents
      .filter(({ type, byHarness }) => type === 'TRAINER_ALLOCATED' && !byHarness)
      .map((event) => judge(history, event));
    return {
      violations: judged.flatMap(({ accused }) => accused ?? []),
      notes: judged.flatMap(({ excused }) => excused ?? []),
    };
  },
};
