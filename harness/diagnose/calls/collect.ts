/** Goes through a service's log line by line and keeps of it what may be of one payment, whatever comes. */
import type { RawLine } from '../../base/line-reader.ts';
import type { ServiceLog } from '../../config/types.ts';
import type { Subject } from '../../history/events.ts';
import type { Pipeline } from '../../pipeline/queries.ts';
import type { CallSeen, LogPart, LogSeen } from '../snapshot.ts';
import { commonLine } from './common-line.ts';
import { instantOf } from './instant.ts';
import { jsonLine } from './json-lines.ts';
import type { LineFormat, LoggedLine } from './logged.ts';
import { patternLines } from './pattern-lines.ts';
import { whoseCall } from './whose-call.ts';

/** What a tool puts before every line: when it was written, and of which pod. */
export type Prefix = 'none' | 'time' | 'pod';

/** Of those that may be the payment's the latest are kept. */
const MOST_KEPT = 100;
/** Lines that are read at once. */
const AT_ONCE = 1000;

export interface LogCollector {
  /** `output`: of which of several outputs it is. */
  add(line: RawLine, output?: string): void;
  seen(): Pick<LogSeen, 'parts' | 'requests' | 'own' | 'strays' | 'unfit'>;
}

interface Waiting {
  readonly text: string;
  readonly part: string;
  /** As the tool says. */
  readonly at: number | undefined;
  readonly isWhole: boolean;
}

const formatOf = (pipeline: Pipeline, service: string, { format, fields }: ServiceLog): LineFormat => {
  if (typeof format === 'object') return patternLines(pipeline, service, format.pattern);
  const json = (line: string): LoggedLine => jsonLine(pipeline, service, fields, line);
  const common = (line: string): LoggedLine => commonLine(pipeline, line);
  const either = (line: string): LoggedLine => (line.trimStart().startsWith('{') ? json(line) : common(line));
  const read = { json, common, any: either }[format];
  return (lines) => lines.map(read);
};

const PREFIXES: Readonly<Record<Exclude<Prefix, 'none'>, RegExp>> = {
  time: /^()(\S{20,40})(?: (.*))?$/s,
  pod: /^\[(pod\/[^\]\s]{1,300})\] (\S{20,40})(?: (.*))?$/s,
};

const waitingOf = ({ text, dropped, bytes }: RawLine, prefix: Prefix, output: string): Waiting => {
  const isWhole = dropped === 0 && bytes === undefined;
  if (prefix === 'none') return { text, part: output, at: undefined, isWhole };
  const [whole, part = '', time, rest = ''] = PREFIXES[prefix].exec(text) ?? [];
  return whole === undefined
    ? { text, part: output, at: undefined, isWhole: false }
    : { text: rest, part: part || output, at: instantOf(time), isWhole };
};

const definedOnly = ({ since, until }: { since: number | undefined; until: number | undefined }) => ({
  ...(since === undefined ? {} : { since }),
  ...(until === undefined ? {} : { until }),
});

const noted = (part: LogPart, line: LoggedLine, at: number | undefined): LogPart => {
  const { since, until, unfit, ...rest } = part;
  const isUnfit = line.kind === 'unfit';
  // What does not fit was written by the time at which the next line was.
  const latestUnfit = isUnfit ? (at ?? null) : unfit === null ? (at ?? null) : unfit;
  return {
    ...rest,
    lines: part.lines + 1,
    ...definedOnly({ since: since ?? at, until: at === undefined ? until : Math.max(until ?? at, at) }),
    ...(latestUnfit === undefined ? {} : { unfit: latestUnfit }),
  };
};

const keep = (kept: CallSeen[], call: CallSeen): void => {
  kept.push(call);
  if (kept.length > MOST_KEPT) kept.shift();
};

export const createLogCollector = (
  pipeline: Pipeline,
  subject: Subject,
  { service, log, prefix }: { readonly service: string; readonly log: ServiceLog; readonly prefix: Prefix },
): LogCollector => {
  const read = formatOf(pipeline, service, log);
  const besides = log.besides === undefined ? undefined : patternLines(pipeline, service, log.besides);
  const parts = new Map<string, LogPart>();
  const own: CallSeen[] = [];
  const strays: CallSeen[] = [];
  const waiting: Waiting[] = [];
  let [lines, requests, unfit] = [0, 0, 0];
  let firstUnfit: number | undefined;

  const note = (line: LoggedLine, { part, at: told }: Waiting): void => {
    lines += 1;
    const at = told ?? (line.kind === 'unfit' ? undefined : line.at);
    parts.set(part, noted(parts.get(part) ?? { name: part, lines: 0 }, line, at));
    if (line.kind === 'unfit') {
      unfit += 1;
      firstUnfit ??= lines;
    }
    if (line.kind !== 'request' || !pipeline.isOperation(service, line.method, line.path)) return;
    requests += 1;
    const whose = whoseCall(pipeline, service, subject, line);
    const { method, path, headers, json, status } = line;
    const isOwn = whose === 'by-id' || whose === 'by-pair';
    const call: CallSeen = {
      method,
      path,
      ...(at === undefined ? {} : { at }),
      ...(status === undefined ? {} : { status }),
      // What cannot be told to be this one's names nobody.
      headers: isOwn ? headers : {},
      json: isOwn ? json : {},
      ...(whose === 'by-id' ? { byId: true } : {}),
    };
    if (isOwn) keep(own, call);
    if (whose === 'nobody') keep(strays, call);
  };
  const work = (): void => {
    const all = waiting.splice(0);
    const texts = all.map(({ text }) => text);
    const told = read(texts);
    const open = told.some(({ kind }, i) => kind === 'unfit' && all[i]?.isWhole === true);
    const known = open ? besides?.(texts) : undefined;
    for (const [i, one] of all.entries()) {
      const line = one.isWhole ? (told[i] ?? { kind: 'unfit' }) : { kind: 'unfit' as const };
      const isBesides = line.kind === 'unfit' && one.isWhole && known?.[i] !== undefined && known[i].kind !== 'unfit';
      note(isBesides ? { kind: 'other', at: undefined } : line, one);
    }
  };

  return {
    add: (line, output = 'the log') => {
      if (line.text.trim() === '' && line.dropped === 0) return;
      waiting.push(waitingOf(line, prefix, output));
      if (waiting.length >= AT_ONCE) work();
    },
    seen: () => {
      work();
      return {
        parts: [...parts.values()],
        requests,
        own,
        strays,
        unfit: { lines: unfit, ...(firstUnfit === undefined ? {} : { first: firstUnfit }) },
      };
    },
  };
};
