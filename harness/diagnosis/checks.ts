/** The incident report's diagnostic checks, asked of one payment's facts: question, answer, where it was read. */
import { isComplete } from '../history/completeness.ts';
import { count, eventName, nameOf } from '../history/names.ts';
import type { Liveness } from '../history/liveness.ts';
import type { CheckAnswer } from '../history/verdict.ts';
import { EVENT_TOPICS, WORKERS } from '../pipeline/pipeline.ts';
import { lastAnswer } from './answers.ts';
import { currentStage } from './facts.ts';
import type { Facts } from './facts.ts';

type Check = (facts: Facts) => CheckAnswer;

const PROCESS = {
  running: 'its process runs',
  stopped: 'its process is stopped',
  absent: 'no process',
  unknown: 'not known',
};

const membersInWords = ({ members }: Liveness): string =>
  members === undefined ? 'members not known' : `${count(members.length, 'member')} in its group`;

const isWorkerRunning: Check = (facts) => {
  const { worker } = currentStage(facts);
  return {
    question: `1 is the ${worker.role} running?`,
    answer: `${PROCESS[worker.process]}, ${membersInWords(worker)}`,
    readFrom: `the process, and the members of ${worker.group} as the coordinator described them`,
    evidence: [...worker.processEvidence, ...worker.membersEvidence],
  };
};

const doTopicsExist: Check = ({ topics }) => ({
  question: `2 does the topic ${EVENT_TOPICS.PURCHASE_CREATED} exist?`,
  answer: topics.missing.length > 0 ? `missing: ${topics.missing.join(', ')}` : topics.known ? 'yes' : 'not known',
  readFrom: 'the list of topics',
  evidence: topics.evidence,
});

const isEventThere: Check = ({ history, allocation }) => {
  const [first, ...more] = allocation.events;
  const complete = isComplete(history, 'kafka');
  return {
    question: '3 is PURCHASE_CREATED of that student and course in its topic?',
    answer:
      first === undefined
        ? complete
          ? 'no'
          : 'not seen, and the topic was not read to its end'
        : `${eventName(first)}${more.length === 0 ? '' : ` and ${count(more.length, 'time')} more`}`,
    readFrom: `every record of ${EVENT_TOPICS.PURCHASE_CREATED}${complete ? ', up to its end' : ''}`,
    evidence: allocation.events.map(({ record }) => record.seq),
  };
};

const isGuardMarked: Check = (facts) => {
  const stage = currentStage(facts);
  const { guard, effects } = stage;
  const effect = effects.length === 0 ? 'its effect is missing' : 'its effect is there';
  return {
    question: `4 is ${WORKERS[stage.role].consumes} marked in processed_events?`,
    answer: guard === undefined ? 'no' : `yes, by ${guard.insertedBy.writer ?? 'a worker'}; ${effect}`,
    readFrom: 'the changes of processed_events, by correlation id and type',
    evidence: guard === undefined ? [] : [guard.insertedBy.seq],
  };
};

const wasApiCalled: Check = ({ calls, bareConnections }) => ({
  question: '5 did admin-service get the call?',
  answer:
    calls.length > 0
      ? count(calls.length, 'call')
      : bareConnections.length > 0
        ? `no request, ${count(bareConnections.length, 'connection')} without one`
        : 'no',
  readFrom: "admin-service's connections and calls, by student and course",
  evidence: [...calls.map(({ request }) => request.seq), ...bareConnections.map(({ seq }) => seq)],
});

const whatDidApiAnswer: Check = ({ calls, allocation, subject }) => {
  const answer = lastAnswer(calls);
  const row = allocation.effects[0];
  return {
    question: '6 what did it answer, and is there an allocation?',
    answer: `${answer === undefined ? 'no answer' : answer.inWords}; ${row === undefined ? 'no allocation' : `allocation ${String(row.values['status'])}`}`,
    readFrom: `admin-service's answers, and the changes of trainer_allocations of ${nameOf(subject)}`,
    evidence: [...(answer === undefined ? [] : [answer.seq]), ...(row === undefined ? [] : [row.changedBy.seq])],
  };
};

const CHECKS: readonly Check[] = [
  isWorkerRunning,
  doTopicsExist,
  isEventThere,
  isGuardMarked,
  wasApiCalled,
  whatDidApiAnswer,
];

/** All checks in the report's order, answered for one payment. */
export const answerChecks = (facts: Facts): readonly CheckAnswer[] => CHECKS.map((check) => check(facts));
