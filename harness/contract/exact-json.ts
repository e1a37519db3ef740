/** A recorded content's JSON value with its numbers as they were written. */
import { readJson } from './json.ts';
import { PlainText, hasOddNumber } from './plain-text.ts';
import { isEqual } from './values.ts';

/** A content as a history holds it. */
interface Content {
  readonly text: string;
  /** Present when only a part of the text is held. */
  readonly truncated?: object;
}

/**
 * `json` is what was made of the content; what was cut, is no JSON or is nested too deep has none. The text adds how its numbers are
 * written, as far as it is that value's.
 */
export const exactJson = (content: Content | null | undefined, json: unknown): unknown => {
  if (json === undefined || content === null || content === undefined || content.truncated !== undefined) return json;
  if (content instanceof PlainText) return json;
  try {
    if (!hasOddNumber(content.text)) return json;
    return isEqual(JSON.parse(content.text), json) ? readJson(content.text) : json;
  } catch {
    return json;
  }
};
