/** What is another in a later report of all payments: one line a change. Pure. */
import { byWhat, inWords, noMore, notSeen, toldNow, withoutNumbers } from '../changed-lines.ts';
import type { Line } from '../changed-lines.ts';
import type { AllReport, CauseGroup } from './report-all.ts';

/** By what it may be hidden where not all could be looked at. `pass`: what is said of the looking itself, which nothing hides. */
type Kind = 'cause' | 'group' | 'not-looked-into' | 'pass';

interface Counted extends Line {
  readonly kind: Kind;
  readonly count: number;
}

/** What the next report is compared with. */
export interface KnownOfAll {
  /** Each as it was when all of it was last seen. */
  readonly lines: ReadonlyMap<string, Counted>;
  /** What was not seen in the report before, or not all of it: how that was told. */
  readonly unseen: ReadonlyMap<string, string>;
  /** What could not be read when they were seen, without numbers. */
  readonly gaps: ReadonlySet<string>;
  /** `code payment`, the latest last. */
  readonly named: ReadonlySet<string>;
}

/** So many payments are remembered as told of. */
const MOST_NAMED = 10_000;

const nameOf = ({ code }: CauseGroup, payment: string): string => `${code} ${payment}`;

const causeLine = (cause: CauseGroup, named: ReadonlySet<string>): Counted => {
  const { code, id, count, possible, examples } = cause;
  const many = possible === 0 ? String(count) : `${count}, of which ${possible} only possible`;
  const ids = [...new Set(examples.map(({ payment }) => payment))];
  // Where all of them are named, others are a change.
  const how = ids.length === count ? [many, ...ids.toSorted()].join(' ') : many;
  // One that was not told of yet says where to look.
  const fresh = examples.find(({ payment }) => !named.has(nameOf(cause, payment))) ?? examples[0];
  const told = fresh === undefined ? many : `${many}, such as ${fresh.payment}`;
  return { kind: 'cause', count, what: `${code} ${id}`, how, told };
};

/** Those that differ by numbers alone are one; what it is called has them where it is one. */
const groupLines = (
  kind: Kind,
  groups: readonly { readonly why: string; readonly count: number }[],
): readonly Counted[] => {
  const lines = new Map<string, Counted>();
  for (const { why, count } of groups) {
    const what = withoutNumbers(why);
    const same = lines.get(what);
    const sum = count + (same?.count ?? 0);
    const named = same === undefined || same.named === why ? why : what;
    lines.set(what, { kind, count: sum, what, named, how: String(sum) });
  }
  return [...lines.values()];
};

/** How much was looked through is another each time; how many a cause has, is a change. */
const linesIn = (
  { causes, untold, open, notLookedInto, unread, outcome }: AllReport,
  named: ReadonlySet<string>,
): readonly Counted[] => [
  ...causes.map((cause) => causeLine(cause, named)),
  ...untold.map(({ kind, count }): Counted => ({ kind: 'group', count, what: kind, how: String(count) })),
  ...groupLines('group', open),
  ...groupLines(
    'not-looked-into',
    notLookedInto.map(({ why, count }) => ({ why: `not looked into: ${why}`, count })),
  ),
  ...groupLines(
    'pass',
    unread.map((why) => ({ why: `not looked through: ${why}`, count: 1 })),
  ).map((line) => ({ ...line, how: '' })),
  { kind: 'pass', count: 1, what: 'in short', how: outcome.replace('-', ' ') },
];

const gapsIn = ({ unread }: AllReport): ReadonlySet<string> => new Set(unread.map(withoutNumbers));

const countIn = (groups: readonly { readonly count: number }[]): number =>
  groups.reduce((all, { count }) => all + count, 0);

/**
 * How many more of a kind there may be than the report has: one that is open, or was not looked into, may have a cause. What could not be
 * read hides everything, unless it could not be read either when what is known was seen.
 */
const hiddenIn = (report: AllReport, gaps: ReadonlySet<string>): Readonly<Record<Kind, number>> => {
  const isBlind = ![...gapsIn(report)].every((gap) => gaps.has(gap));
  const notLookedInto = countIn(report.notLookedInto);
  return {
    cause: isBlind ? Infinity : countIn(report.open) + notLookedInto,
    group: isBlind ? Infinity : notLookedInto,
    'not-looked-into': isBlind ? Infinity : 0,
    pass: 0,
  };
};

const namedWith = (named: ReadonlySet<string>, { causes }: AllReport): ReadonlySet<string> => {
  const these = causes.flatMap((cause) => cause.examples.map(({ payment }) => nameOf(cause, payment)));
  return new Set([...new Set([...named, ...these])].slice(-MOST_NAMED));
};

const NOTHING: ReadonlySet<string> = new Set();

export const knownFrom = (report: AllReport): KnownOfAll => ({
  lines: byWhat(linesIn(report, NOTHING)),
  unseen: new Map(),
  gaps: gapsIn(report),
  named: namedWith(NOTHING, report),
});

/**
 * As `changesBetween` of one payment; a cause with how many have it, and one that was not named before. Where not all could be looked at,
 * what is not found is not gone: it is said once that it was not seen, and the next is compared with what was known of it.
 */
export const changesInAll = (
  known: KnownOfAll,
  report: AllReport,
): { readonly changes: readonly string[]; readonly known: KnownOfAll } => {
  const hidden = hiddenIn(report, known.gaps);
  const isHidden = (was: Counted, count: number): boolean => was.count - count <= hidden[was.kind];
  const now = byWhat(linesIn(report, known.named));
  const lines = new Map<string, Counted>();
  const unseen = new Map<string, string>();
  const changes: string[] = [];
  /** It stays known as it was. */
  const notAll = (was: Counted, how: string, told: string): void => {
    lines.set(was.what, was);
    unseen.set(was.what, how);
    if (known.unseen.get(was.what) !== how) changes.push(told);
  };
  for (const line of now.values()) {
    const was = known.lines.get(line.what);
    if (was !== undefined && line.count < was.count && isHidden(was, line.count)) {
      const told = `${inWords(line)}, seen this time`;
      notAll(was, line.how, toldNow({ ...line, told }, was));
      continue;
    }
    lines.set(line.what, line);
    if (was?.how !== line.how) changes.push(toldNow(line, was));
    else if (known.unseen.has(line.what))
      changes.push(toldNow({ ...line, told: `${inWords(line)}, seen again` }, undefined));
  }
  for (const was of known.lines.values()) {
    if (now.has(was.what)) continue;
    if (isHidden(was, 0)) notAll(was, '', notSeen(was));
    else changes.push(noMore(was));
  }
  const gaps = hidden.cause === Infinity ? known.gaps : gapsIn(report);
  return { changes, known: { lines, unseen, gaps, named: namedWith(known.named, report) } };
};
