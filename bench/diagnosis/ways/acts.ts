/** What several ways do. */
import type { ResolvedSubject } from '../../../harness/scenario/subjects.ts';
import type { System } from '../system.ts';
import type { Role } from '../types.ts';

type Subjects = readonly ResolvedSubject[];

const GROUPS: Readonly<Record<Role, { readonly group: string; readonly topic: string }>> = {
  'purchase-worker': { group: 'purchase-creation-workers', topic: 'purchase-confirmed' },
  'allocation-worker': { group: 'trainer-allocation-workers', topic: 'purchase-created' },
};

export const start = async ({ slot }: System, ...roles: readonly Role[]): Promise<void> =>
  void (await Promise.all(roles.map((role) => slot.workers.start(role))));

export const startBoth = (system: System): Promise<void> => start(system, 'purchase-worker', 'allocation-worker');

/** By SIGKILL; it leaves its group. */
export const kill = ({ slot }: System, role: Role): Promise<void> => slot.workers.stop(role);

export const each = async (
  subjects: Subjects,
  work: (subject: ResolvedSubject, index: number) => Promise<unknown>,
): Promise<void> => void (await Promise.all(subjects.map(work)));

/** One after the other. */
export const inTurn = async (subjects: Subjects, work: (subject: ResolvedSubject) => Promise<void>): Promise<void> => {
  for (const subject of subjects) await work(subject);
};

export const payAll = (system: System, subjects: Subjects): Promise<void> => each(subjects, (one) => system.pay(one));

/** All of them have this. */
const untilEach = (
  { until }: System,
  what: string,
  subjects: Subjects,
  has: (subject: ResolvedSubject) => boolean,
): Promise<void> => until(`each of ${subjects.length} has ${what}`, () => subjects.every(has));

export const untilRecord = (system: System, subjects: Subjects, topic: string, least = 1): Promise<void> =>
  untilEach(system, `a record in ${topic}`, subjects, (one) => system.recorded.records(one, topic).length >= least);

export const untilRow = (system: System, subjects: Subjects, table: string): Promise<void> =>
  untilEach(system, `a row of ${table}`, subjects, (one) => system.recorded.rows(one, table).length > 0);

export const untilOneRow = (system: System, subjects: Subjects, table: string): Promise<void> =>
  system.until(`one of ${subjects.length} has a row of ${table}`, () =>
    subjects.some((one) => system.recorded.rows(one, table).length > 0),
  );

export const untilOneCall = (system: System, subjects: Subjects): Promise<void> =>
  system.until(`there is a call for one of ${subjects.length}`, () =>
    subjects.some((one) => system.recorded.calls(one).length > 0),
  );

export const isPast = ({ recorded }: System, one: ResolvedSubject, role: Role): boolean => {
  const { group, topic } = GROUPS[role];
  const records = recorded.records(one, topic);
  return records.length > 0 && records.every((record) => recorded.isPast(group, record));
};

/** The worker's group stands past the event of each. */
export const untilPast = (system: System, subjects: Subjects, role: Role): Promise<void> =>
  untilEach(system, `been passed by the group of ${role}`, subjects, (one) => isPast(system, one, role));

/** The session of whoever was in the worker's group is over. */
export const untilEmpty = ({ slot, recorded, until }: System, role: Role): Promise<void> =>
  until(`nobody is in the group of ${role}`, async () => {
    await slot.look();
    const { group } = GROUPS[role];
    return recorded.of('offsets.group-described').findLast((one) => one.group === group)?.members.length === 0;
  });

/** All have gone as far as they do without the allocation-worker, which does not run. */
export const upToAllocation = async (system: System, subjects: Subjects): Promise<void> => {
  await start(system, 'purchase-worker');
  await payAll(system, subjects);
  await untilRecord(system, subjects, 'course-access-granted');
};

/** The row that a fallback writes, and the event that a purchase-worker would have told, in one partition. */
export const createIn = (system: System, subjects: Subjects, partition: number): Promise<void> =>
  inTurn(subjects, async (one) => {
    await system.payment(one);
    await system.writePurchase(one);
    await system.emitCreated(one, partition);
  });

/** Databases from before that index have nothing that keeps a row from being there twice. */
export const withoutIndex = (system: System, index: string): Promise<void> => system.sql(`DROP INDEX ${index}`);

export const purchaseTwice = async (system: System, subjects: Subjects): Promise<void> => {
  await withoutIndex(system, 'unique_active_purchase');
  await each(subjects, async (one) => {
    await system.payment(one);
    await system.writePurchase(one);
    // The id of something else of it: any that is its own.
    await system.writePurchase(one, one.confirmedEventId);
  });
};

/** A trainer by hand, as a person in the office allocates. */
export const allocateByHand = (system: System, { studentId, courseId }: ResolvedSubject): Promise<void> =>
  system.sql(
    `INSERT INTO trainer_allocations (student_id, course_id, trainer_id, requested_by, status)
     VALUES ($1, $2, gen_random_uuid(), $1, 'approved')`,
    [studentId, courseId],
  );

/** A topic that is deleted and made anew, as its events are. */
export const makeAnew = async ({ slot }: System, topic: string): Promise<void> => {
  await slot.topics.remove(topic);
  await slot.topics.create(topic);
};
