import type { Mismatch } from '../contract/match.ts';
import type { BarrierSource } from '../history/events.ts';
import type { Call, History } from '../history/history.ts';
import { belonging, short } from '../history/names.ts';
import { ownersOf, paymentOfCall, paymentsOfStudent } from '../history/subjects.ts';
import { answeredForAnother } from './calls-honour-contract-agreement.ts';
import { unfitEventBehind } from './calls-honour-contract-excuses.ts';
import { judgedCalls } from './calls-honour-contract-judged.ts';
import type { JudgedCall } from './calls-honour-contract-judged.ts';
import { describeMismatches, shapeOf } from './honour-contract.ts';
import type { Claim, Invariant, Told } from './types.ts';

const finding = (history: History, call: Call, what: string, wrong: readonly Mismatch[]): Told => {
  const subject = paymentOfCall(history, call);
  const status = call.response?.status ?? null;
  const answered = status === null ? '' : `, answered ${status},`;
  return {
    message: `call ${call.request.call}${belonging(subject)}${answered} ${what} ${describeMismatches(wrong)}`,
    evidence: [call.request.seq, ...(call.response === undefined ? [] : [call.response.seq])],
    ...(subject === undefined ? {} : { subject: subject.name }),
    shape: shapeOf(wrong),
    worker: call.request.worker,
  };
};

const claim = (told: Told, restsOn: readonly BarrierSource[]): Claim => ({ ...told, restsOn });

/** What is wrong with the request; undefined: nothing is. */
const aboutRequest = (
  history: History,
  { call, judgement }: JudgedCall,
): { accused?: Claim; excused?: Told } | undefined => {
  const wrong = judgement.request;
  if (wrong.length === 0) return undefined;
  const event = unfitEventBehind(history, call, wrong);
  // An event of the scenario that was not read may be what it passed on.
  if (event === undefined)
    return {
      accused: claim(finding(history, call, 'has a request that does not fit the contract:', wrong), ['kafka']),
    };
  const found = finding(
    history,
    call,
    'has a request that does not fit, as the event that the scenario published says it:',
    wrong,
  );
  return {
    excused: { ...found, evidence: [...found.evidence, event.record.seq], shape: `${found.shape}-as-published` },
  };
};

const NONE: readonly never[] = [];

/** The stub gave the answer: no worker made it, and what workers do with it is not what they would do with the API's. */
const aboutAnswer = (history: History, { call, judgement, answered }: JudgedCall): readonly Told[] => {
  if (!answered) return NONE;
  const wrong = [...judgement.response, ...answeredForAnother(call)];
  if (wrong.length === 0) return NONE;
  const { worker: _caller, ...told } = finding(
    history,
    call,
    'has an answer of the stub that does not fit the contract:',
    wrong,
  );
  return [told];
};

/** What it asks for, in the words of its pipeline: of a student and course that are nobody's. */
const inWords = ({ pipeline }: History, { request, studentId, courseId }: Call): string => {
  const [student, course] = pipeline.pairCalled;
  const { asks } = pipeline.service(request.service);
  const what = asks === undefined ? `${request.service} about` : `${asks.for} for`;
  const idly = asks?.idly ?? `which are of no ${pipeline.subject.called}`;
  return `call ${request.call} asks ${what} ${student} ${short(studentId)} and ${course} ${short(courseId)}, ${idly}`;
};

/** A call of a student of this trial, for a course that nobody bought: no contract forbids it, and nobody asked for it. */
const forNobody = (history: History, { call }: JudgedCall): readonly Told[] => {
  const { request, studentId, courseId } = call;
  // One that names only one of the two, or neither, names no other than whose it is.
  if (studentId === undefined || courseId === undefined) return NONE;
  if (ownersOf(history, { studentId, courseId }).length > 0) return NONE;
  const subject = paymentOfCall(history, call) ?? paymentsOfStudent(history, studentId)[0];
  if (subject === undefined) return NONE;
  return [
    {
      message: inWords(history, call),
      evidence: [request.seq],
      subject: subject.name,
      shape: 'for-nobody',
      worker: request.worker,
    },
  ];
};

const tooLarge = ({ call: { request } }: JudgedCall): Told => ({
  message: `call ${request.call} is too large to be judged as a whole`,
  evidence: [request.seq],
  shape: 'too-large',
  worker: request.worker,
});

export const callsHonourContract: Invariant = {
  id: 'calls-honour-contract',
  title: 'Every call at admin-service is one that its contract knows: the request, and the answer by its status.',
  byAnEvent: true,
  needs: ['kafka', 'admin-service'],
  check: (history, contract) => {
    const judged = judgedCalls(history, contract);
    const violations: Claim[] = [];
    const excused: Told[] = [];
    const idle: Told[] = [];
    const tooLong: Told[] = [];
    const answers: Told[] = [];
    for (const each of judged) {
      if (each.unreadable) {
        tooLong.push(tooLarge(each));
        continue;
      }
      const request = aboutRequest(history, each);
      if (request?.accused !== undefined) violations.push(request.accused);
      if (request?.excused !== undefined) excused.push(request.excused);
      if (request === undefined) idle.push(...forNobody(history, each));
      answers.push(...aboutAnswer(history, each));
    }
    return { violations, notes: [...excused, ...idle], undecided: [...tooLong, ...answers] };
  },
};
