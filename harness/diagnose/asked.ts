/** How a live system was asked what a check says: the commands by which a person would ask the same, and what was read for it. */
import pg from 'pg';
import { shellWord } from '../base/shell.ts';
import { announcedBy } from '../diagnosis/checks.ts';
import type { CheckName } from '../diagnosis/checks.ts';
import type { Facts } from '../diagnosis/facts.ts';
import type { StageFacts } from '../diagnosis/stage.ts';
import { columnsRead } from '../database/columns.ts';
import { isComplete, liveReading } from '../history/completeness.ts';
import type { LoggedService } from '../history/events.ts';
import { count } from '../history/names.ts';
import type { EntityDeclaration } from '../pipeline/declaration.ts';
import { everyRecord, inWords, kafkaTool, linesNaming, psql } from './tools.ts';
import type { Where } from './tools.ts';

const { escapeIdentifier, escapeLiteral } = pg;

export interface Asked {
  /** For a person to type; what begins with `#` is said. They read, and change nothing. */
  readonly asked: readonly string[];
  /** What was read for the answer, in words; empty: nothing could be, or was to be. */
  readonly readFrom: readonly string[];
}

interface About {
  readonly facts: Facts;
  readonly stage: StageFacts;
  readonly where: Where;
}

const select = (columns: readonly string[], table: string, condition: string): string =>
  `SELECT ${[...new Set(columns)].map(escapeIdentifier).join(', ')} FROM public.${escapeIdentifier(table)} WHERE ${condition}`;

const is = (column: string, id: string): string => `${escapeIdentifier(column)} = ${escapeLiteral(id)}`;

/** Rows of the student and course, or via one of theirs. */
const whose = (facts: Facts, { via }: EntityDeclaration): string => {
  const {
    history: { pipeline },
    subject,
  } = facts;
  if (via === undefined) {
    const [student, course] = pipeline.pair;
    return `${is(student.column, subject.studentId)} AND ${is(course.column, subject.courseId)}`;
  }
  const owner = pipeline.entity(via.entity);
  const owners = select(['id'], owner.table, whose(facts, owner));
  return `${escapeIdentifier(via.column)} IN (${owners})`;
};

/** Of an event that begins a payment its id is looked for, of others the student and the course: not all carry it. */
const recordsOf = ({ facts, where }: About, type: string): Asked => {
  const { history, subject } = facts;
  const topic = history.pipeline.topicOf(type) ?? '';
  const ids = history.pipeline.begins(type) ? [subject.correlationId] : [subject.studentId, subject.courseId];
  const wasRead = liveReading(history)?.read?.topics.includes(topic) ?? false;
  const whole = isComplete(history, 'kafka') ? 'up to their end' : 'as far as they could be read';
  return {
    asked: [`${everyRecord(topic, where)} | ${linesNaming(...ids)}`],
    readFrom: wasRead ? [`the records of ${topic}, ${whole}`] : [],
  };
};

const rowsIn = ({ history }: Facts, table: string, statement: string): Asked => ({
  asked: [psql(statement)],
  readFrom: liveReading(history)?.read?.tables.includes(table) === true ? [`the rows of ${table}`] : [],
});

const effectIn = ({ facts, stage: { entity } }: About): Asked => {
  if (entity === undefined) return { asked: [], readFrom: [] };
  const { table } = entity;
  return rowsIn(facts, table, select(columnsRead(facts.history.pipeline, table), table, whose(facts, entity)));
};

const membersIn = ({ facts: { history }, stage, where }: About): Asked => {
  const { group } = stage.worker;
  const isDescribed = history.of('offsets.group-described').some((one) => one.group === group);
  const looked = liveReading(history)?.workers?.find(({ role }) => role === stage.role);
  return {
    asked: [
      ...(looked === undefined ? [] : [looked.asked]),
      kafkaTool('kafka-consumer-groups.sh', where, '--describe', '--members', '--verbose', '--group', group),
    ],
    readFrom: [
      ...(looked === undefined || looked.why !== undefined ? [] : [looked.where]),
      ...(isDescribed ? [`the members of ${group}, as its coordinator described them`] : []),
    ],
  };
};

const guardIn = ({ facts, stage }: About): Asked => {
  const { pipeline } = facts.history;
  const { table, correlation, type } = pipeline.guard;
  const condition = `${is(correlation, facts.subject.correlationId)} AND ${is(type, stage.declared.consumes)}`;
  return rowsIn(facts, table, select(columnsRead(pipeline, table), table, condition));
};

const logOf = ({ facts: { history }, stage: { declared } }: About): LoggedService | undefined =>
  liveReading(history)?.logs?.find(({ service }) => service === declared.calls);

/** In its log, where somebody said where that is. */
const callsIn = (about: About): Asked => {
  const {
    facts: { subject },
    stage: { declared },
  } = about;
  const log = logOf(about);
  const named = linesNaming(subject.studentId);
  if (log !== undefined)
    return {
      asked: [`${log.asked} | ${named}`],
      readFrom: [
        `the log of ${log.service}: ${count(log.lines, 'line')} with ${count(log.requests, 'call')} (${log.where})`,
      ],
    };
  const guess = `kubectl logs ${shellWord(`deployment/${declared.calls ?? ''}`)} --tail=-1 | ${named}`;
  return {
    asked: [inWords(`not asked. Its own log tells, where it runs in Kubernetes by that name: ${guess}`)],
    readFrom: [],
  };
};

/** What it answered is in its log, what came of it in the rows. */
const answersIn = (about: About): Asked => {
  if (about.stage.entity === undefined) return callsIn(about);
  const [rows, calls] = [effectIn(about), callsIn(about)];
  if (logOf(about) === undefined) return rows;
  return { asked: [...rows.asked, ...calls.asked], readFrom: [...calls.readFrom, ...rows.readFrom] };
};

const HOW: Readonly<Record<CheckName, (about: About) => Asked>> = {
  'worker-running': membersIn,
  'topic-exists': ({ facts: { history }, stage, where }) => ({
    asked: [kafkaTool('kafka-topics.sh', where, '--describe', '--topic', stage.topic)],
    readFrom: history.of('kafka.topics').length > 0 ? ['the list of topics'] : [],
  }),
  'event-in-topic': (about) => recordsOf(about, about.stage.declared.consumes),
  'guard-marked': guardIn,
  'effect-there': effectIn,
  announced: (about) => recordsOf(about, announcedBy(about.facts, about.stage) ?? ''),
  'service-called': callsIn,
  'service-answered': answersIn,
};

/** How one check of a stage was asked of the live system that the facts are about. */
export const howAsked = (check: CheckName, facts: Facts, stage: StageFacts, where: Where): Asked =>
  HOW[check]({ facts, stage, where });
