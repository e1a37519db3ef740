/** Text that a POSIX shell takes back as one word. */

/** Always in quotes. */
export const inSingleQuotes = (value: string): string => `'${value.replaceAll("'", String.raw`'\''`)}'`;

/** In quotes only where the shell would read it otherwise. */
export const shellWord = (value: string): string => (/^[\w@%+=:,./-]+$/.test(value) ? value : inSingleQuotes(value));
