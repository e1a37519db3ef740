/** Credentials never reach the history, the report or a log: everything written goes through one of these. */
import { getSystemErrorMap } from 'node:util';
import { HIDDEN, hideKeyLines, hidePrivateKeys } from './private-keys.ts';

export type Redactor = (text: string) => string;

/** A word begins: also after letters that are no part of it, of a control character as JSON writes it, or of a colour. */
const START = '(?:\\b|\\\\(?:[nrtbfv]|u[\\da-fA-F]{4})|\\[[\\d;]{0,20}m)';

/** A host and its port, with other hosts or a query after it: an @ that follows belongs to neither. */
const HOST = '[\\w.-]{1,200}:\\d{1,5}(?:,|(?:/[^\\s?"\'<>@]{0,200})?\\?)';

/** user:password@ (or token@) of any URL. */
const URL_CREDENTIALS = new RegExp(`\\b([a-z][a-z0-9_+.-]{0,30}://)(?!${HOST})[^\\s/?#"'<>]*@`, 'gi');

/**
 * The same of a server that is no site: nothing but a password has an @ there, whatever stands in it unescaped.
 * Up to the last @, or to the first one where another host or a query may stand between.
 */
const SERVER_CREDENTIALS = new RegExp(
  `(${START}(?:postgres(?:ql)?|mysql|mariadb|mongodb(?:\\+srv)?|rediss?|amqps?|kafka|sasl_(?:ssl|plaintext))://)(?!${HOST})` +
    `[^\\s:/"'<>]{0,200}:(?:(?:[^\\s"'<>,?:]|:(?!//)){1,500}|[^\\s"'<>@]{1,500})@`,
  'gi',
);

/**
 * A name that says its value is secret: any case for the plain words, KEY only as part of a longer name.
 * Lengths are bounded, so that no line a worker prints makes matching slow.
 */
const SECRET_NAME =
  '[\\w.-]{0,60}(?:password|passwd|passphrase|secret|token|credential|(?:api|access|private|encryption|signing|auth|service|account)[_.-]?key)[\\w.-]{0,60}';

/** "KEY" alone is a record's key in Kafka's world, so environment style (X_KEY) is required. */
const SECRET_VARIABLE = '[A-Z0-9_]{1,60}_(?:KEY|PWD|PASS)';

const VALUE = '(?:"(?:[^"\\\\]|\\\\.)*"|\'[^\']*\'|\\\\*["\']?(?:[^\\s,;&"\'}\\])\\\\]|\\\\(?!["\']))+)';

const assignment = (name: string, flags: string): RegExp =>
  new RegExp(`(${name}\\\\*["']?\\s*[=:]\\s*)(${VALUE})`, flags);

const ASSIGNMENTS = [assignment(`\\b${SECRET_NAME}`, 'gi'), assignment(`${START}${SECRET_VARIABLE}`, 'g')];

/** An option of a command and its value: `--api-key VALUE`, also as two items of a list. */
const OPTION = new RegExp(`(--?${SECRET_NAME}\\\\*["']?[\\s,]{1,20}\\\\*["']?)(?!-)[^\\s"',\\]\\\\]{1,8000}`, 'gi');

const AUTHORIZATION = new RegExp(`(${START}(?:bearer|basic)\\s+)[\\w.~+/=-]{8,}`, 'gi');

/** From a header's name to its value. A comma stands between them in a list only, where both are quoted; otherwise it is a sentence's. */
const OF_HEADER = '(?:\\\\*["\']?\\s*[:=]\\s*\\\\*["\']?|\\\\*["\']\\s*,\\s*\\\\*["\'])';

/** The header under its name, whatever its scheme: up to the quote or the line's end. */
const AUTHORIZATION_HEADER = new RegExp(
  `(${START}(?:proxy-)?authorization${OF_HEADER}(?:[a-z]{3,20}\\s+)?)[^"'\\r\\n\\\\\\]}]{4,}`,
  'gi',
);

/** user:password after curl's option. */
const USER_OPTION = /((?:^|\s)(?:-u|--user)(?:\s+|=)["']?[^\s:"']{1,200}:)([^\s"']+)/g;

/** Numbers alone are a user and a group, unless they are given to a program that knows none. */
const hidePassword = (whole: string, option: string, password: string, at: number, text: string): string => {
  const before = text.slice(Math.max(0, at - 500), at);
  const isGroup = /^\d+[,;.)\]}]*$/.test(password) && !/\b(?:curl|wget)\b[^\n]*$/.test(before);
  return isGroup ? whole : `${option}${HIDDEN}`;
};

/** Cookies, as a header is written: the first by its name, and what belongs to them. */
const COOKIE = '[^=\\s;,"\'\\\\]{1,200}';
const COOKIE_HEADER = new RegExp(
  `(${START}(?:set-)?cookie${OF_HEADER}${COOKIE}=)[^\\s;,"'\\\\]+(?:;\\s*${COOKIE}(?:=[^\\s;,"'\\\\]*)?)*`,
  'gi',
);

/** What is a credential by its shape alone, as those who issue them document it. */
const TOKENS = new RegExp(
  `(${START})(?:${[
    'gh[pousr]_[A-Za-z0-9]{20,}',
    'github_pat_\\w{20,}',
    'gl(?:pat|ptt|dt|rt|cbt|ft|imt|agent|oas|soat)-[\\w-]{20,}(?:\\.[\\w-]+)*',
    'xox[abeoprs]-[A-Za-z0-9-]{10,}',
    'xoxe\\.xox[bp]-[A-Za-z0-9-]{10,}',
    'xapp-[A-Za-z0-9-]{10,}',
    'npm_[A-Za-z0-9]{36,}',
    'pypi-[\\w-]{50,}',
    'dckr_[a-z]{3}_[\\w-]{20,}',
    'hf_[A-Za-z0-9]{30,}',
    'hvs\\.[\\w-]{20,}',
    'sk-(?=[\\w-]{0,60}\\d)[\\w-]{20,}',
    '[rs]k_(?:live|test)_[A-Za-z0-9]{16,}',
    'whsec_[A-Za-z0-9+/]{20,}',
    'SG\\.[\\w-]{16,}\\.[\\w-]{16,}',
    'AIza[\\w-]{35}(?![A-Za-z0-9])',
    '(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])',
    // A JSON Web Token: header, claims and signature, each in base64url; the first two begin as JSON objects do. Cut, it has two.
    'eyJ[\\w-]{6,8000}\\.eyJ[\\w-]{4,}(?:\\.[\\w-]*)*',
  ].join('|')})`,
  'g',
);

/** What systems say of files that they cannot open, in the words of each: "permission denied", "EACCES". */
const SYSTEM_ERRORS = [...getSystemErrorMap().values()].flat().join('|');

/** After a path: what is said of it. A value would be one word, or hold more than letters. */
const SENTENCE = new RegExp(`^: (?:(?:${SYSTEM_ERRORS})\\b|[a-z]+,? [a-z0-9'"/])`, 'i');

/** A line of a program's source. */
const PLACE = /^:\d{1,6}\b/;
const SOURCE_FILE = /\.(?:[cm]?[jt]sx?|go|py|java|kt|rb|rs|cs|php|sql|sh)$/i;

/** Is what looks like a secret's name the name of a file? */
const namesFile = (name: string, value: string, at: number, text: string): boolean => {
  const [own] = /^[\w.-]+/.exec(name) ?? [''];
  const after = text.slice(at + own.length, at + own.length + 80);
  if (SOURCE_FILE.test(own) && PLACE.test(after)) return true;
  const isPath = /[/\\]/.test(text.charAt(at - 1));
  return isPath && !/passphrase/i.test(own) && !/^\\*["']/.test(value) && SENTENCE.test(after);
};

const hideValue = (whole: string, name: string, value: string, at: number, text: string): string => {
  if (namesFile(name, value, at, text)) return whole;
  const opening = /^\\*["']/.exec(value)?.[0] ?? '';
  const closing = value.length > opening.length && value.endsWith(opening) ? opening : '';
  return `${name}${opening}${HIDDEN}${closing}`;
};

/** Removes user and password from URLs, what authorizes, tokens of known shapes, private keys, and the values of variables whose names look secret. */
export const redact: Redactor = (text) => {
  let clean = text
    .replace(SERVER_CREDENTIALS, `$1${HIDDEN}@`)
    .replace(URL_CREDENTIALS, `$1${HIDDEN}@`)
    .replace(COOKIE_HEADER, `$1${HIDDEN}`)
    .replace(USER_OPTION, hidePassword)
    .replace(AUTHORIZATION_HEADER, `$1${HIDDEN}`)
    .replace(AUTHORIZATION, `$1${HIDDEN}`)
    .replace(TOKENS, `$1${HIDDEN}`)
    .replace(OPTION, `$1${HIDDEN}`);
  clean = hideKeyLines(hidePrivateKeys(clean));
  for (const pattern of ASSIGNMENTS) clean = clean.replace(pattern, hideValue);
  return clean;
};

/**
 * What is a credential whatever stands around it. For text that may be what somebody wrote into an event or a row, of which nothing is hidden
 * where it is judged: there no name says that its value is secret.
 */
export const hideTokens: Redactor = (text) => hidePrivateKeys(text.replace(TOKENS, `$1${HIDDEN}`));

/** Shorter values hide half of every log line and protect nothing. */
const SHORTEST_SECRET = 6;

/** `redact`, and these values as well, wherever they stand. Values under 6 characters are left alone. */
export const createRedactor = (secrets: readonly string[]): Redactor => {
  const literals = [...new Set(secrets)]
    .filter((secret) => secret.length >= SHORTEST_SECRET)
    // Longest first, or a secret that begins like another one would leave its tail behind.
    .sort((a, b) => b.length - a.length)
    .map((secret) => secret.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  if (literals.length === 0) return redact;
  const pattern = new RegExp(literals.join('|'), 'g');
  return (text) => redact(text.replace(pattern, HIDDEN));
};

const WHOLE_SECRET_NAME = [new RegExp(`^${SECRET_NAME}$`, 'i'), new RegExp(`^${SECRET_VARIABLE}$`, 'i')];

const decoded = (part: string): string => {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
};

/** Passwords in a URL, as written and decoded. One that equals its user name (postgres:postgres) is no secret. */
const urlPasswords = (value: string): string[] =>
  [...value.matchAll(/\b[a-z][a-z0-9+.-]*:\/\/([^\s:/?#@]*):([^\s/?#]*)@/gi)].flatMap(([, user = '', password = '']) =>
    password === user ? [] : [password, decoded(password)],
  );

/** The secret values of an environment, for `createRedactor`: passwords in URLs, and variables whose names look secret. */
export const secretsOf = (env: Readonly<Record<string, string | undefined>>): string[] =>
  Object.entries(env).flatMap(([name, value]) => {
    if (value === undefined || value === '') return [];
    const named = WHOLE_SECRET_NAME.some((pattern) => pattern.test(name)) && !/^[a-z]+:\/\//i.test(value);
    return named ? [value] : urlPasswords(value);
  });
