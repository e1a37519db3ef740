/** Snapshots of other pipelines than the shipped one, as the few things that matter in them; and such pipelines. */
import type { PipelineDeclaration } from '../../../pipeline/declaration.ts';
import { pipelineOf } from '../../../pipeline/queries.ts';
import { shippedPipeline } from '../../../pipeline/shipped.ts';
import type { GroupSeen, Look, RowSeen, Snapshot } from '../../snapshot.ts';
import { COURSE, NOON, PAYMENT, STUDENT } from '../../testing/live.ts';
import type { LiveRecord } from '../../testing/live.ts';
import { subjectOf } from '../../whose.ts';

interface Seen {
  readonly records?: readonly LiveRecord[];
  readonly missing?: readonly string[];
  /** By table. */
  readonly rows?: Readonly<Record<string, readonly RowSeen[]>>;
  /** What the member of a role's group reads; left out: nobody is in it. */
  readonly members?: Readonly<Record<string, string>>;
  /** Where a role's group stands in partition 1; left out: nowhere. */
  readonly at?: Readonly<Record<string, number>>;
}

/** Looked at twice, and the same both times. */
export const liveOf = (
  declaration: PipelineDeclaration,
  { records = [], missing = [], rows = {}, members = {}, at = {} }: Seen,
): Snapshot => {
  const pipeline = pipelineOf(declaration);
  const groupOf = (role: string): GroupSeen => {
    const { group } = pipeline.stage(role);
    const reads = members[role];
    const offset = at[role];
    return {
      state: reads === undefined ? 'Empty' : 'Stable',
      members: reads === undefined ? [] : [{ memberId: `${group}-1`, clientId: 'kafkajs', topics: [reads] }],
      committed: offset === undefined ? {} : { [pipeline.consumedTopic(role)]: { 1: offset } },
    };
  };
  const there = pipeline.topics.filter((topic) => !missing.includes(topic));
  const partitions = [{ partition: 1, first: 0, end: 5 }];
  const lookAt = (ms: number, seen: readonly LiveRecord[]): Look => ({
    at: ms,
    topics: {
      value: { there: there.map((name) => ({ name, partitions })), missing, hidden: {}, records: seen, unread: [] },
    },
    groups: Object.fromEntries(pipeline.roles.map((role) => [pipeline.stage(role).group, { value: groupOf(role) }])),
    rows: {
      value: { tables: pipeline.rowTables.map((table) => ({ table, rows: { value: rows[table] ?? [] } })), now: NOON },
    },
  });
  return {
    pipeline: declaration,
    subject: subjectOf(pipeline, PAYMENT, { studentId: STUDENT, courseId: COURSE }),
    clocks: { wall: NOON, monotonic: 100 },
    looks: [lookAt(200, records), lookAt(20_200, [])],
  };
};

/** Two ways lead to a purchase. */
export const meeting: PipelineDeclaration = {
  ...shippedPipeline,
  name: 'two-ways-meet',
  guard: { ...shippedPipeline.guard, writer: 'source' },
  events: {
    ...shippedPipeline.events,
    TRANSFER_CONFIRMED: { topic: 'sessions-generated', begins: true, required: ['studentId', 'courseId'] },
  },
  stages: {
    ...shippedPipeline.stages,
    'transfer-worker': {
      group: 'transfers',
      consumes: 'TRANSFER_CONFIRMED',
      attempts: 1,
      effect: 'purchase',
      announces: ['PURCHASE_CREATED'],
    },
  },
};

/** Two ways lead on from a purchase. */
export const parting: PipelineDeclaration = {
  ...shippedPipeline,
  name: 'two-ways-part',
  entities: { ...shippedPipeline.entities, mail: { table: 'mails', called: 'mail', counts: [{}] } },
  stages: {
    ...shippedPipeline.stages,
    mailer: {
      group: 'mailers',
      consumes: 'PURCHASE_CREATED',
      attempts: 1,
      effect: 'mail',
      announces: [],
      unguarded: true,
    },
  },
};
