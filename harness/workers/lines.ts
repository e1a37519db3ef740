/** Bytes of a process's output, cut into lines. Anything may come: binary data, no line end for 100 MB. */

/** A line is kept up to so many characters; what follows is counted and dropped. */
export const LONGEST_LINE = 16 * 1024;

/** Read beyond the limit, so that a credential across the cut is still seen whole and removed. */
const OVERLAP = 1024;

/** One line as it was read: without its line end, and how many characters were dropped after `text`. */
export interface RawLine {
  readonly text: string;
  readonly dropped: number;
}

export interface LineReader {
  write(bytes: Uint8Array): void;
  /** The output has ended: an unfinished last line counts as one. */
  end(): void;
}

/** Calls back for every line, in order. Bytes that are not UTF-8 become replacement characters. */
export const createLineReader = (onLine: (line: RawLine) => void): LineReader => {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  let text = '';
  let dropped = 0;

  const keep = (part: string): void => {
    const room = LONGEST_LINE + OVERLAP - text.length;
    text += part.slice(0, room);
    dropped += Math.max(0, part.length - room);
  };
  const emit = (): void => {
    const line = { text: text.endsWith('\r') ? text.slice(0, -1) : text, dropped };
    text = '';
    dropped = 0;
    onLine(line);
  };
  const feed = (decoded: string): void => {
    let from = 0;
    for (let end = decoded.indexOf('\n'); end !== -1; end = decoded.indexOf('\n', from)) {
      keep(decoded.slice(from, end));
      emit();
      from = end + 1;
    }
    keep(decoded.slice(from));
  };

  return {
    write: (bytes) => feed(decoder.decode(bytes, { stream: true })),
    end: () => {
      feed(decoder.decode());
      if (text !== '' || dropped > 0) emit();
    },
  };
};

/** The line as it is recorded: cleaned of credentials, then cut, saying so. */
export const presentLine = ({ text, dropped }: RawLine, redact: (text: string) => string): string => {
  const clean = redact(text);
  if (dropped === 0 && clean.length <= LONGEST_LINE) return clean;
  // The end of a cut text may be the beginning of a credential that was not recognised.
  const kept = clean.slice(0, Math.min(LONGEST_LINE, dropped > 0 ? clean.length - OVERLAP : clean.length));
  return `${kept} … (cut: ${text.length + dropped} characters)`;
};
