/** Is just that found which is lacking in the system that was filled? Pure. */
import type { AllReport } from '../../harness/diagnose/all/report-all.ts';
import type { Sizes } from './fill.ts';

/** The n of an id of `fill.ts`. */
const numberOf = (id: string): number => parseInt(id.slice(0, 8), 16);

const FOUND = 1;

/** What is not as it must be; empty: nothing. */
export const wrongIn = (report: AllReport, code: number | undefined, sizes: Sizes): readonly string[] => {
  const { payments, marked, untold } = sizes;
  const [firstMarked, firstUntold] = [payments - marked - untold, payments - untold];
  /** Of each code how many, and which: what else may be is said of the same ones, and no more than that. */
  const wanted = (one: string) =>
    one === 'FL0104'
      ? { count: marked, from: firstMarked, to: firstUntold }
      : one === 'FL0103'
        ? { count: untold, from: firstUntold, to: payments }
        : { count: undefined, from: firstMarked, to: payments };
  const missing = ['FL0103', 'FL0104'].filter((one) => !report.causes.some((cause) => cause.code === one));
  const groups = report.causes.flatMap((cause) => {
    const { count = marked + untold, from, to } = wanted(cause.code);
    const isMuch = wanted(cause.code).count === undefined ? cause.count > count : cause.count !== count;
    const others = cause.examples.filter(({ payment }) => !(numberOf(payment) >= from && numberOf(payment) < to));
    return [
      ...(isMuch ? [`${cause.code} is said of ${cause.count}, not of ${count}`] : []),
      ...(wanted(cause.code).count === undefined && cause.possible < cause.count
        ? [`${cause.code} is said to be shown of ${cause.count - cause.possible}`]
        : []),
      ...others.map(({ payment }) => `${cause.code} is said of ${payment}, which does not lack that`),
    ];
  });
  return [
    ...missing.map((one) => `${one} is said of none`),
    ...groups,
    ...(report.outcome === 'cause-found' ? [] : [`the outcome is ${report.outcome}`]),
    ...(code === FOUND ? [] : [`exit code ${String(code)}`]),
    ...report.open.map(({ why, count }) => `of ${count} nothing is known: ${why}`),
    ...report.notLookedInto.map(({ why, count }) => `${count} were not looked into: ${why}`),
    // Of those that nobody told of, nobody told anything else either.
    ...report.untold.flatMap(({ kind, count, examples }) =>
      count === untold && examples.every((id) => numberOf(id) >= firstUntold && numberOf(id) < payments)
        ? []
        : [`of ${count} it is said that nobody told: ${kind}`],
    ),
    ...report.unread.map((what) => `not looked through: ${what}`),
  ];
};
