/** What is wrong with many payments, grouped by cause. Pure. */
import { reportOf } from '../report.ts';
import type { DiagnosisReport } from '../report.ts';
import { toHistory } from '../to-history.ts';
import type { Where } from '../tools.ts';
import type { SeenAll } from './read-all.ts';

export interface Example {
  readonly payment: string;
  readonly message: string;
}

export interface CauseGroup {
  readonly code: string;
  readonly id: string;
  /** Payments that it was found for. */
  readonly count: number;
  /** Of them, those for which it is only possible. */
  readonly possible: number;
  readonly next: string;
  readonly examples: readonly Example[];
}

export interface AllReport {
  readonly outcome: DiagnosisReport['outcome'];
  readonly inShort: string;
  /** What was gone through. */
  readonly rows: number;
  readonly records: number;
  /** The most frequent first. */
  readonly causes: readonly CauseGroup[];
  /** Seen, and no accusation: a person may have done by hand what a worker would have told of. */
  readonly untold: readonly { readonly kind: string; readonly count: number; readonly examples: readonly string[] }[];
  /** Payments that are not at their end, and of which nothing more can be said, by what is said. */
  readonly open: readonly { readonly why: string; readonly count: number; readonly examples: readonly string[] }[];
  readonly notLookedInto: SeenAll['notLookedInto'];
  /** What could not be looked through. */
  readonly unread: readonly string[];
}

const EXAMPLES = 3;

const grouped = <T>(all: readonly T[], keyOf: (one: T) => string): readonly (readonly [string, readonly T[]])[] => {
  const groups = new Map<string, T[]>();
  for (const one of all) {
    const group = groups.get(keyOf(one));
    if (group === undefined) groups.set(keyOf(one), [one]);
    else group.push(one);
  }
  return [...groups].sort(([one, a], [other, b]) => b.length - a.length || (one < other ? -1 : 1));
};

const idOf = ({ payment }: DiagnosisReport): string => payment.correlationId;

const causeGroups = (reports: readonly DiagnosisReport[]): readonly CauseGroup[] => {
  const found = reports.flatMap((report) =>
    [...report.causes, ...report.findings.filter(({ accuses }) => accuses)].map((cause) => ({
      cause,
      payment: idOf(report),
    })),
  );
  return grouped(found, ({ cause }) => cause.code).flatMap(([code, own]): readonly CauseGroup[] => {
    const [first] = own;
    if (first === undefined) return [];
    return [
      {
        code,
        id: first.cause.id,
        count: new Set(own.map(({ payment }) => payment)).size,
        possible: new Set(own.flatMap((one) => (one.cause.certainty.startsWith('possible') ? [one.payment] : []))).size,
        next: first.cause.next,
        examples: own.slice(0, EXAMPLES).map(({ cause, payment }) => ({ payment, message: cause.message })),
      },
    ];
  });
};

/** What could not be asked of the payment is said with it: there may be no other place for it. */
const whyOpen = ({ inShort, sources }: DiagnosisReport): string => {
  const unread = sources.flatMap(({ complete, why }) => (complete || why === undefined ? [] : [why]));
  const asked = unread.filter((why) => !why.startsWith('the calls of services'));
  return [inShort.replace(/ \(events of .*/, ''), ...asked].join('; ');
};

const isOpen = ({ outcome }: DiagnosisReport): boolean => outcome === 'not-known';

const shortly = (causes: readonly CauseGroup[], open: number, called: string): string => {
  const [first] = causes;
  if (first !== undefined) {
    const others = causes.length === 1 ? '' : `, and ${causes.length - 1} more`;
    return `${first.code} ${first.id}: ${first.count} of the ${called}s that were looked into${others}`;
  }
  return open === 0
    ? `nothing is wrong with any ${called} that was looked through`
    : `no cause is shown; ${open} of the ${called}s are not at their end, or could not be looked into`;
};

export const reportOfAll = (
  { snapshots, untold, rows, records, notLookedInto, unread }: SeenAll,
  where: Where,
  called: string,
): AllReport => {
  const reports = snapshots.map((snapshot) => reportOf(toHistory(snapshot), where));
  const causes = causeGroups(reports);
  const open = reports.filter(isOpen);
  const doubts = open.length + notLookedInto.reduce((sum, { count }) => sum + count, 0);
  const isWhole = doubts + unread.length === 0;
  return {
    outcome: causes.length > 0 ? 'cause-found' : isWhole ? 'nothing-wrong' : 'not-known',
    inShort: shortly(causes, doubts, called),
    rows,
    records,
    causes,
    untold: [...untold].map(([kind, { count, examples }]) => ({
      kind,
      count,
      examples: examples.map(({ pair }) => `${pair.studentId} ${pair.courseId}`),
    })),
    open: grouped(open, whyOpen).map(([why, own]) => ({
      why,
      count: own.length,
      examples: own.slice(0, EXAMPLES).map(idOf),
    })),
    notLookedInto,
    unread,
  };
};
