import { gapsOf } from '../history/completeness.ts';
import type { HistoryEvent } from '../history/events.ts';
import { isOfThisTrial } from '../history/groups.ts';
import { recordPosition } from '../history/history.ts';
import type { History } from '../history/history.ts';
import { originOf, paymentById } from '../history/subjects.ts';
import type { Finding } from '../history/verdict.ts';
import { DEAD_LETTER_TOPIC, eventTypeOfTopic } from '../pipeline/pipeline.ts';
import { mismatchesOf } from '../pipeline/shapes.ts';
import type { OriginalIds } from '../pipeline/shapes.ts';
import type { Invariant } from './types.ts';

type KafkaRecord = HistoryEvent<'kafka.record'>;

const hasKnownShape = (topic: string): boolean => topic === DEAD_LETTER_TOPIC || eventTypeOfTopic(topic) !== undefined;

/** Committed data records that workers wrote in this trial, to topics whose shape is known. */
const workersRecords = (history: History): readonly KafkaRecord[] => {
  const own = new Set(history.of('kafka.produced').map(recordPosition));
  return history
    .of('kafka.record')
    .filter(
      (record) =>
        record.aborted !== true &&
        record.control === undefined &&
        hasKnownShape(record.topic) &&
        !own.has(recordPosition(record)) &&
        isOfThisTrial(history, record),
    );
};

/** Ids a dead-letter record must repeat: those its original had. */
const idsOfOriginal = (history: History, record: KafkaRecord): OriginalIds => {
  const letter = history.deadLetters.find((each) => each.record === record);
  const original = letter && originOf(history, letter);
  if (original === undefined) return { correlationId: true, eventId: true };
  return { correlationId: original.correlationId !== undefined, eventId: original.eventId !== undefined };
};

/** Cut records can only be judged by how they begin. */
const isUnreadable = ({ json, value }: KafkaRecord): boolean =>
  json === undefined && value?.truncated !== undefined && value.text.trimStart().startsWith('{');

const MOST_SHOWN = 4;

export const messagesHonourContract: Invariant = {
  id: 'messages-honour-contract',
  title: 'Every record a worker writes to a known topic fits the shape of that topic.',
  check: (history) => {
    const violations: Finding[] = [];
    const undecided: Finding[] = [...gapsOf(history, ['kafka'])];
    for (const record of workersRecords(history)) {
      const at = `the record at ${recordPosition(record)}`;
      if (isUnreadable(record)) {
        undecided.push({ message: `${at} is too large to be judged as a whole`, evidence: [record.seq] });
        continue;
      }
      const wrong = mismatchesOf(record, idsOfOriginal(history, record)) ?? [];
      if (wrong.length === 0) continue;
      const shown = wrong.slice(0, MOST_SHOWN).map((m) => `${m.path} is ${m.actual}, not ${m.expected}`);
      const more = wrong.length > MOST_SHOWN ? `, and ${wrong.length - MOST_SHOWN} more` : '';
      const subject = paymentById(history, record.correlationId ?? record.key)?.name;
      violations.push({
        message: `${at} does not fit its shape: ${shown.join('; ')}${more}`,
        evidence: [record.seq],
        ...(subject === undefined ? {} : { subject }),
      });
    }
    return { violations, undecided };
  },
};
