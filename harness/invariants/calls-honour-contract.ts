import type { Mismatch } from '../contract/match.ts';
import { text } from '../history/history.ts';
import type { Call, History } from '../history/history.ts';
import { paymentOf } from '../history/subjects.ts';
import type { BarrierSource } from '../history/events.ts';
import { answeredForAnother } from './calls-honour-contract-agreement.ts';
import { judgedCalls } from './calls-honour-contract-judged.ts';
import type { JudgedCall } from './calls-honour-contract-judged.ts';
import { describeMismatches, shapeOf } from './honour-contract.ts';
import { judgedRecords } from './messages-honour-contract-judged.ts';
import type { JudgedRecord } from './messages-honour-contract-judged.ts';
import type { Claim, Invariant } from './types.ts';

const idsOf = ({ request, studentId, courseId }: Call) => ({
  correlationId: request.correlationId,
  studentId,
  courseId,
});

/**
 * An event that the scenario itself published and that the contract does not know (a poison event): a worker that passes
 * its ids on sends a body the contract calls invalid, and is told so by a 400. Which call it led to is known by its ids;
 * where the call names no payment of this trial, nothing proves that it was another event.
 */
const poisonBehind = (history: History, call: Call): JudgedRecord | undefined => {
  const payment = paymentOf(history, idsOf(call));
  return judgedRecords(history).find(({ record, judgement, byHarness }) => {
    if (!byHarness || judgement.mismatches.length === 0) return false;
    return payment === undefined || text(record.key) === undefined || record.key === payment.correlationId;
  });
};

const finding = (
  history: History,
  call: Call,
  what: string,
  wrong: readonly Mismatch[],
  restsOn: readonly BarrierSource[],
): Claim => {
  const subject = paymentOf(history, idsOf(call))?.name;
  const status = call.response?.status ?? null;
  const answered = status === null ? '' : `, answered ${status},`;
  return {
    message: `call ${call.request.call}${answered} ${what} ${describeMismatches(wrong)}`,
    evidence: [call.request.seq, ...(call.response === undefined ? [] : [call.response.seq])],
    ...(subject === undefined ? {} : { subject }),
    shape: shapeOf(wrong),
    worker: call.request.worker,
    restsOn,
  };
};

const aboutRequest = (history: History, { call, judgement }: JudgedCall): { accused?: Claim; excused?: Claim } => {
  if (judgement.request.length === 0) return {};
  const poison = poisonBehind(history, call);
  if (poison === undefined)
    return {
      accused: finding(history, call, 'has a request that does not fit the contract:', judgement.request, ['kafka']),
    };
  const found = finding(
    history,
    call,
    'has a request that does not fit, after an event that the scenario made unfit:',
    judgement.request,
    [],
  );
  return { excused: { ...found, evidence: [...found.evidence, poison.record.seq] } };
};

const aboutAnswer = (history: History, { call, judgement, answered }: JudgedCall): readonly Claim[] => {
  const wrong = answered ? [...judgement.response, ...answeredForAnother(call)] : [];
  return wrong.length === 0 ? [] : [finding(history, call, 'has an answer that does not fit the contract:', wrong, [])];
};

export const callsHonourContract: Invariant = {
  id: 'calls-honour-contract',
  title: 'Every call at admin-service is one that its contract knows: the request, and the answer by its status.',
  needs: ['kafka', 'admin-service'],
  check: (history) => {
    const readable = judgedCalls(history).filter(({ unreadable }) => !unreadable);
    const requests = readable.map((judged) => aboutRequest(history, judged));
    return {
      violations: readable.flatMap((judged, i) => [
        ...(requests[i]?.accused === undefined ? [] : [requests[i].accused]),
        ...aboutAnswer(history, judged),
      ]),
      notes: requests.flatMap(({ excused }) => excused ?? []),
      undecided: [
        ...judgedCalls(history).flatMap(({ call, unreadable }) =>
          unreadable
            ? [
                {
                  message: `call ${call.request.call} is too large to be judged as a whole`,
                  evidence: [call.request.seq],
                  shape: 'too-large',
                  worker: call.request.worker,
                },
              ]
            : [],
        ),
      ],
    };
  },
};
