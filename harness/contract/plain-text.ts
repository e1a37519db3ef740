/** Contents that are just what JavaScript writes of their JSON value: of these the text need not be held beside the value. */

const [QUOTE, BACKSLASH, MINUS, POINT, ZERO, NINE, CAPITAL_E, SMALL_E] = [34, 92, 45, 46, 48, 57, 69, 101];
/** JavaScript's exact integers have no more digits. */
const MOST_DIGITS = 15;

/** Where a string ends that begins here; past the text's end: nowhere. */
const endOfString = (text: string, begin: number): number => {
  let end = text.indexOf('"', begin + 1);
  for (; end >= 0; end = text.indexOf('"', end + 1)) {
    let before = end - 1;
    while (text.charCodeAt(before) === BACKSLASH) before -= 1;
    if ((end - before) % 2 === 1) return end;
  }
  return text.length;
};

/** Does a number stand in the JSON as JavaScript would not write it? Ids and times look like one, and stand in strings. */
export const hasOddNumber = (text: string): boolean => {
  let [digits, last] = [0, 0];
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code === QUOTE) i = endOfString(text, i);
    else if (code >= ZERO && code <= NINE) {
      digits += 1;
      if (digits > MOST_DIGITS || (code === ZERO && last === MINUS)) return true;
    } else {
      if (digits > 0 && (code === POINT || code === SMALL_E || code === CAPITAL_E)) return true;
      digits = 0;
    }
    last = code;
  }
  return false;
};

/** A content of that kind: its text is written anew each time it is asked for. To whoever lists or copies it, it is `{ text }`. */
export class PlainText {
  declare readonly text: string;
  readonly #value: unknown;

  constructor(value: unknown) {
    this.#value = value;
    Object.defineProperty(this, 'text', PlainText.#TEXT);
  }

  /** One for all, so that all are of one shape. */
  static readonly #TEXT: PropertyDescriptor & ThisType<PlainText> = {
    enumerable: true,
    get() {
      return JSON.stringify(this.#value);
    },
  };
}

/** The content without its text, where nothing is lost by that: the text is what JavaScript writes of the value. Undefined: it is not. */
export const plainTextOf = (text: string, value: unknown): PlainText | undefined => {
  try {
    return JSON.stringify(value) === text && !hasOddNumber(text) ? new PlainText(value) : undefined;
  } catch {
    // Nested too deep to be written.
    return undefined;
  }
};
