/** Giving a message to its real reader: the pact's example goes through the real broker, and the row must appear. */
import type { WorkerRole } from '../../pipeline/shipped.ts';
import type { Bench } from './bench.ts';
import type { ExampleMessage } from './make.ts';
import { clearSubject, writePurchase } from './rows.ts';

/** The row that shows that the worker understood the event. */
const EFFECT = { 'purchase-worker': 'student_course_purchases', 'allocation-worker': 'trainer_allocations' } as const;

const HEADER = 'header.';

interface Subject {
  readonly studentId: string;
  readonly courseId: string;
  readonly purchaseId: string;
}

/** Errors: FaultlineError 'worker' when the row does not appear. */
export const consume = async (bench: Bench, role: WorkerRole, example: ExampleMessage): Promise<void> => {
  const { studentId, courseId, purchaseId } = example.content as Subject;
  const { topic = '', key = '' } = example.metadata;
  await clearSubject(bench, { studentId, courseId }, key);
  if (role === 'allocation-worker') await writePurchase(bench, { studentId, courseId }, purchaseId);
  const headers = Object.fromEntries(
    Object.entries(example.metadata).flatMap(([name, value]) =>
      name.startsWith(HEADER) ? [[name.slice(HEADER.length), value]] : [],
    ),
  );
  const known = bench.of('postgres.commit').length;
  const place = await bench.publish({ topic, key, headers, value: JSON.stringify(example.content) });
  const table = EFFECT[role];
  const isEffect = ({ row }: { readonly row?: Readonly<Record<string, unknown>> }): boolean =>
    row?.['student_id'] === studentId && row['course_id'] === courseId;
  await bench.until(
    `the row in ${table} that the ${role} brings about`,
    () =>
      bench
        .of('postgres.commit')
        .slice(known)
        .find(({ changes }) =>
          changes.some((change) => change.table === table && change.op === 'insert' && isEffect(change)),
        ),
    { by: role },
  );
  await bench.until(`the offset that the ${role} commits`, () => bench.isPast(role, place) || undefined, { by: role });
};
