/** What else is wrong in a live system than what keeps a payment from its end: by codes that stay, each with what repairs it. Pure. */
import type { Facts } from '../diagnosis/facts.ts';
import type { StageFacts } from '../diagnosis/stage.ts';
import { liveReading } from '../history/completeness.ts';
import type { LivePosition } from '../history/events.ts';
import type { DeadLetter, PipelineEvent } from '../history/history.ts';
import { recordPosition } from '../history/history.ts';
import { lettersOf } from '../history/letters.ts';
import { count, short } from '../history/names.ts';
import { countingRowsOf, rowsOf, tablesAtEnd } from '../history/rows.ts';
import type { Row } from '../history/rows.ts';
import { eventsOf } from '../history/subjects.ts';
import { fits, isOwed } from '../pipeline/queries.ts';
import { evidenceIn } from './evidence.ts';
import { goneUnread } from './gone-unread.ts';
import { inWords, kafkaTool } from './tools.ts';
import type { Where } from './tools.ts';

export type FindingId = 'duplicate-rows' | 'stuck-at-its-head' | 'never-announced' | 'gone-unread';

export interface KnownFinding {
  readonly code: `FL01${number}`;
  readonly cause: string;
  readonly evidence: string;
  readonly next: string;
}

export const FINDINGS: Readonly<Record<FindingId, KnownFinding>> = {
  'duplicate-rows': {
    code: 'FL0108',
    cause: 'There are two rows of the student and course of which there is to be one.',
    evidence: 'both rows',
    next: 'Decide which of them stays, and have the other ended by the service whose it is.',
  },
  'stuck-at-its-head': {
    code: 'FL0109',
    cause:
      'A group stands at the event, which was given up more than once: all that lies behind it in its partition waits.',
    evidence: 'its dead letters, and the group at its offset in two looks',
    next: 'See in the dead letters why it fails and repair that; where it can never succeed, set the group past it while nobody is in it.',
  },
  'never-announced': {
    code: 'FL0110',
    cause: 'The row is there, and the event that tells of it, on which no worker waits, was not found.',
    evidence: 'the row, and the topic as far as it was read',
    next: 'See whether a worker made the row: who does it by hand tells nobody.',
  },
  'gone-unread': {
    code: 'FL0111',
    cause: 'Retention took records that the group had not read, of the time of the row whose event is missing.',
    evidence: "the row, the group's offset, and the first record that is left",
    next: 'Let the event be told again, look why the group stood for so long, and see who else waits.',
  },
};

export interface ReportedFinding {
  readonly code: string;
  readonly id: FindingId;
  readonly message: string;
  readonly certainty: string;
  readonly evidence: readonly string[];
  readonly next: string;
  readonly commands: readonly string[];
  /** False: it is shown, and nothing is said to be wrong. */
  readonly accuses: boolean;
}

type Found = Pick<ReportedFinding, 'message' | 'certainty' | 'commands'> & {
  readonly id: FindingId;
  readonly seqs: readonly number[];
};

const SHOWN = 'shown by what was asked';

/** What the snapshot was read at, in the database's own time, ms since the epoch. */
const readAt = ({ history }: Facts): number | undefined => history.of('postgres.commit').at(-1)?.committedAt;

/** A worker may be about to tell of what is younger, ms. */
const RIPE_MS = 60_000;

/** Does the row itself say that it is not of just now? */
const isRipe = ({ values }: Row, now: number | undefined): boolean => {
  const said = ['created_at', 'updated_at'].map((column) => values[column]).filter((at) => typeof at === 'string');
  const times = said.map((at) => Date.parse(at));
  return now !== undefined && times.length > 0 && times.every((time) => time < now - RIPE_MS);
};

const idsOf = (rows: readonly Row[]): string => rows.map(({ values }) => String(values['id'])).join(' and ');

/** Rows are there in one snapshot: both at once. */
const duplicates = ({ history, subject }: Facts, { entity, name }: StageFacts): readonly Found[] => {
  const oneOf = entity?.oneOf;
  if (entity === undefined || oneOf === undefined || (entity.rows ?? 1) > 1) return [];
  const rows = rowsOf(tablesAtEnd(history), entity, subject);
  const own = rows.filter(({ values }) => fits(values, oneOf.rows));
  if (own.length < 2) return [];
  return [
    {
      id: 'duplicate-rows',
      message: `there are ${own.length} ${oneOf.called} of that student and course: ${own.map(({ values }) => short(values['id'])).join(', ')}`,
      certainty: SHOWN,
      commands: [inWords(`which ${name} stays is for a person to decide: ${idsOf(own)}`)],
      seqs: own.map(({ insertedBy }) => insertedBy.seq),
    },
  ];
};

/** Where the stage's group stands at the event, and stood in the look before. */
const standsAt = ({ history }: Facts, stage: StageFacts, { record }: PipelineEvent): LivePosition | undefined =>
  liveReading(history)?.positions.find(
    ({ group, topic, partition, offset, was }) =>
      group === stage.worker.group &&
      topic === record.topic &&
      partition === record.partition &&
      offset === record.offset &&
      was === offset,
  );

const attemptsIn = (letters: readonly DeadLetter[]): string => {
  const tried = letters.flatMap(({ attempts }) => attempts ?? []);
  return tried.length < letters.length
    ? ''
    : ` (${count(
        tried.reduce((sum, one) => sum + one, 0),
        'attempt',
      )} in all)`;
};

/**
 * Letters of this very record, at the offset at which it lies: what was told of it elsewhere was given up elsewhere. A letter does not say
 * which group wrote it: where several read the event, none of them is held to it.
 */
const ownLetters = ({ history }: Facts, event: PipelineEvent): readonly DeadLetter[] => {
  const { pipeline } = history;
  const groups = new Set(pipeline.consumersOf(event.type).map((role) => pipeline.stage(role).group));
  if (groups.size !== 1) return [];
  const position = recordPosition(event.record);
  return lettersOf(history, event).filter(
    ({ topic, partition, offset }) =>
      topic !== undefined &&
      partition !== undefined &&
      offset !== undefined &&
      recordPosition({ topic, partition, offset }) === position,
  );
};

/** Given up again and again: once may be a group that was moved back on purpose. */
const stuck = (facts: Facts, stage: StageFacts, where: Where): readonly Found[] =>
  stage.isThrough || (stage.worker.members ?? []).length === 0
    ? []
    : stage.events.flatMap((event): readonly Found[] => {
        const letters = ownLetters(facts, event);
        if (letters.length < 2 || standsAt(facts, stage, event) === undefined) return [];
        const { topic, partition, offset } = event.record;
        const past = ['--topic', `${topic}:${partition}`, '--reset-offsets', '--to-offset', String(offset + 1)];
        return [
          {
            id: 'stuck-at-its-head',
            message: `${event.type} at ${recordPosition(event.record)} was given up ${letters.length} times${attemptsIn(letters)}, and ${stage.worker.group} stands at it`,
            certainty: 'possible: a group that was moved back to it on purpose looks the same',
            commands: [
              inWords(
                'where it can never succeed, and while no member runs: what is skipped so will never be read again',
              ),
              kafkaTool('kafka-consumer-groups.sh', where, '--group', stage.worker.group, ...past, '--execute'),
            ],
            seqs: [event.record.seq, ...letters.map(({ record }) => record.seq)],
          },
        ];
      });

/** Of events that a stage works on, what is missing is missed there. */
const untold = (facts: Facts, { entity, name, declared }: StageFacts): readonly Found[] => {
  const { history, subject } = facts;
  if (entity === undefined || entity.via !== undefined) return [];
  const rows = countingRowsOf(tablesAtEnd(history), entity, subject).filter(({ values }) => isOwed(entity, values));
  const isOld = rows.length > 0 && rows.every((row) => isRipe(row, readAt(facts)));
  return declared.announces.flatMap((type): readonly Found[] => {
    const topic = history.pipeline.topicOf(type) ?? '';
    const wasRead = liveReading(history)?.read?.topics.includes(topic) === true;
    const isWaitedFor = history.pipeline.consumersOf(type).length > 0;
    if (!isOld || !wasRead || isWaitedFor || eventsOf(history, subject, type).length > 0) return [];
    return [
      {
        id: 'never-announced',
        message: `${name} ${rows.map(({ values }) => short(values['id'])).join(', ')} is there, and no ${type} of that student and course was found in ${topic}`,
        certainty: 'no accusation: a person may have made it, or the topic may not have been read whole',
        commands: [],
        seqs: rows.map(({ insertedBy }) => insertedBy.seq),
      },
    ];
  });
};

/** In the order of the way. */
export const findingsOf = (facts: Facts, where: Where): readonly ReportedFinding[] =>
  facts.stages
    .flatMap((stage) => [
      ...duplicates(facts, stage),
      ...stuck(facts, stage, where),
      ...untold(facts, stage),
      ...goneUnread(facts, stage, where),
    ])
    .map(({ id, seqs, ...told }) => ({
      code: FINDINGS[id].code,
      id,
      ...told,
      evidence: evidenceIn(facts.history, seqs),
      next: FINDINGS[id].next,
      accuses: id !== 'never-announced',
    }));
