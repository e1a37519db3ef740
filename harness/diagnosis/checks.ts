/**
 * The incident report's diagnostic checks, asked of one payment's facts: question, answer, where it was read. The same
 * are asked of the stage before.
 */
import { hasLogOf, isComplete, isLive, isUnanswered } from '../history/completeness.ts';
import type { Subject } from '../history/events.ts';
import { count, eventName, nameOf } from '../history/names.ts';
import type { Liveness } from '../history/liveness.ts';
import type { CheckAnswer } from '../history/verdict.ts';
import type { Call, PipelineEvent } from '../history/history.ts';
import type { EntityDeclaration } from '../pipeline/declaration.ts';
import { thatPair, withArticle } from '../pipeline/words.ts';
import { eventsOf } from '../history/subjects.ts';
import { lastAnswer } from './answers.ts';
import { laterThan } from './facts.ts';
import type { Facts } from './facts.ts';
import type { StageFacts } from './stage.ts';

/** As it should be; not so; neither (nothing has come that far); or nobody could say. */
export type Standing = 'good' | 'bad' | 'open' | 'unknown';

/** By what a check is asked for and left out. */
export const CHECK_NAMES = [
  'worker-running',
  'topic-exists',
  'event-in-topic',
  'guard-marked',
  'effect-there',
  'announced',
  'service-called',
  'service-answered',
] as const;

export type CheckName = (typeof CHECK_NAMES)[number];

export interface JudgedCheck extends CheckAnswer {
  readonly check: CheckName;
  readonly is: Standing;
}

type Check = (facts: Facts, stage: StageFacts) => JudgedCheck;

const NOT_KNOWN = 'not known';

const PROCESS = {
  running: 'its process runs',
  stopped: 'its process is stopped',
  absent: 'no process',
  unknown: 'not known',
};

const membersInWords = ({ members }: Liveness): string =>
  members === undefined ? 'members not known' : `${count(members.length, 'member')} in its group`;

const isItRunning = ({ process, members }: Liveness): Standing => {
  if (process === 'running' || process === 'stopped') return members?.length === 0 ? 'bad' : 'good';
  if (process === 'absent' && members === undefined) return 'bad';
  return members === undefined ? 'unknown' : members.length > 0 && process === 'unknown' ? 'good' : 'bad';
};

const isWorkerRunning: Check = (_, { worker }) => ({
  check: 'worker-running',
  is: isItRunning(worker),
  question: `1 is the ${worker.role} running?`,
  answer: `${PROCESS[worker.process]}, ${membersInWords(worker)}`,
  readFrom: `the process, and the members of ${worker.group} as the coordinator described them`,
  evidence: [...worker.processEvidence, ...worker.membersEvidence],
});

const doesTopicExist: Check = ({ topics }, { topic }) => {
  const isMissing = topics.missing.includes(topic);
  return {
    check: 'topic-exists',
    question: `2 does the topic ${topic} exist?`,
    is: isMissing ? 'bad' : topics.known ? 'good' : 'unknown',
    answer: isMissing ? `missing: ${topic}` : topics.known ? 'yes' : NOT_KNOWN,
    readFrom: 'the list of topics',
    evidence: topics.evidenceOf([topic]),
  };
};

const isThere = (
  { history }: Facts,
  events: readonly PipelineEvent[],
  topic: string,
): Omit<JudgedCheck, 'question' | 'check'> => {
  const [first, ...more] = events;
  const complete = isComplete(history, 'kafka');
  const absent = complete ? 'no' : 'not seen, and the topic was not read to its end';
  return {
    is: first !== undefined ? 'good' : complete ? 'bad' : 'unknown',
    answer:
      first === undefined
        ? absent
        : `${eventName(first)}${more.length === 0 ? '' : ` and ${count(more.length, 'time')} more`}`,
    readFrom: `every record of ${topic}${complete ? ', up to its end' : ''}`,
    evidence: events.map(({ record }) => record.seq),
  };
};

const isEventThere: Check = (facts, { declared: { consumes }, topic, events }) => {
  const { pipeline } = facts.history;
  const whose = pipeline.begins(consumes) ? `that ${pipeline.subject.called}` : thatPair(pipeline);
  return {
    check: 'event-in-topic',
    question: `3 is ${consumes} of ${whose} in its topic?`,
    ...isThere(facts, events, topic),
  };
};

/** Of a stage that keeps no guard nothing is asked. */
const isGuardMarked = ({ history }: Facts, { declared, guard, effects }: StageFacts): readonly JudgedCheck[] => {
  if (declared.unguarded === true) return [];
  const { table } = history.pipeline.guard;
  const effect = effects.length === 0 ? 'its effect is missing' : 'its effect is there';
  const absent = isUnanswered(history, 'postgres') ? NOT_KNOWN : 'no';
  return [
    {
      check: 'guard-marked',
      is: guard === undefined ? (absent === NOT_KNOWN ? 'unknown' : 'open') : effects.length > 0 ? 'good' : 'bad',
      question: `4 is ${declared.consumes} marked in ${table}?`,
      answer: guard === undefined ? absent : `yes, by ${guard.insertedBy.writer ?? 'a worker'}; ${effect}`,
      readFrom: `the changes of ${table}, by correlation id and type`,
      evidence: guard === undefined ? [] : [guard.insertedBy.seq],
    },
  ];
};

const callsInWords = ({ calls, connections: { own, anyones } }: StageFacts, strayCalls: readonly Call[]): string => {
  if (calls.length > 0) return count(calls.length, 'call');
  const others = [
    ...(strayCalls.length === 0 ? [] : [`${count(strayCalls.length, 'call')} of which nothing tells whose it is`]),
    ...(own.length === 0 ? [] : [`${count(own.length, 'connection')} without a request`]),
    ...(anyones.length === 0 ? [] : [`${count(anyones.length, 'connection')} without a request, for it or another`]),
  ];
  if (strayCalls.length > 0) return `not known: ${others.join(', ')}`;
  return others.length === 0 ? 'no' : `no request, ${others.join(', ')}`;
};

const wasApiCalled: Check = (facts, stage) => {
  const { calls, connections, declared } = stage;
  const strayCalls = facts.strayCallsOf(stage);
  return {
    check: 'service-called',
    question: `5 did ${declared.calls} get the call?`,
    is: calls.length > 0 ? 'good' : isUnanswered(facts.history, 'admin-service') ? 'unknown' : 'open',
    answer:
      calls.length + strayCalls.length === 0 && isUnanswered(facts.history, 'admin-service')
        ? `${NOT_KNOWN}${hasLogOf(facts.history, declared.calls) ? ': none is in its log' : ''}`
        : callsInWords(stage, strayCalls),
    readFrom: `${declared.calls}'s connections and calls, by correlation id where they carry one, else by ${facts.history.pipeline.pairCalled.join(' and ')}`,
    evidence: [
      ...calls.map(({ request }) => request.seq),
      ...strayCalls.map(({ request }) => request.seq),
      ...[...connections.own, ...connections.anyones].map(({ seq }) => seq),
    ].sort((a, b) => a - b),
  };
};

const changesOf = ({ table }: EntityDeclaration, subject: Subject): string =>
  `the changes of ${table} of ${nameOf(subject)}`;

/** Is the effect there? Where the rows are not known whole, one that is not found may be there. */
const effectIs = ({ history }: Facts, { effects }: StageFacts): Standing =>
  effects.length > 0 ? 'good' : isUnanswered(history, 'postgres') ? 'unknown' : 'bad';

const whatDidApiAnswer: Check = (facts, stage) => {
  const { subject, history } = facts;
  const { name, declared, entity, calls, effects } = stage;
  const answer = lastAnswer(calls);
  const isUnsaid = isUnanswered(history, 'admin-service') || (isLive(history) && calls.length > 0);
  const none = isUnsaid ? `its answers are ${NOT_KNOWN}` : 'no answer';
  const answered = answer === undefined ? none : answer.inWords;
  const is = effectIs(facts, stage);
  const evidence = answer === undefined ? [] : [answer.seq];
  const readFrom = `${declared.calls}'s answers`;
  const check = 'service-answered';
  if (entity === undefined)
    return {
      check,
      is: answer === undefined ? 'unknown' : answer.kind === 'success' ? 'good' : 'bad',
      question: '6 what did it answer?',
      answer: answered,
      readFrom,
      evidence,
    };
  const row = effects[0];
  const state = entity.shows === undefined ? 'there' : String(row?.values[entity.shows]);
  const missing = is === 'unknown' ? `whether there is ${withArticle(name)} is ${NOT_KNOWN}` : `no ${name}`;
  return {
    check,
    is,
    question: `6 what did it answer, and is there ${withArticle(name)}?`,
    answer: `${answered}; ${row === undefined ? missing : `${name} ${state}`}`,
    readFrom: `${readFrom}, and ${changesOf(entity, subject)}`,
    evidence: [...evidence, ...(row === undefined ? [] : [row.since.seq])],
  };
};

/** Of a stage that brings about no rows it is asked only what it announced. */
const isEffectThere = (facts: Facts, stage: StageFacts): readonly JudgedCheck[] => {
  const { history, subject } = facts;
  const { name, entity, effects } = stage;
  if (entity === undefined) return [];
  const row = effects[0];
  const what = entity.rows === undefined ? `is there ${withArticle(name)}` : `are there ${entity.rows} rows of ${name}`;
  const is = effectIs(facts, stage);
  return [
    {
      check: 'effect-there',
      is,
      question: `5 ${what} of ${thatPair(history.pipeline)}?`,
      answer: row !== undefined ? `yes, by ${row.since.writer ?? 'a worker'}` : is === 'unknown' ? NOT_KNOWN : 'no',
      readFrom: changesOf(entity, subject),
      evidence: effects.map(({ since }) => since.seq),
    },
  ];
};

/** What the next stage works on; after the last one, the first that it announces; undefined: it announces nothing. */
export const announcedBy = (facts: Facts, stage: StageFacts): string | undefined =>
  laterThan(facts, stage)[0]?.declared.consumes ?? stage.declared.announces[0];

const wasItAnnounced = (facts: Facts, stage: StageFacts): readonly JudgedCheck[] => {
  const [next] = laterThan(facts, stage);
  const type = announcedBy(facts, stage);
  if (type === undefined) return [];
  const events = next?.events ?? eventsOf(facts.history, facts.subject, type);
  const topic = facts.history.pipeline.topicOf(type) ?? '';
  return [
    {
      check: 'announced',
      question: `6 is ${type} of ${thatPair(facts.history.pipeline)} in its topic?`,
      ...isThere(facts, events, topic),
    },
  ];
};

/** All checks of a stage in the report's order, answered for one payment. */
export const answerChecks = (facts: Facts, stage: StageFacts): readonly CheckAnswer[] =>
  judgedChecks(facts, stage).map(({ is: _is, check: _check, ...answer }) => answer);

/** The same, each with whether that is as it should be. */
export const judgedChecks = (facts: Facts, stage: StageFacts): readonly JudgedCheck[] => {
  const answer = (check: Check): JudgedCheck => check(facts, stage);
  return [
    ...[isWorkerRunning, doesTopicExist, isEventThere].map(answer),
    ...isGuardMarked(facts, stage),
    ...(stage.declared.calls === undefined
      ? [...isEffectThere(facts, stage), ...wasItAnnounced(facts, stage)]
      : [wasApiCalled, whatDidApiAnswer].map(answer)),
  ];
};
