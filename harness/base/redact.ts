/** Credentials never reach the history, the report or a log: everything written goes through one of these. */

export type Redactor = (text: string) => string;

const HIDDEN = '***';

/** user:password@ (or token@) of any URL. */
const URL_CREDENTIALS = /\b([a-z][a-z0-9+.-]{0,30}:\/\/)[^\s/?#"'<>]*@/gi;

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
  new RegExp(`\\b(${name}\\\\*["']?\\s*[=:]\\s*)(${VALUE})`, flags);

const ASSIGNMENTS = [assignment(SECRET_NAME, 'gi'), assignment(SECRET_VARIABLE, 'g')];

const AUTHORIZATION = /\b((?:bearer|basic)\s+)[\w.~+/=-]{8,}/gi;

const hideValue = (_: string, name: string, value: string): string => {
  const opening = /^\\*["']/.exec(value)?.[0] ?? '';
  const closing = value.length > opening.length && value.endsWith(opening) ? opening : '';
  return `${name}${opening}${HIDDEN}${closing}`;
};

/** Removes user and password from URLs, bearer tokens, and the values of variables whose names look secret. */
export const redact: Redactor = (text) => {
  let clean = text.replace(URL_CREDENTIALS, `$1${HIDDEN}@`).replace(AUTHORIZATION, `$1${HIDDEN}`);
  for (const pattern of ASSIGNMENTS) clean = clean.replace(pattern, hideValue);
  return clean;
};

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
