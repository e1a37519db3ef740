/** What is another in a later report of all payments: one line a change. Pure. */
import { changedLines, withoutNumbers } from '../changed-lines.ts';
import type { Line } from '../changed-lines.ts';
import type { AllReport, CauseGroup } from './report-all.ts';

const causeLine = ({ code, id, count, possible, examples }: CauseGroup, known: ReadonlySet<string>): Line => {
  const how = possible === 0 ? String(count) : `${count}, of which ${possible} only possible`;
  // One that was not told of yet says where to look.
  const fresh = examples.find(({ payment }) => !known.has(payment)) ?? examples[0];
  return { what: `${code} ${id}`, how, told: fresh === undefined ? how : `${how}, such as ${fresh.payment}` };
};

const examplesIn = ({ causes }: AllReport): ReadonlySet<string> =>
  new Set(causes.flatMap(({ examples }) => examples.map(({ payment }) => payment)));

/** How much was looked through is another each time; how many a cause has, is a change. */
const saidIn = (
  { causes, untold, open, notLookedInto, unread, outcome }: AllReport,
  known: ReadonlySet<string>,
): readonly Line[] => [
  ...causes.map((cause) => causeLine(cause, known)),
  ...untold.map(({ kind, count }): Line => ({ what: kind, how: String(count) })),
  ...open.map(({ why, count }): Line => ({ what: withoutNumbers(why), named: why, how: String(count) })),
  ...notLookedInto.map(({ why, count }): Line => ({ what: `not looked into: ${why}`, how: String(count) })),
  ...unread.map((why): Line => ({
    what: `not looked through: ${withoutNumbers(why)}`,
    named: `not looked through: ${why}`,
    how: '',
  })),
  { what: 'in short', how: outcome.replace('-', ' ') },
];

/** As `changesBetween` of one payment; a cause with how many have it, and one that was not named before. */
export const changesInAll = (before: AllReport, after: AllReport): readonly string[] =>
  changedLines(saidIn(before, new Set()), saidIn(after, examplesIn(before)));
