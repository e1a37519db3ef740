import { groupNames } from '../history/groups.ts';
import type { History } from '../history/history.ts';
import { count, eventName, nameOf } from '../history/names.ts';
import { early } from './dead-letter-attempts.ts';
import { falseLetters, processedAllTheSame } from './dead-letter-false.ts';
import { lettersByTelling } from './dead-letter-letters.ts';
import type { Letters } from './dead-letter-letters.ts';
import { interruptionsOf } from './interruptions.ts';
import { playedBy } from './judging.ts';
import type { Claim, Invariant, Told } from './types.ts';

const aboutAll = ({ event, subject, letters }: Letters): string =>
  `${eventName(event)}${subject === undefined ? '' : ` of ${nameOf(subject)}`} is in the dead-letter queue ${count(letters.length, 'time')}`;

/**
 * More letters for one telling than groups that read it, each of which may rightly give it up once: accused, or excused by
 * what broke the worker off in between.
 */
const repeats = (history: History, of: Letters): { accused?: Claim; excused?: Told } => {
  const { role, subject, letters } = of;
  const [first] = letters;
  const repeated = letters.length - groupNames(history, role).length;
  if (first === undefined || repeated < 1) return {};
  const interruptions = interruptionsOf(history, role, first.record);
  // Each of them explains that the event was taken once more, and no more than that.
  const isExcused = interruptions.some(({ lasts }) => lasts) || interruptions.length >= repeated;
  const common = {
    ...(subject === undefined ? {} : { subject: subject.name }),
    ...playedBy(history, role),
  };
  const seqs = letters.map(({ record }) => record.seq);
  const evidence = [...seqs, ...interruptions.flatMap((each) => each.evidence)];
  const kinds = [...new Set(interruptions.map(({ what }) => what))].join(' and ');
  if (!isExcused)
    return {
      accused: {
        message: `${aboutAll(of)}, with ${interruptions.length === 0 ? 'no exit, rebalance or broken connection in between that was not its own doing' : `no more than ${interruptions.length} in between that would explain a repeat (${kinds})`}`,
        evidence,
        ...common,
        shape: 'twice',
        restsOn: ['kafka', 'offsets'],
      },
    };
  return {
    excused: {
      message: `${aboutAll(of)}, with ${kinds} in between`,
      evidence,
      ...common,
      shape: 'twice-but-interrupted',
    },
  };
};

export const deadLetterOnce: Invariant = {
  id: 'dead-letter-once',
  title: 'An event goes to the dead-letter queue once, and not before the documented number of attempts.',
  byAnEvent: true,
  needs: ['kafka', 'offsets', 'admin-service'],
  check: (history) => {
    const judged = lettersByTelling(history).map((each) => {
      const wrong = falseLetters(history, each);
      return {
        repeated: repeats(history, each),
        early: early(history, each),
        wrong,
        processed: wrong.length > 0 ? [] : processedAllTheSame(history, each),
      };
    });
    return {
      violations: judged.flatMap(({ repeated, early: { accused }, wrong }) => [
        ...(repeated.accused === undefined ? [] : [repeated.accused]),
        ...accused,
        ...wrong,
      ]),
      notes: judged.flatMap(({ repeated, early: { excused }, processed }) => [
        ...(repeated.excused === undefined ? [] : [repeated.excused]),
        ...excused,
        ...processed,
      ]),
    };
  },
};
