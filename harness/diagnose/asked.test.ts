import { expect, it } from 'vitest';
import { reportOf } from './report.ts';
import type { ReportedCheck } from './report.ts';
import { subjectOf } from './whose.ts';
import { pipelineOf } from '../pipeline/queries.ts';
import { purchaseToSessions } from '../../pipelines/purchase-to-sessions/pipeline.ts';
import {
  ALLOCATION_GROUP,
  COURSE,
  PAYMENT,
  PURCHASE_GROUP,
  STUDENT,
  confirmed,
  created,
  live,
  purchase,
} from './testing/live.ts';
import type { Seen } from './testing/live.ts';
import { toHistory } from './to-history.ts';

const where = { brokers: 'kafka.example:9092' };
const read: Seen = {
  records: [confirmed(), created()],
  purchases: [purchase],
  at: { [PURCHASE_GROUP]: 5, [ALLOCATION_GROUP]: 4 },
};

const checksOf = (seen: Seen, at = where): readonly ReportedCheck[] =>
  reportOf(toHistory(live(seen)), at).stages.flatMap(({ checks }) => checks);

it('every check says by which command a person would ask the same, and none of them writes', () => {
  const asked = checksOf(read).map(({ check, asked: commands }) => `${check}: ${commands.join(' ; ')}`);
  const kcat = (topic: string): string =>
    `kcat -C -q -e -o beginning -b kafka.example:9092 -t ${topic} -f '%p %o %T %k %h %s\\n'`;
  const pair = `grep -iF -e ${STUDENT} | grep -iF -e ${COURSE}`;
  const tool = (name: string): string => `kafka-${name}.sh --bootstrap-server kafka.example:9092 --describe`;
  const rows = (columns: string, table: string): string =>
    `psql "$DATABASE_URL" -X -c 'SELECT ${columns} FROM public."${table}" WHERE "student_id" = '\\''${STUDENT}'\\'' AND "course_id" = '\\''${COURSE}'\\'''`;
  expect(asked).toEqual([
    `worker-running: ${tool('consumer-groups')} --members --verbose --group ${PURCHASE_GROUP}`,
    `topic-exists: ${tool('topics')} --topic purchase-confirmed`,
    `event-in-topic: ${kcat('purchase-confirmed')} | grep -iF -e ${PAYMENT}`,
    expect.stringMatching(
      /^guard-marked: psql "\$DATABASE_URL" -X -c 'SELECT .* FROM public."processed_events" WHERE "correlation_id" = .* AND "event_type" = .*PURCHASE_CONFIRMED/,
    ),
    `effect-there: ${rows('"id", "student_id", "course_id", "is_active"', 'student_course_purchases')}`,
    `announced: ${kcat('purchase-created')} | ${pair}`,
    `worker-running: ${tool('consumer-groups')} --members --verbose --group ${ALLOCATION_GROUP}`,
    `topic-exists: ${tool('topics')} --topic purchase-created`,
    `event-in-topic: ${kcat('purchase-created')} | ${pair}`,
    expect.stringContaining('PURCHASE_CREATED'),
    `service-called: # not asked. Its own log tells, where it runs in Kubernetes by that name: kubectl logs deployment/admin-service --tail=-1 | grep -iF -e ${STUDENT}`,
    expect.stringMatching(/^service-answered: psql "\$DATABASE_URL" .* FROM public."trainer_allocations" /),
  ]);
  const secured = checksOf(read, { ...where, secured: true } as typeof where).flatMap(({ asked: all }) => all);
  for (const command of secured.filter((one) => /^k(?:afka|cat)/.test(one)))
    expect(command).toMatch(/ --command-config client.properties | -F kcat.conf /);
});

it('is quoted, whatever the ids are', () => {
  const snapshot = live({});
  const subject = subjectOf(pipelineOf(snapshot.pipeline), `'; rm -rf / #`, { studentId: '$(id)', courseId: `o'c\\x` });
  const { stages } = reportOf(toHistory({ ...snapshot, subject }), { brokers: 'a b:1' });
  const commands = stages.flatMap(({ checks }) => checks.flatMap(({ asked }) => asked));
  expect(commands[0]).toContain(`--bootstrap-server 'a b:1' `);
  expect(commands[2]).toMatch(/ \| grep -iF -e ''\\''; rm -rf \/ #'$/);
  expect(commands[5]).toMatch(/ \| grep -iF -e '\$\(id\)' \| grep -iF -e 'o'\\''c\\x'$/);
  // A string for PostgreSQL first, and then a word for the shell.
  expect(commands[4]).toContain(String.raw`"student_id" = '\''$(id)'\'' AND "course_id" =  E'\''o'\'''\''c\\x'\'''`);
});

it('names nothing as read that was not', () => {
  const readFrom = (seen: Seen) => Object.fromEntries(checksOf(seen).map((one) => [one.check, one.readFrom]));
  expect(readFrom(read)).toEqual({
    'worker-running': [`the members of ${ALLOCATION_GROUP}, as its coordinator described them`],
    'topic-exists': ['the list of topics'],
    'event-in-topic': ['the records of purchase-created, up to their end'],
    'guard-marked': ['the rows of processed_events'],
    'effect-there': ['the rows of student_course_purchases'],
    announced: ['the records of purchase-created, up to their end'],
    'service-called': [],
    'service-answered': ['the rows of trainer_allocations'],
  });
  expect(readFrom({ ...read, without: ['guard'] })['guard-marked']).toEqual([]);
  expect(readFrom({ ...read, hidden: ['purchase-created'] })['event-in-topic']).toEqual([]);
  expect(readFrom({ ...read, unread: ['purchase-created-1 was not read'] })['event-in-topic']).toEqual([
    'the records of purchase-created, as far as they could be read',
  ]);
  const nothing = Object.values(readFrom({ without: ['rows', 'topics', 'groups'] })).flat();
  expect(nothing).toEqual([]);
});

it('rows that have no column for the student are asked for by those that they are via', () => {
  const snapshot = live({});
  const pipeline = pipelineOf(purchaseToSessions);
  const subject = subjectOf(pipeline, PAYMENT, { studentId: STUDENT, courseId: COURSE });
  const { stages } = reportOf(toHistory({ ...snapshot, pipeline: purchaseToSessions, subject }), where);
  const asked = stages.at(-1)?.checks.find(({ check }) => check === 'effect-there')?.asked[0];
  expect(asked).toMatch(
    / WHERE "allocation_id" IN \(SELECT "id" FROM public."trainer_allocations" WHERE "student_id" = /,
  );
});
