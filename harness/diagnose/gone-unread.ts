/** Events that retention took before their group had read them. Pure. */
import type { Facts } from '../diagnosis/facts.ts';
import type { StageFacts } from '../diagnosis/stage.ts';
import { liveReading } from '../history/completeness.ts';
import type { LivePosition } from '../history/events.ts';
import type { Row } from '../history/rows.ts';
import { short } from '../history/names.ts';
import { CLOCK_MARGIN_MS } from './began.ts';
import { sendMissing } from './repairs.ts';
import type { Where } from './tools.ts';

/** When the row says that it was made, ms since the epoch; undefined: it does not. */
const madeAt = ({ values }: Pick<Row, 'values'>): number | undefined => {
  const at = typeof values['created_at'] === 'string' ? Date.parse(values['created_at']) : NaN;
  return Number.isNaN(at) ? undefined : at;
};

/** Partitions in which the group stands before all that is left, while what is left was written after that moment. */
const gapsSince = ({ history }: Facts, { worker, topic }: StageFacts, at: number): readonly LivePosition[] =>
  (liveReading(history)?.positions ?? []).filter(
    (one) =>
      one.group === worker.group &&
      one.topic === topic &&
      (one.first ?? 0) > one.offset &&
      one.since !== undefined &&
      one.since - CLOCK_MARGIN_MS > at,
  );

interface Gone {
  readonly id: 'gone-unread';
  readonly message: string;
  readonly certainty: string;
  readonly commands: readonly string[];
  /** The events that show it. */
  readonly seqs: readonly number[];
}

/** Which of the records were the payment's nobody can say any more. */
export const goneUnread = (facts: Facts, stage: StageFacts, where: Where): readonly Gone[] => {
  const { history } = facts;
  const before = facts.stages.filter(({ role }) => history.pipeline.followersOf(role).has(stage.role)).at(-1);
  const row = before?.effects[0];
  const at = row === undefined ? undefined : madeAt(row);
  if (stage.isThrough || stage.events.length > 0 || before === undefined || row === undefined || at === undefined)
    return [];
  const [gap] = gapsSince(facts, stage, at);
  if (gap === undefined) return [];
  return [
    {
      id: 'gone-unread',
      message: `${before.name} ${short(row.values['id'])} is older than what is left of ${gap.topic}-${gap.partition}, of which offsets ${gap.offset} to ${(gap.first ?? 0) - 1} are gone, and ${stage.worker.group} had not read them`,
      certainty: 'possible: which records they were nobody can say any more',
      commands: sendMissing(facts, stage, where),
      seqs: [row.since.seq],
    },
  ];
};
