/**
 * A worker's log line as people need it: the message first, then the error, then the rest. Loggers sort keys by name or put time
 * and process first, and a line cut at its end would lose what matters. JSON, JSON after a prefix, logfmt and plain text.
 */

export interface LogLine {
  /** One line, without control characters, not cut. */
  readonly text: string;
  /** It tells of something that went wrong. */
  readonly isError: boolean;
  /** It only continues the line before it: a frame of a stack. */
  readonly isContinuation: boolean;
}

type Fields = Readonly<Record<string, unknown>>;

const MESSAGE_KEYS = ['message', 'msg', 'event', 'short_message', '@m', '@mt', 'text', 'body'];
const LEVEL_KEYS = ['level', 'severity', 'log.level', '@l', 'levelname', 'loglevel', 'lvl'];
const ERROR_KEYS = [
  'error',
  'err',
  'exception',
  'error.message',
  'errormessage',
  'error_message',
  '@x',
  'exc_info',
  'throwable',
  'reason',
  'cause',
  'failure',
  'stack',
  'stacktrace',
  'stack_trace',
  'error.stack_trace',
  'error.stack',
];
/** Where the line came from and when: the timeline says so already. */
const DULL_KEYS = ['time', 'timestamp', '@timestamp', 'ts', '@t', 'datetime', 'pid', 'hostname', 'worker', 'v'];

/** Escape sequences of terminals, then every other control character: a worker's text must not steer a terminal. */
const ESCAPES = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|.)/g;
const CONTROLS = /\s*[\u0000-\u001f\u007f-\u009f\u2028\u2029]+\s*/g;

const clean = (text: string): string => text.replace(ESCAPES, '').replace(CONTROLS, ' ').trim();

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const parseObject = (text: string): Fields | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
};

const LOGFMT = /([\w.@-]+)=("(?:[^"\\]|\\.)*"|[^\s"]*)(?:\s+|$)/y;

/** `level=error msg="…" err=…`, when the whole line is that, with a message in it. */
const parseLogfmt = (text: string): Fields | undefined => {
  const fields = Object.create(null) as Record<string, unknown>;
  let at = 0;
  while (at < text.length) {
    LOGFMT.lastIndex = at;
    const match = LOGFMT.exec(text);
    if (match === null) return undefined;
    const [whole, key = '', value = ''] = match;
    fields[key] = value.startsWith('"') ? value.slice(1, -1).replaceAll(/\\(.)/g, '$1') : value;
    at += whole.length;
  }
  return MESSAGE_KEYS.some((key) => typeof fields[key] === 'string') ? fields : undefined;
};

/** The fields of a structured line, and what stood before them. */
const parse = (line: string): { readonly prefix: string; readonly fields: Fields } | undefined => {
  const brace = line.indexOf('{');
  const json = brace === -1 || !line.endsWith('}') ? undefined : parseObject(line.slice(brace));
  if (json !== undefined) return { prefix: line.slice(0, brace).trim(), fields: json };
  const logfmt = parseLogfmt(line);
  return logfmt === undefined ? undefined : { prefix: '', fields: logfmt };
};

/** Of a stack's text, the line that says what it was: Python says it last, all others first. */
const headOfStack = (text: string): string => {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  const head = (lines[0] ?? '').startsWith('Traceback ') ? lines.at(-1) : lines[0];
  return clean(head ?? '');
};

/** `TypeError: it is null (ECONNREFUSED); because of …`; empty when the value says nothing. */
const errorText = (value: unknown, depth = 0): string => {
  if (typeof value === 'string') return headOfStack(value);
  if (!isObject(value)) return typeof value === 'number' ? String(value) : '';
  const text = (key: string): string => (typeof value[key] === 'string' ? clean(value[key]) : '');
  const message = text('message') || text('msg');
  const name = text('name') || text('type');
  const code = text('code');
  const stack = typeof value['stack'] === 'string' ? headOfStack(value['stack']) : '';
  const head = message === '' ? stack || name : message;
  const named = name === '' || name === 'Error' || head.startsWith(name) ? head : `${name}: ${head}`;
  const coded = code === '' || named.includes(code) ? named : `${named} (${code})`;
  const inner = depth < 2 ? errorText(value['cause'], depth + 1) : '';
  return inner === '' || coded.includes(inner) ? coded : `${coded}; because of ${inner}`;
};

const valueText = (value: unknown): string => {
  if (typeof value === 'string') return clean(value);
  return value === undefined ? '' : clean(JSON.stringify(value) ?? '');
};

/** Values by lower-case key. */
const entriesOf = (fields: Fields): ReadonlyMap<string, unknown> =>
  new Map(Object.entries(fields).map(([key, value]) => [key.toLowerCase(), value]));

/** Names of levels that are errors; numbers by pino's and bunyan's scale, where 50 is an error. */
const isErrorLevel = (level: unknown): boolean =>
  typeof level === 'number'
    ? level >= 50 && level < 1000
    : /^(?:err|fatal|crit|alert|emerg|panic)/i.test(String(level));

const WRONG =
  /error|exception|fatal|panic|traceback|uncaught|unhandled|crash|fail(?:ed|ure|s|ing)\b|refused|timed? ?out|terminated unexpectedly|segmentation fault|out of memory|\bE[A-Z]{4,}\b/i;
const NOTHING_WRONG = /\b(?:no|0|without|zero) (?:errors?|failures?|exceptions?)\b/i;

const soundsWrong = (text: string): boolean => WRONG.test(text) && !NOTHING_WRONG.test(text);

const structured = (prefix: string, fields: Fields): LogLine => {
  const entries = entriesOf(fields);
  const messageKey = MESSAGE_KEYS.find((key) => typeof entries.get(key) === 'string' && entries.get(key) !== '');
  const message = messageKey === undefined ? '' : clean(String(entries.get(messageKey)));
  const errors: string[] = [];
  for (const key of ERROR_KEYS) {
    const text = errorText(entries.get(key));
    // A stack and an error's message say the same; each is told once.
    if (
      text !== '' &&
      ![message, ...errors].some((said) => said.includes(text) || (text.includes(said) && said !== ''))
    )
      errors.push(text);
  }
  const level = LEVEL_KEYS.map((key) => entries.get(key)).find((value) => value !== undefined);
  const head = [message, ...errors].filter((text) => text !== '').join(': ');
  const said = [messageKey, ...ERROR_KEYS, ...LEVEL_KEYS, ...DULL_KEYS];
  const others = Object.entries(fields).flatMap(([key, value]) =>
    said.includes(key.toLowerCase()) || valueText(value) === '' ? [] : [`${clean(key)}=${valueText(value)}`],
  );
  const rest = others.length === 0 ? '' : `(${others.join(', ')})`;
  const text = [clean(prefix), head, rest].filter((part) => part !== '').join(' ');
  return {
    text,
    isError: level === undefined || !isErrorLevel(level) ? errors.length > 0 || soundsWrong(message) : true,
    isContinuation: false,
  };
};

const CONTINUATION = /^\s+(?:at\s|File "|\.\.\. \d+ more|\^|~)|^\s*\}?\s*$|^(?:\t| {4,})\S/;

/** What a line says. Never throws, whatever a worker wrote. */
export const readLogLine = (line: string): LogLine => {
  const trimmed = line.trim();
  const parsed = parse(trimmed);
  if (parsed !== undefined) return structured(parsed.prefix, parsed.fields);
  const text = clean(line);
  return { text, isError: soundsWrong(text), isContinuation: CONTINUATION.test(line) };
};

/** The text, cut to so many characters. */
export const logText = (line: string, most = 160): string => {
  const { text } = readLogLine(line);
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
};
