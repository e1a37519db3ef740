/**
 * Is a cause told by evidence of what was done? Every line that names a record, a row, a group, an offset or topics is held to what the
 * harness did and recorded by itself, and each cause must name what it is known by. Pure.
 */
import { recordPosition } from '../../harness/history/history.ts';
import { pipelineOf } from '../../harness/pipeline/queries.ts';
import { shippedPipeline } from '../../harness/pipeline/shipped.ts';
import { FIRST_TABLE, NOT_DONE } from './done.ts';
import type { Truth } from './done.ts';
import type { Code, Expected } from './types.ts';

export interface Told extends Pick<Expected, 'certainty'> {
  readonly message: string;
  readonly evidence: readonly string[];
}

const pipeline = pipelineOf(shippedPipeline);
const groupOf = (role: string): string => pipeline.stage(role).group;

/** Of each line what it names. */
const LINES = {
  record: /^record (\S+@\d+) of /,
  row: /^row (\S+) of (\w+)/,
  stands: /^group (\S+) stands at (\d+) of (\S+)$/,
  group: /^group (\S+): .*, (\d+) members?$/,
  topics: /^topics that are there: (.*)$/,
  call: /^call of ([\w-]+): /,
  answered: /^answered (\d+)/,
  process: /^process of ([\w-]+): (.*)$/,
  unanswered: /^(no answer to it)$/,
  whole: /^(every record that the topics have which its workers read)$/,
} as const;

type Kind = keyof typeof LINES;

const named = ({ evidence }: Told, kind: Kind): readonly (readonly string[])[] =>
  evidence.flatMap((line) => {
    const found = LINES[kind].exec(line);
    return found === null ? [] : [found.slice(1)];
  });

const keyOf = ({ table, row }: { readonly table: string; readonly row: Readonly<Record<string, unknown>> }): string =>
  `${String(row[table === pipeline.guard.table ? pipeline.guard.key : 'id'])} of ${table}`;

/** Statuses of which the message tells. */
const ANSWERED = /\banswered (\d+)/g;

const unless = (isSo: boolean, complaint: string): readonly string[] => (isSo ? [] : [complaint]);

/** What is said that is not so, or of which nobody knows how to tell. */
const untrue = (told: Told, { who, injected, recorded, runs, asked }: Truth): readonly string[] => {
  const records = new Set(recorded.records(who).map(recordPosition));
  const rows = new Set(recorded.rows(who).map(keyOf));
  const absent = (injected.absent ?? []).map(groupOf);
  const missing = injected.missing ?? [];
  const statuses = recorded.statuses(who);
  const topicsShown = named(told, 'topics').map(([list = '']) => list.split(', '));
  const answered = [
    ...named(told, 'answered').map(([status]) => status),
    ...[...told.message.matchAll(ANSWERED)].map(([, status]) => status),
  ];
  return [
    ...told.evidence.flatMap((line) =>
      Object.values(LINES).some((form) => form.test(line)) ? [] : [`nobody knows a line like "${line}"`],
    ),
    ...named(told, 'record').flatMap(([at = '']) => (records.has(at) ? [] : [`record ${at} is not this payment's`])),
    ...named(told, 'row').flatMap(([id = '', table = '']) =>
      rows.has(`${id} of ${table}`) ? [] : [`row ${id} of ${table} is not this payment's`],
    ),
    ...unless(named(told, 'call').length <= recorded.calls(who).length, 'more calls are named than were made'),
    ...named(told, 'process').flatMap(([role = '', how = '']) =>
      how.startsWith('no process') === runs(role) ? [`of ${role} it is not so that there is ${how}`] : [],
    ),
    ...answered.flatMap((status) => (statuses.includes(Number(status)) ? [] : [`${status} was never answered`])),
    ...named(told, 'stands').flatMap(([group = '', at = '', partition = '']) =>
      recorded.stands(group, partition, Number(at), asked) ? [] : [`${group} does not stand at ${at} of ${partition}`],
    ),
    ...named(told, 'group').flatMap(([group = '', members = '']) =>
      (Number(members) === 0) === absent.includes(group) ? [] : [`${group} has not ${members} members`],
    ),
    ...topicsShown.flatMap((list) =>
      pipeline.topics.flatMap((topic) =>
        list.includes(topic) === missing.includes(topic) ? [`that ${topic} is there or not is told wrongly`] : [],
      ),
    ),
  ];
};

const eventOf = ({ who, injected, recorded }: Truth) =>
  recorded.records(who, pipeline.consumedTopic(injected.at)).map(recordPosition);

const namesEvent = (told: Told, truth: Truth): readonly string[] =>
  named(told, 'record').some(([at = '']) => eventOf(truth).includes(at)) ? [] : ['the event is not named'];

const lettersNamed = (told: Told): readonly string[] =>
  named(told, 'record').flatMap(([at = '']) => (at.startsWith(`${pipeline.deadLetterTopic}-`) ? [at] : []));

/** An offset of its worker's group that is past its event. */
const namesPassing = (told: Told, truth: Truth): boolean =>
  truth.recorded
    .records(truth.who, pipeline.consumedTopic(truth.injected.at))
    .some((event) =>
      named(told, 'stands').some(
        ([group, at, partition]) =>
          group === groupOf(truth.injected.at) &&
          partition === `${event.topic}-${event.partition}` &&
          Number(at) > event.offset,
      ),
    );

const namesRow = (told: Told, table: string): number =>
  new Set(named(told, 'row').flatMap(([id, of]) => (of === table ? [id] : []))).size;

const isDone = (told: Told, truth: Truth): readonly string[] => [
  ...namesEvent(told, truth),
  ...unless(
    namesPassing(told, truth) || lettersNamed(told).length > 0,
    'neither an offset past the event nor a dead letter is named',
  ),
];

/** What each must name. */
const NAMES: Readonly<Record<Code, (told: Told, truth: Truth) => readonly string[]>> = {
  FL0101: (told, { injected }) =>
    unless(
      named(told, 'group').some(([group]) => (injected.absent ?? []).map(groupOf).includes(group ?? '')),
      'the group of no worker that is away is named',
    ),
  FL0102: (told, { injected }) => [
    ...unless(named(told, 'topics').length > 0, 'the topics that are there are not named'),
    ...unless(
      (injected.missing ?? []).every((topic) => told.message.includes(topic)),
      'the topic is not named',
    ),
  ],
  FL0103: (told, truth) =>
    truth.recorded.rows(truth.who, FIRST_TABLE).length === 0
      ? namesEvent(told, truth)
      : unless(namesRow(told, FIRST_TABLE) > 0, 'the row is not named'),
  FL0104: (told, truth) => [
    ...unless(namesRow(told, pipeline.guard.table) > 0, 'the row of the guard is not named'),
    ...unless(namesPassing(told, truth), 'no offset past the event is named'),
  ],
  FL0105: (told, truth) => [
    ...namesEvent(told, truth),
    ...unless(
      namesPassing(told, truth) || named(told, 'group').some(([group]) => group === groupOf(truth.injected.at)),
      'neither its group nor an offset past the event is named',
    ),
  ],
  FL0106: isDone,
  FL0107: (told, truth) =>
    // Where none was made the log tells of none, and it stays possible.
    truth.log && truth.recorded.calls(truth.who).length > 0
      ? unless(named(told, 'call').length > 0, 'no call is named')
      : [
          ...namesEvent(told, truth),
          ...unless(
            lettersNamed(told).length > 0 || truth.recorded.records(truth.who, pipeline.deadLetterTopic).length === 0,
            'there is a dead letter, and it is not named',
          ),
        ],
  FL0108: (told) =>
    unless(
      pipeline.way.some(({ entity }) => entity !== undefined && namesRow(told, entity.table) > 1),
      'not both rows are named',
    ),
  FL0109: (told, truth) => [
    ...namesEvent(told, truth),
    ...unless(new Set(lettersNamed(told)).size > 1, 'not two dead letters are named'),
  ],
};

/** What is wrong with how it is grounded; empty: nothing. What is told as shown must have come about, too. */
export const ungrounded = (code: Code, told: Told, truth: Truth): readonly string[] =>
  [
    ...NAMES[code](told, truth),
    ...untrue(told, truth),
    ...(told.certainty === 'shown' ? NOT_DONE[code](truth) : []),
  ].map((complaint) => `${code}: ${complaint}`);
