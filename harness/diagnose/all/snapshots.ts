/** Of two looks at many payments what each of them was seen to be, as where one is looked at. Pure. */
import { idOf, normalId } from '../../history/ids.ts';
import type { PipelineDeclaration } from '../../pipeline/declaration.ts';
import type { Look, RowSeen, RowsSeen, Snapshot, Told, TopicsSeen } from '../snapshot.ts';
import type { Suspect } from './suspects.ts';

export interface Payment {
  readonly suspect: Suspect;
  readonly subject: Snapshot['subject'];
}

/** One look at many, in the order of a look at one: offsets, rows, topics. */
export interface LookAtAll {
  readonly at: number;
  readonly groups: Look['groups'];
  readonly workers?: Look['workers'];
  /** Of each payment, in their order. */
  readonly rows: readonly Told<RowsSeen>[];
  readonly topics: Told<TopicsSeen>;
  readonly records: ReadonlyMap<Suspect, Suspect['records']>;
}

/** What was read of the suspects' records since the last time. */
export const takeRecords = (suspects: readonly Suspect[]): LookAtAll['records'] =>
  new Map(suspects.map((suspect) => [suspect, suspect.records.splice(0)]));

const lookAt = ({ at, groups, workers, rows, topics, records }: LookAtAll, { suspect }: Payment, i: number): Look => ({
  at,
  groups,
  ...(workers === undefined ? {} : { workers }),
  rows: rows[i] ?? { why: 'the rows' },
  topics: 'why' in topics ? topics : { value: { ...topics.value, records: records.get(suspect) ?? [] } },
});

interface Seen {
  readonly pipeline: PipelineDeclaration;
  readonly clocks: Snapshot['clocks'];
  readonly payments: readonly Payment[];
  /** The payments' own rows, in any order: they tell when each began. */
  readonly ownRows: readonly RowSeen[];
  readonly looks: readonly [LookAtAll, LookAtAll];
}

/** Of one with more records than are kept nothing is concluded. */
export const snapshotsOf = ({ pipeline, clocks, payments, ownRows, looks }: Seen): readonly Snapshot[] => {
  const [first, second] = looks;
  const rowsOf = new Map<string, RowSeen[]>();
  for (const row of ownRows) {
    const key = normalId(idOf(row['id']) ?? '');
    rowsOf.set(key, [...(rowsOf.get(key) ?? []), row]);
  }
  return payments.flatMap((payment, i): readonly Snapshot[] => {
    const { suspect, subject } = payment;
    if (suspect.crowded) return [];
    return [
      {
        pipeline,
        subject,
        ownRows: rowsOf.get(normalId(subject.correlationId)) ?? [],
        clocks,
        looks: [lookAt(first, payment, i), lookAt(second, payment, i)],
      },
    ];
  });
};
