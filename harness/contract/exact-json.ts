/** A recorded content's JSON value with its numbers as they were written. */
import { readJson } from './json.ts';
import { isEqual } from './values.ts';

/** A content as a history holds it. */
interface Content {
  readonly text: string;
  /** Present when only a part of the text is held. */
  readonly truncated?: object;
}

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
const hasOddNumber = (text: string): boolean => {
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

/**
 * `json` is what was made of the content; what was cut, is no JSON or is nested too deep has none. The text adds how its numbers are
 * written, as far as it is that value's.
 */
export const exactJson = (content: Content | null | undefined, json: unknown): unknown => {
  if (json === undefined || content === null || content === undefined || content.truncated !== undefined) return json;
  try {
    if (!hasOddNumber(content.text)) return json;
    return isEqual(JSON.parse(content.text), json) ? readJson(content.text) : json;
  } catch {
    return json;
  }
};
