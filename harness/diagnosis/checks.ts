/**
 * The incident report's diagnostic checks, asked of one payment's facts: question, answer, where it was read. The same
 * are asked of the stage before.
 */
import { isComplete } from '../history/completeness.ts';
import { count, eventName, nameOf } from '../history/names.ts';
import type { Liveness } from '../history/liveness.ts';
import type { CheckAnswer } from '../history/verdict.ts';
import type { PipelineEvent } from '../history/history.ts';
import { WORKERS } from '../pipeline/pipeline.ts';
import { lastAnswer } from './answers.ts';
import type { Facts } from './facts.ts';
import { topicOf } from './stage.ts';
import type { StageFacts, StageName } from './stage.ts';

type Check = (facts: Facts, stage: StageFacts) => CheckAnswer;

const PROCESS = {
  running: 'its process runs',
  stopped: 'its process is stopped',
  absent: 'no process',
  unknown: 'not known',
};

const membersInWords = ({ members }: Liveness): string =>
  members === undefined ? 'members not known' : `${count(members.length, 'member')} in its group`;

const isWorkerRunning: Check = (_, { worker }) => ({
  question: `1 is the ${worker.role} running?`,
  answer: `${PROCESS[worker.process]}, ${membersInWords(worker)}`,
  readFrom: `the process, and the members of ${worker.group} as the coordinator described them`,
  evidence: [...worker.processEvidence, ...worker.membersEvidence],
});

const doesTopicExist: Check = ({ topics }, { name }) => {
  const topic = topicOf(name);
  const isMissing = topics.missing.includes(topic);
  return {
    question: `2 does the topic ${topic} exist?`,
    answer: isMissing ? `missing: ${topic}` : topics.known ? 'yes' : 'not known',
    readFrom: 'the list of topics',
    evidence: topics.evidenceOf([topic]),
  };
};

const isThere = (
  { history }: Facts,
  events: readonly PipelineEvent[],
  topic: string,
): Pick<CheckAnswer, 'answer' | 'readFrom' | 'evidence'> => {
  const [first, ...more] = events;
  const complete = isComplete(history, 'kafka');
  const absent = complete ? 'no' : 'not seen, and the topic was not read to its end';
  return {
    answer:
      first === undefined
        ? absent
        : `${eventName(first)}${more.length === 0 ? '' : ` and ${count(more.length, 'time')} more`}`,
    readFrom: `every record of ${topic}${complete ? ', up to its end' : ''}`,
    evidence: events.map(({ record }) => record.seq),
  };
};

const isEventThere: Check = (facts, { name, role, events }) => ({
  question: `3 is ${WORKERS[role].consumes} of ${name === 'purchase' ? 'that payment' : 'that student and course'} in its topic?`,
  ...isThere(facts, events, topicOf(name)),
});

const isGuardMarked: Check = (_, { role, guard, effects }) => {
  const effect = effects.length === 0 ? 'its effect is missing' : 'its effect is there';
  return {
    question: `4 is ${WORKERS[role].consumes} marked in processed_events?`,
    answer: guard === undefined ? 'no' : `yes, by ${guard.insertedBy.writer ?? 'a worker'}; ${effect}`,
    readFrom: 'the changes of processed_events, by correlation id and type',
    evidence: guard === undefined ? [] : [guard.insertedBy.seq],
  };
};

const callsInWords = ({ calls, strayCalls, connections: { own, anyones } }: Facts): string => {
  if (calls.length > 0) return count(calls.length, 'call');
  const others = [
    ...(strayCalls.length === 0 ? [] : [`${count(strayCalls.length, 'call')} of which nothing tells whose it is`]),
    ...(own.length === 0 ? [] : [`${count(own.length, 'connection')} without a request`]),
    ...(anyones.length === 0 ? [] : [`${count(anyones.length, 'connection')} without a request, for it or another`]),
  ];
  if (strayCalls.length > 0) return `not known: ${others.join(', ')}`;
  return others.length === 0 ? 'no' : `no request, ${others.join(', ')}`;
};

const wasApiCalled: Check = (facts) => {
  const { calls, strayCalls, connections } = facts;
  return {
    question: '5 did admin-service get the call?',
    answer: callsInWords(facts),
    readFrom:
      "admin-service's connections and calls, by correlation id where they carry one, else by student and course",
    evidence: [
      ...calls.map(({ request }) => request.seq),
      ...strayCalls.map(({ request }) => request.seq),
      ...[...connections.own, ...connections.anyones].map(({ seq }) => seq),
    ].sort((a, b) => a - b),
  };
};

const whatDidApiAnswer: Check = ({ calls, subject }, { effects }) => {
  const answer = lastAnswer(calls);
  const row = effects[0];
  return {
    question: '6 what did it answer, and is there an allocation?',
    answer: `${answer === undefined ? 'no answer' : answer.inWords}; ${row === undefined ? 'no allocation' : `allocation ${String(row.values['status'])}`}`,
    readFrom: `admin-service's answers, and the changes of trainer_allocations of ${nameOf(subject)}`,
    evidence: [...(answer === undefined ? [] : [answer.seq]), ...(row === undefined ? [] : [row.since.seq])],
  };
};

const isPurchaseThere: Check = ({ subject }, { effects }) => {
  const row = effects[0];
  return {
    question: '5 is there a purchase of that student and course?',
    answer: row === undefined ? 'no' : `yes, by ${row.since.writer ?? 'a worker'}`,
    readFrom: `the changes of student_course_purchases of ${nameOf(subject)}`,
    evidence: effects.map(({ since }) => since.seq),
  };
};

const wasItAnnounced: Check = (facts) => ({
  question: '6 is PURCHASE_CREATED of that student and course in its topic?',
  ...isThere(facts, facts.allocation.events, topicOf('allocation')),
});

const CHECKS: Readonly<Record<StageName, readonly Check[]>> = {
  purchase: [isWorkerRunning, doesTopicExist, isEventThere, isGuardMarked, isPurchaseThere, wasItAnnounced],
  allocation: [isWorkerRunning, doesTopicExist, isEventThere, isGuardMarked, wasApiCalled, whatDidApiAnswer],
};

/** All checks of a stage in the report's order, answered for one payment. */
export const answerChecks = (facts: Facts, name: StageName): readonly CheckAnswer[] =>
  CHECKS[name].map((check) => check(facts, facts[name]));
