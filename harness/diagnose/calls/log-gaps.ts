/** Why the logs of services do not tell of every call that a payment may have made. Pure. */
import { count } from '../../history/names.ts';
import { pipelineOf } from '../../pipeline/queries.ts';
import { beganAt, clockMarginOf } from '../began.ts';
import { latest, valueOf } from '../snapshot.ts';
import type { CallSeen, LogPart, LogSeen, Snapshot } from '../snapshot.ts';

const onDay = (at: number): string => new Date(at).toISOString();

/** Calls of before are not the payment's, by whichever clock; undefined: nothing says when it began. */
const callsSince = (snapshot: Snapshot): number | undefined => {
  const began = beganAt(snapshot);
  return began === undefined ? undefined : began - clockMarginOf(snapshot);
};

/** A clock that is off by more than this is seen by everybody, ms. */
const WORST_CLOCK_MS = 86_400_000;

/** Of a log that nothing was added to between two looks it is not known that what happens is still written there. */
const hasGrown = (before: LogPart | undefined, after: LogPart): boolean =>
  before !== undefined && (after.lines > before.lines || (after.until ?? 0) > (before.until ?? 0));

/**
 * Is the clock of who wrote the log known to be wrong? A line is later than the moment at which it was read; or it grew between the looks, and
 * its latest line is of long before. Of a log in which nothing is new nothing tells.
 */
const isClockWrong = (snapshot: Snapshot, service: string): boolean => {
  const margin = clockMarginOf(snapshot);
  const logs = snapshot.looks.flatMap(({ calls }) => {
    const log = calls?.[service];
    return log === undefined ? [] : (valueOf(log) ?? []);
  });
  return logs.some(({ parts, readAt }, i) =>
    parts.some((part) => {
      if (readAt === undefined || part.until === undefined) return false;
      const before = logs[i - 1]?.parts.find(({ name }) => name === part.name);
      return part.until > readAt + margin || (hasGrown(before, part) && part.until < readAt - margin);
    }),
  );
};

/** In the order of time, where all of them say it: of several pods each has its own. */
const inOrder = (calls: readonly CallSeen[]): readonly CallSeen[] =>
  calls.every(({ at }) => at !== undefined) ? calls.toSorted((a, b) => (a.at ?? 0) - (b.at ?? 0)) : calls;

/** What cannot be told to be this one's names nobody. */
const unnamed = (call: CallSeen): CallSeen => ({ ...call, headers: {}, json: {} });

/**
 * The calls of a log by whose they are and when they were. One that names the payment is its own at any time. One of its student and course
 * that was long before it is another's; one that was just before it, does not say when it was, or is told by a clock that is wrong, may be
 * either's.
 */
export const callsOf = (
  snapshot: Snapshot,
  service: string,
  { own, strays }: Pick<LogSeen, 'own' | 'strays'>,
): { readonly own: readonly CallSeen[]; readonly strays: readonly CallSeen[] } => {
  const since = isClockWrong(snapshot, service) ? undefined : callsSince(snapshot);
  const isOwn = ({ at, byId }: CallSeen): boolean =>
    byId === true || (at !== undefined && since !== undefined && at >= since);
  const mayBeOwn = ({ at }: CallSeen): boolean => at === undefined || since === undefined || at >= since;
  const isJustBefore = ({ at = 0 }: CallSeen): boolean => since !== undefined && at >= since - WORST_CLOCK_MS;
  const doubtful = own.filter((call) => !isOwn(call) && (mayBeOwn(call) || isJustBefore(call)));
  return {
    own: inOrder(own.filter(isOwn)),
    strays: [...strays.filter(mayBeOwn), ...doubtful.map(unnamed)],
  };
};

const isIn = (part: LogPart, since: number | undefined): boolean =>
  since === undefined || (part.since !== undefined && part.since < since);

interface Held {
  readonly since: number | undefined;
  /** The same part at the look before; undefined: there was none. `alone`: there was no look before. */
  readonly before: LogPart | undefined | 'alone';
}

const partGaps = (service: string, part: LogPart, { since, before }: Held): readonly string[] => {
  const where = `the log of ${service}${part.name.startsWith('pod/') ? ` (${part.name})` : ''}`;
  return [
    ...(part.since === undefined ? [`nothing in ${where} says when it was`] : []),
    ...(part.since !== undefined && !isIn(part, since)
      ? [`${where} begins at ${onDay(part.since)}: that is not before the payment by enough, as clocks differ`]
      : []),
    ...(before === 'alone' || hasGrown(before, part)
      ? []
      : [`${where} did not grow while it was looked at: what is called now may not be written there`]),
  ];
};

const unfitGaps = (service: string, { unfit, parts }: LogSeen, since: number | undefined): readonly string[] => {
  const all = parts.reduce((sum, { lines }) => sum + lines, 0);
  const isSince = parts.some(
    (part) => part.unfit !== undefined && (part.unfit === null || since === undefined || part.unfit >= since),
  );
  if (!isSince) return [];
  const which =
    unfit.lines === all ? 'no line' : `${count(unfit.lines, 'line')} (the first is its line ${unfit.first ?? 1})`;
  return unfit.lines === all
    ? [`${which} of the log of ${service} is of its format`]
    : [
        `${which} of the log of ${service} ${unfit.lines === 1 ? 'is' : 'are'} not of its format, and may tell of calls`,
      ];
};

const strayGaps = (service: string, strays: number): readonly string[] =>
  strays === 0
    ? []
    : [`${count(strays, 'call')} in the log of ${service} ${strays === 1 ? 'does' : 'do'} not say whose`];

/** A log in which nobody was ever heard may be another one, or write paths otherwise, as one behind a gateway does. */
const neverAsked = ({ pipeline }: Snapshot, service: string, { requests, parts }: LogSeen): readonly string[] => {
  if (requests > 0 || parts.length === 0) return [];
  const { method, path } = pipelineOf(pipeline).service(service).operation;
  return [
    `no ${method} ${path} of anybody is in the log of ${service}: it may be another log, or write its paths otherwise`,
  ];
};

const logGaps = (snapshot: Snapshot, service: string, log: LogSeen): readonly string[] => {
  const { looks } = snapshot;
  const told = looks.length > 1 ? looks[0].calls?.[service] : undefined;
  const earlier = told === undefined ? [] : (valueOf(told)?.parts ?? []);
  const since = callsSince(snapshot);
  return [
    ...log.lacking.map((why) => `the log of ${service} was not read whole: ${why}`),
    ...(log.parts.length === 0 ? [`the log of ${service} has no lines (${log.where})`] : []),
    ...unfitGaps(service, log, since),
    ...neverAsked(snapshot, service, log),
    ...log.parts.flatMap((part) =>
      partGaps(service, part, {
        since,
        before: looks.length === 1 ? 'alone' : earlier.find(({ name }) => name === part.name),
      }),
    ),
    ...strayGaps(service, callsOf(snapshot, service, log).strays.length),
    ...(isClockWrong(snapshot, service)
      ? [`the clock of who wrote the log of ${service} is wrong: its latest line is not of when it was read`]
      : []),
    // Most services write a line when they answer, and each instance into its own log.
    `a call at ${service} that is not answered, or that another instance got, is in no log that was read`,
  ];
};

/** One sentence for each thing that is lacking: what is not in a log may have been called all the same. */
export const callGaps = (snapshot: Snapshot): readonly string[] => {
  const called = new Set(pipelineOf(snapshot.pipeline).way.flatMap(({ stage }) => stage.calls ?? []));
  const { calls = {} } = latest(snapshot);
  return [...called].flatMap((service) => {
    const told = calls[service];
    if (told === undefined) return [`the calls of ${service} were not asked for: nobody said where its log is`];
    return 'why' in told ? [told.why] : logGaps(snapshot, service, told.value);
  });
};
