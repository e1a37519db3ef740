/** Credentials never reach the history, the report or a log: everything written goes through one of these. */

export type Redactor = (text: string) => string;

const HIDDEN = '***';

/** user:password@ (or token@) of any URL. */
const URL_CREDENTIALS = /\b([a-z][a-z0-9_+.-]{0,30}:\/\/)[^\s/?#"'<>]*@/gi;

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

/** An option of a command and its value: `--api-key VALUE`, also as two items of a list. */
const OPTION = new RegExp(`(--?${SECRET_NAME}\\\\*["']?[\\s,]{1,20}\\\\*["']?)(?!-)[^\\s"',\\]\\\\]{1,8000}`, 'gi');

const AUTHORIZATION = /\b((?:bearer|basic)\s+)[\w.~+/=-]{8,}/gi;

/** The header under its name, whatever its scheme: up to the quote or the line's end. */
const AUTHORIZATION_HEADER =
  /\b((?:proxy-)?authorization\\*["']?\s*[:=,]\s*\\*["']?(?:[a-z]{3,20}\s+)?)[^"'\r\n\\\]}]{4,}/gi;

/** What is a credential by its shape alone, as those who issue them document it. */
const TOKENS = new RegExp(
  [
    'gh[pousr]_[A-Za-z0-9]{20,255}',
    'github_pat_\\w{20,255}',
    'glpat-[\\w-]{20,64}',
    'xox[abeoprs]-[A-Za-z0-9-]{10,250}',
    'npm_[A-Za-z0-9]{36}',
    '[rs]k_(?:live|test)_[A-Za-z0-9]{16,250}',
    'AIza[\\w-]{35}',
    '(?:AKIA|ASIA)[A-Z0-9]{16}',
    // A JSON Web Token: header, claims and signature, each in base64url; the first two begin as JSON objects do.
    'eyJ[\\w-]{6,8000}\\.eyJ[\\w-]{4,8000}\\.[\\w-]{0,2000}',
  ]
    .map((shape) => `\\b${shape}(?![A-Za-z0-9])`)
    .join('|'),
  'g',
);

/** A private key in PEM: what stands between its marks, in one line or over several; alone, a line of it looks like nothing else. */
const PRIVATE_KEY = /(-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----)[^-]{0,8000}/g;
const PEM_LINE = /^(?![0-9a-f]{64}$)[A-Za-z0-9+/]{64}$/gm;

const hideValue = (_: string, name: string, value: string): string => {
  const opening = /^\\*["']/.exec(value)?.[0] ?? '';
  const closing = value.length > opening.length && value.endsWith(opening) ? opening : '';
  return `${name}${opening}${HIDDEN}${closing}`;
};

/** Removes user and password from URLs, what authorizes, tokens of known shapes, private keys, and the values of variables whose names look secret. */
export const redact: Redactor = (text) => {
  let clean = text
    .replace(URL_CREDENTIALS, `$1${HIDDEN}@`)
    .replace(AUTHORIZATION_HEADER, `$1${HIDDEN}`)
    .replace(AUTHORIZATION, `$1${HIDDEN}`)
    .replace(TOKENS, HIDDEN)
    .replace(OPTION, `$1${HIDDEN}`)
    .replace(PRIVATE_KEY, `$1${HIDDEN}`)
    .replace(PEM_LINE, HIDDEN);
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
