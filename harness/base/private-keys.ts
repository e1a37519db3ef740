/** Private keys in PEM: in a text, whole or cut, and in lines that come one by one. */

/** What stands in place of what is secret. */
export const HIDDEN = '***';

/** A private key's mark, and what may stand before its words. */
const KEY_MARK = '-----BEGIN [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----';
const KEY_HEADER = '(?:Proc-Type|DEK-Info|Version|Comment): ';

/** A word of a key: base64, with letters of both cases; so it is no id in hexadecimal digits. */
const KEY_WORD = '(?=[a-z\\d+/]*[A-Z])(?=[A-Z\\d+/]*[a-z])[A-Za-z\\d+/]{16,}={0,2}(?![\\w:(])';
/** The last of its words may be short: known by what fills it up. */
const KEY_REST = '[A-Za-z\\d+/]{2,15}={1,2}(?![\\w=])';

/** Between words: blanks, and line ends as they are or as they are written in a string. */
const KEY_GAP = '(?:[ \\t]|\\\\+[nrt]|\\\\*[\\r\\n])';
const REST_OF_LINE = '(?:[^\\r\\n\\\\"\'-]|-(?!----)){0,200}(?=\\\\*[\\r\\n]|\\\\+[nr])';

/** What OpenSSL says of one that is encrypted, where no line ends after it. */
const ENCRYPTED = `(?:${KEY_GAP}*Proc-Type: 4,ENCRYPTED${KEY_GAP}*DEK-Info: [A-Z\\d-]{1,40},[\\dA-F]{1,64})?`;

/**
 * A private key in PEM, in one line or over several: up to its other mark; or, where it was cut, as far as there is nothing but words
 * of it. A mention of its mark is none, and what follows one that was cut may be what a verdict rests on.
 */
const PRIVATE_KEY = new RegExp(
  `(${KEY_MARK})${ENCRYPTED}(?:${[
    // Whole, whatever its headers are.
    `(?:${KEY_GAP}*(?:[A-Z][A-Za-z-]{1,40}: ${REST_OF_LINE}|=?[A-Za-z\\d+/]+={0,2})(?![A-Za-z\\d+/=])){1,1000}${KEY_GAP}*(?=-----END)`,
    // Cut after some of its lines.
    `(?:${KEY_GAP}*${KEY_HEADER}${REST_OF_LINE}){0,10}${KEY_GAP}*${KEY_WORD}(?:${KEY_GAP}+(?:${KEY_WORD}|${KEY_REST})){0,1000}`,
    // Cut in its first one, at the end of the text.
    `${KEY_GAP}+(?=[a-z\\d+/]*[A-Z])[A-Za-z\\d+/]{4,15}={0,2}(?:${KEY_GAP}+=[A-Za-z\\d+/]{1,4})?(?=\\\\*["']|…|\\s*$)`,
  ].join('|')})`,
  'g',
);

/** What stands between a key's marks becomes `***`, wherever in the text. */
export const hidePrivateKeys = (text: string): string => text.replace(PRIVATE_KEY, `$1${HIDDEN}`);

/** Alone, a line of one looks like nothing else: as wide as OpenSSL, OpenSSH and MIME break it. */
const PEM = '^(?![0-9a-f]+$)(?=.*[a-z])(?=.*[A-Z])(?=.*\\d)[A-Za-z0-9+/]{64,76}$';
const PEM_LINE = new RegExp(PEM, 'gm');

/** Lines of a key whose marks are not there become `***`. */
export const hideKeyLines = (text: string): string => text.replace(PEM_LINE, HIDDEN);

/** A line that is one of a key's. */
const OWN_LINE = new RegExp(PEM);
/** Its first line, and what a logger put before the mark. */
const KEY_BEGINS = new RegExp(`^(.*)${KEY_MARK}(?:\\*\\*\\*)?["']?$`);
const HEADER_LINE = new RegExp(`^(.{0,200}\\s|)${KEY_HEADER}`);
const WORD_LINE = new RegExp(`^(.{0,200}\\s|)(?:${KEY_WORD}|${KEY_REST})$`);
/** After another: its last may be short and fill three bytes each. A word of a language has no capitals within. */
const LAST_LINE = /^(.{0,200}\s|)(?![A-Z][a-z]*$)(?=[a-z\d+/]*[A-Z])(?=[A-Z\d+/]*[a-z])(?:[A-Za-z\d+/]{4}){1,3}$/;

/** A logger's own words are the same in every line, but for numbers: the time, say. */
const withoutNumbers = (prefix: string): string => prefix.replace(/\d+/g, '0').trim();

/**
 * For text that comes line by line, each as it is after `redact` and as it was: hides the lines of a private key that has begun,
 * and nothing after the first that is none of it.
 */
export const createKeyHider = (): ((line: string, raw: string) => string) => {
  let part: 'none' | 'head' | 'words' = 'none';
  let logger = '';
  const prefixOf = (line: string, pattern: RegExp): string | undefined => {
    const prefix = pattern.exec(line)?.[1];
    return prefix !== undefined && ['', logger].includes(withoutNumbers(prefix)) ? prefix : undefined;
  };
  return (line, raw) => {
    const begins = KEY_BEGINS.exec(line);
    if (begins !== null) {
      part = 'head';
      logger = withoutNumbers(begins[1] ?? '');
      return line;
    }
    if (OWN_LINE.test(raw)) {
      if (part === 'none') logger = '';
      part = 'words';
      return line;
    }
    if (part === 'none') return line;
    if (part === 'head') {
      if (['', logger].includes(withoutNumbers(line))) return line;
      const header = prefixOf(line, HEADER_LINE);
      if (header !== undefined) return `${header}${HIDDEN}`;
    }
    const word = prefixOf(line, WORD_LINE);
    const last = part === 'words' ? prefixOf(line, LAST_LINE) : undefined;
    part = word === undefined ? 'none' : 'words';
    const prefix = word ?? last;
    return prefix === undefined ? line : `${prefix}${HIDDEN}`;
  };
};
