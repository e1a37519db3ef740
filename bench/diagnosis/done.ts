/** Did it come about? Held to what the harness recorded by itself: a way that brings about something else is not the way that it is named for. Pure. */
import { pipelineOf } from '../../harness/pipeline/queries.ts';
import { shippedPipeline } from '../../harness/pipeline/shipped.ts';
import type { Recorded, Who } from './recorded.ts';
import type { Code, Injected, Way } from './types.ts';

export interface Truth {
  readonly who: Who;
  readonly injected: Injected;
  readonly recorded: Omit<Recorded, 'append' | 'of' | 'isPast' | 'length'>;
  /** The log of the service's requests was named. */
  readonly log: boolean;
  /** Has the worker a process? */
  readonly runs: (role: string) => boolean;
  /** So much was recorded when it was asked. */
  readonly asked: number;
}

const pipeline = pipelineOf(shippedPipeline);

/** What the first of the way makes, of which the next is told. */
export const FIRST_TABLE = pipeline.way[0]?.entity?.table ?? '';
const TOLD_IN = pipeline.consumedTopic('allocation-worker');
const TABLES = pipeline.way.flatMap(({ entity }) => (entity === undefined ? [] : [entity.table]));

const unless = (isSo: boolean, complaint: string): readonly string[] => (isSo ? [] : [complaint]);

const noCall = ({ who, recorded }: Truth): readonly string[] =>
  unless(recorded.calls(who).length === 0, 'a service was called for it');

const idsIn = ({ who, recorded }: Truth, table: string): number =>
  new Set(recorded.rows(who, table).map(({ row }) => row['id'])).size;

/** Why it is not so; empty: it is. */
export const NOT_DONE: Readonly<Record<Code, (truth: Truth) => readonly string[]>> = {
  FL0101: ({ injected: { absent = [] }, runs }) =>
    unless(
      absent.some((role) => !runs(role)),
      'every worker runs',
    ),
  FL0102: ({ injected: { missing = [] }, recorded }) =>
    unless(missing.length > 0 && missing.every(recorded.isGone), 'no topic was deleted'),
  FL0103: (truth) => [
    ...unless(truth.recorded.rows(truth.who, FIRST_TABLE).length > 0, 'it has no row of which to tell'),
    ...unless(truth.recorded.records(truth.who, TOLD_IN).length === 0, 'its event is there'),
  ],
  FL0104: ({ who, recorded }) => unless(recorded.rows(who, pipeline.guard.table).length > 0, 'it has no mark'),
  FL0105: noCall,
  FL0106: noCall,
  FL0107: ({ who, recorded }) => unless(recorded.failures(who) > 0, 'no call failed'),
  FL0108: (truth) =>
    unless(
      TABLES.some((table) => idsIn(truth, table) > 1),
      'no row is there twice',
    ),
  FL0109: ({ who, recorded }) =>
    unless(recorded.records(who, pipeline.deadLetterTopic).length > 1, 'it was not given up twice'),
};

/** What a way is named for: its root, or the two of a pair; empty: nothing is wrong. */
export const rootsOf = ({ of, name }: Pick<Way, 'of' | 'name'>): readonly Code[] => {
  if (of === 'none') return [];
  if (of !== 'pair') return [of];
  const [named = ''] = name.split(':');
  return (Object.keys(NOT_DONE) as Code[]).filter((code) => named.includes(code));
};

/** Why the way was not brought about for this payment. */
export const notBrought = (way: Pick<Way, 'of' | 'name'>, truth: Truth): readonly string[] =>
  rootsOf(way).flatMap((code) => NOT_DONE[code](truth).map((why) => `${code}: ${why}`));
