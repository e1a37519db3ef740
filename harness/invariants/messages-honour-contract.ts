import type { Contract } from '../contract/contract.ts';
import type { Mismatch } from '../contract/match.ts';
import { judgeRecord } from '../contract/messages.ts';
import { isFields } from '../contract/values.ts';
import { belonging } from '../history/names.ts';
import { recordPosition } from '../history/history.ts';
import type { DeadLetter, History } from '../history/history.ts';
import { disputedIn, originOf } from '../history/letters.ts';
import { perHistory } from '../history/memo.ts';
import { withOriginalTopic } from '../history/real-names.ts';
import { paymentById } from '../history/subjects.ts';
import { playedBy, publishedBy } from './judging.ts';
import { excusesRestOn, unfitBehind } from './messages-honour-contract-excuses.ts';
import { notOfItsOriginal } from './messages-honour-contract-letters.ts';
import { describeMismatches, shapeOf } from './honour-contract.ts';
import { disagreements } from './messages-honour-contract-agreement.ts';
import type { OriginalIds } from './messages-honour-contract-agreement.ts';
import { contractRecord, judgedRecords } from './messages-honour-contract-judged.ts';
import type { JudgedRecord } from './messages-honour-contract-judged.ts';
import type { Claim, Invariant, Told } from './types.ts';

const ALL_IDS: OriginalIds = { correlationId: true, eventId: true };

const letters = perHistory((history) => new Map(history.deadLetters.map((letter) => [letter.record, letter])));

const letterOf = (history: History, record: JudgedRecord['record']): DeadLetter | undefined =>
  record.topic === history.pipeline.deadLetterTopic ? letters(history).get(record) : undefined;

/** Whose record it is: the part that publishes this event, or that consumes the one a letter is about. */
const writtenBy = (history: History, record: JudgedRecord['record']): { readonly worker?: string } => {
  const said = isFields(record.json) ? record.json['type'] : undefined;
  const type = history.pipeline.eventOfTopic(record.topic, said ?? record.headers['eventType']);
  if (type !== undefined) return publishedBy(history, type);
  const letter = letterOf(history, record);
  const original = letter && originOf(history, letter);
  return playedBy(history, original && history.pipeline.consumerOf(original.type));
};

/** What a dead-letter record must repeat: the ids its original had; a sound original is told whole. */
const originalOf = (
  history: History,
  contract: Contract,
  record: JudgedRecord['record'],
): { had: OriginalIds; sound: boolean } => {
  const letter = letterOf(history, record);
  const original = letter && originOf(history, letter);
  if (original === undefined) return { had: ALL_IDS, sound: false };
  const judged = judgedRecords(history, contract).find((each) => each.record === original.record);
  return {
    had: { correlationId: original.correlationId !== undefined, eventId: original.eventId !== undefined },
    sound: judged?.judgement.mismatches.length === 0,
  };
};

/** Interactions about the letter of an event, not of something that was none: they pin its ids. */
const aboutEvents = ({ topics }: Contract, topic: string) =>
  (topics.get(topic) ?? []).filter(({ body }) => isFields(body) && Object.hasOwn(body, 'eventId'));

/**
 * The letter as the contract knows it. A worker that keeps a retry topic of its own gives up there, and says so truly: the
 * event is the same, told twice, and the contract speaks of it in the pipeline's topic.
 */
const inPipelineTopic = (history: History, letter: DeadLetter, told: JudgedRecord['told']): JudgedRecord['told'] => {
  const { record, type } = originOf(history, letter) ?? {};
  const topic = type && history.pipeline.topicOf(type);
  if (record === undefined || topic === undefined || history.pipeline.topics.includes(record.topic)) return told;
  return disputedIn(history, letter).includes('position') ? told : withOriginalTopic(told, topic);
};

const wrongInLetter = (
  history: History,
  contract: Contract,
  { record, told }: JudgedRecord,
  letter: DeadLetter,
): readonly Mismatch[] => {
  const { had, sound } = originalOf(history, contract, record);
  const known = inPipelineTopic(history, letter, told);
  const interactions = sound ? aboutEvents(contract, told.topic) : (contract.topics.get(told.topic) ?? []);
  return [
    ...judgeRecord(interactions, contractRecord(record, known)).mismatches,
    ...disagreements(history.pipeline, told, had),
    ...notOfItsOriginal(history, letter),
  ];
};

const wrongIn = (history: History, contract: Contract, judged: JudgedRecord): readonly Mismatch[] => {
  const { record, judgement } = judged;
  const letter = letterOf(history, record);
  if (letter !== undefined) return wrongInLetter(history, contract, judged, letter);
  const disagreeing = disagreements(history.pipeline, record);
  return disagreeing.length === 0 ? judgement.mismatches : [...judgement.mismatches, ...disagreeing];
};

/** Each place once: what the pact says of it comes first. */
const uniquePlaces = (wrong: readonly Mismatch[]): readonly Mismatch[] =>
  wrong.length < 2
    ? wrong
    : wrong.filter(({ part, path }, i) => wrong.findIndex((other) => other.part === part && other.path === path) === i);

const nameOfRecord = (record: JudgedRecord['record']): string => `the record at ${recordPosition(record)}`;

/** Cut records can only be judged by how they begin. */
const isUnreadable = ({ json, value }: JudgedRecord['record']): boolean =>
  json === undefined && value?.truncated !== undefined && value.text.trimStart().startsWith('{');

export const messagesHonourContract: Invariant = {
  id: 'messages-honour-contract',
  title: 'Every record a worker writes to a pinned topic is one that the contract of the topic knows.',
  byAnEvent: true,
  needs: ['kafka'],
  check: (history, contract) => {
    const violations: Claim[] = [];
    const undecided: Told[] = [];
    const notes: Told[] = [];
    for (const judged of judgedRecords(history, contract)) {
      const { record } = judged;
      if (judged.byHarness) continue;
      if (isUnreadable(record)) {
        undecided.push({
          message: `${nameOfRecord(record)} is too large to be judged as a whole`,
          evidence: [record.seq],
          shape: 'too-large',
        });
        continue;
      }
      const wrong = uniquePlaces(wrongIn(history, contract, judged));
      if (wrong.length === 0) continue;
      const subject = paymentById(history, record.correlationId ?? record.key);
      const found: Told = {
        message: `${nameOfRecord(record)}${belonging(subject)} does not fit the contract: ${describeMismatches(wrong)}`,
        evidence: [record.seq],
        ...(subject === undefined ? {} : { subject: subject.name }),
        shape: shapeOf(wrong),
        ...writtenBy(history, record),
      };
      const behind = unfitBehind(history, record, wrong);
      if (behind !== undefined)
        notes.push({
          ...found,
          message: `${found.message}; the scenario had said so`,
          evidence: [record.seq, ...behind],
          shape: `${found.shape}-as-published`,
        });
      // What a letter must repeat, its original tells; while that is unread, nothing does.
      else {
        const isLetter = record.topic === history.pipeline.deadLetterTopic;
        violations.push({ ...found, restsOn: isLetter ? ['kafka'] : excusesRestOn(history, record, wrong) });
      }
    }
    return { violations, undecided, notes };
  },
};
