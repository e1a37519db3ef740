/** Lines of a worker's output, as they are recorded: cleaned of credentials, cut. */
import { LONGEST_LINE, OVERLAP } from '../base/line-reader.ts';
import type { RawLine } from '../base/line-reader.ts';

const cleaned = (
  text: string,
  dropped: number,
  redact: (text: string) => string,
): { readonly kept: string; readonly isCut: boolean } => {
  const clean = redact(text);
  if (dropped === 0 && clean.length <= LONGEST_LINE) return { kept: clean, isCut: false };
  // The end of a cut text may be the beginning of a credential that was not recognised.
  return {
    kept: clean.slice(0, Math.min(LONGEST_LINE, dropped > 0 ? clean.length - OVERLAP : clean.length)),
    isCut: true,
  };
};

/** The line as it is recorded: cleaned of credentials, then cut, saying so. */
export const presentLine = ({ text, dropped, bytes }: RawLine, redact: (text: string) => string): string => {
  const { kept, isCut } = cleaned(text, dropped, redact);
  return isCut ? `${kept} … (cut: ${(bytes?.length ?? Buffer.byteLength(text)) + dropped} bytes)` : kept;
};

/** The bytes of a line that is no text, cleaned and cut in the same way; undefined of one that is. `redact` knows secrets as bytes. */
export const presentBytes = ({ bytes, dropped }: RawLine, redact: (text: string) => string): Buffer | undefined =>
  bytes === undefined ? undefined : Buffer.from(cleaned(bytes, dropped, redact).kept, 'latin1');
