import type { Subject } from '../history/events.ts';
import type { Call, History, PipelineEvent } from '../history/history.ts';
import { sameId } from '../history/ids.ts';
import { idsNamedBy } from '../history/named.ts';
import { eventName, nameOf, short } from '../history/names.ts';
import { versionsOf } from '../history/rows.ts';
import { wholeNumber } from '../history/values.ts';
import { callsOf, ownersOf, paymentsOfStudent } from '../history/subjects.ts';
import { truthfulId } from './answers.ts';
import type { Naming } from '../pipeline/queries.ts';
import { ITS_ID, lieAbout } from './ids-agree-lies.ts';
import type { Disagreement } from './ids-agree-lies.ts';
import { disagreesWithRow } from './ids-agree-rows.ts';
import type { Agreeing } from './ids-agree-rows.ts';
import { publishedBy } from './judging.ts';
import type { Claim, Invariant, Told } from './types.ts';

/** The answers that were true and final, none of which named the announced row. */
const disagreesWithAnswers = (
  history: History,
  service: string | undefined,
  { name, entity }: Naming,
  calls: readonly Call[],
  id: string,
): Disagreement | undefined => {
  const truths: { readonly named: string; readonly seq: number }[] = [];
  for (const call of calls) {
    const { response, answers } = call;
    if (response === undefined || answers?.final.includes(response.status ?? 0) !== true) continue;
    const named = truthfulId(history, call, entity);
    if (sameId(named, id)) return undefined;
    if (named !== undefined) truths.push({ named, seq: response.seq });
  }
  const [first] = truths;
  if (first === undefined) return undefined;
  return {
    message: `names ${name} ${short(id)}, but ${service} had answered with ${short(first.named)}`,
    evidence: truths.map(({ seq }) => seq),
    wrong: [{ place: ITS_ID, value: id }],
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
const subjectOf = (history: History, event: PipelineEvent, { entity }: Naming, id: string): Subject | undefined =>
  ownersOf(history, event)[0] ??
  paymentsOfStudent(history, versionsOf(history, entity.table, id).at(-1)?.values['student_id'])[0];

interface Judged {
  readonly accused?: Claim;
  readonly excused?: Told;
}

/** The service that the event's stage calls, or one of several stages; undefined: none. */
const calledFor = ({ pipeline }: History, type: string): string | undefined => {
  for (const role of pipeline.announcersOf(type)) {
    const { calls } = pipeline.stage(role);
    if (calls !== undefined) return calls;
  }
  return undefined;
};

const NOTHING: Judged = {};

const judge = (history: History, event: PipelineEvent, naming: Agreeing, id: string): Judged => {
  const subject = subjectOf(history, event, naming, id);
  if (subject === undefined) return NOTHING;
  const service = calledFor(history, event.type);
  // What was answered to a stage that calls nobody is nothing to it.
  const calls = callsOf(history, subject).filter((call) => call.service === service);
  const found =
    disagreesWithRow(history, event, naming, id, calls) ?? disagreesWithAnswers(history, service, naming, calls, id);
  if (found === undefined) return NOTHING;
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
      message: `${told.message}; ${service} had falsely said so`,
      evidence: [...told.evidence, ...lies.flatMap(({ response }) => response?.seq ?? [])],
      shape: `${found.shape}-as-falsely-told`,
    },
  };
};

/** It says how many rows it names, and names another number of them. */
const countsWrongly = (history: History, event: PipelineEvent, naming: Naming): Judged => {
  if (naming.count === undefined) return NOTHING;
  const said = wholeNumber(event.body?.[naming.count]);
  const listed = event.body?.[naming.by];
  const [subject] = ownersOf(history, event);
  if (said === undefined || !Array.isArray(listed) || listed.length === said || subject === undefined) return NOTHING;
  return {
    accused: {
      message: `${eventName(event)} of ${nameOf(subject)} says ${naming.count} ${said} and names ${listed.length} of ${naming.name}`,
      evidence: [event.record.seq],
      subject: subject.name,
      ...publishedBy(history, event.type),
      shape: 'another-count',
      restsOn: sameId(event.correlationId, subject.correlationId) ? [] : ['kafka'],
    },
  };
};

const isHeldToFields = (naming: Naming): naming is Agreeing => naming.agrees !== undefined;

const judgeEvent = (history: History, event: PipelineEvent): Judged => {
  const naming = event.byHarness ? undefined : history.pipeline.namedBy(event.type);
  if (naming === undefined) return NOTHING;
  const counted = countsWrongly(history, event, naming);
  if (!isHeldToFields(naming) || counted.accused !== undefined) return counted;
  let excused: Judged | undefined;
  // Without an id it names nothing: that is for messages-honour-contract. Of several rows the first that is wrong is told.
  for (const id of idsNamedBy(history, event)) {
    const judged = judge(history, event, naming, id);
    if (judged.accused !== undefined) return judged;
    if (judged.excused !== undefined) excused ??= judged;
  }
  return excused ?? NOTHING;
};

export const idsAgree: Invariant = {
  id: 'ids-agree',
  title: 'What tells of a row names a committed one, with the ids that it has, and the one that was answered.',
  byAnEvent: true,
  needs: ['postgres', 'kafka', 'admin-service'],
  check: (history) => {
    const violations: Claim[] = [];
    const notes: Told[] = [];
    for (const event of history.pipelineEvents) {
      const { accused, excused } = judgeEvent(history, event);
      if (accused !== undefined) violations.push(accused);
      if (excused !== undefined) notes.push(excused);
    }
    return { violations, notes };
  },
};
