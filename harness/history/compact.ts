/**
 * Events made small, as they are read from a file or recorded: a history may hold a million of them. What one is stays the same to whoever
 * reads it: a text that says many times the same is held once, and a content's text that its JSON value tells as well is not held beside
 * it.
 */
import { plainTextOf } from '../contract/plain-text.ts';
import { isObject } from './values.ts';

/** Of ids, names and times; what is longer is hardly ever said twice, and what is shorter V8 holds once by itself. */
const [SHORTEST, LONGEST] = [11, 64];
/** So many texts are known at most: what belongs to one payment is said within fewer. A power of two. */
const KNOWN = 2 ** 16;
/** Of every so many characters one tells texts apart: enough for ids and times, and the quicker. */
const STEP = 3;
/** Values are no deeper, or stay as they are. */
const DEEPEST = 12;

/** The place of a text, the same for equal ones; others may have it as well. */
const placeOf = (text: string): number => {
  let hash = text.length;
  for (let i = text.length - 1; i >= 0; i -= STEP) hash = (Math.imul(hash, 31) + text.charCodeAt(i)) | 0;
  return hash & (KNOWN - 1);
};

/**
 * One and the same text for equal ones, as long as they come near to each other: what is known does not grow with the history. Of those
 * that have one place the last two are known, the second in the place beside it.
 */
const createTexts = (): ((text: string) => string) => {
  const texts: string[] = Array.from({ length: KNOWN }, () => '');
  return (text) => {
    const place = placeOf(text);
    const last = texts[place]!;
    if (last === text) return last;
    const other = texts[place ^ 1]!;
    const one = other === text ? other : text;
    texts[place ^ 1] = last;
    texts[place] = one;
    return one;
  };
};

/** Holds the texts in a value of JSON once. */
const createSharing = (): ((value: unknown) => void) => {
  const oneOf = createTexts();
  const isToBeShared = ({ length }: string): boolean => length >= SHORTEST && length <= LONGEST;
  const share = (value: unknown, depth: number): void => {
    // What a stub of somebody's own holds for good is not ours to change.
    if (depth > DEEPEST || Object.isFrozen(value)) return;
    if (Array.isArray(value)) {
      value.forEach((inner: unknown, i) => {
        // Equal texts are no less equal for being two: each is put in its place without a look at whether it is another.
        if (typeof inner !== 'string') share(inner, depth + 1);
        else if (isToBeShared(inner)) value[i] = oneOf(inner);
      });
    } else if (isObject(value)) {
      // What is of JSON inherits no names.
      for (const name in value) {
        const inner = value[name];
        if (typeof inner === 'object') share(inner, depth + 1);
        else if (typeof inner === 'string' && isToBeShared(inner)) value[name] = oneOf(inner);
      }
    }
  };
  return (value) => share(value, 0);
};

/** The content without its text, where that says nothing but the value; else as it is. */
const withoutText = (content: unknown, json: unknown): unknown => {
  if (!isObject(content) || typeof content['text'] !== 'string' || Object.keys(content).length !== 1) return content;
  return plainTextOf(content['text'], json) ?? content;
};

/** Characters of a content: to look through the values of a longer one takes longer than is well while it is recorded, for little memory. */
const LONGEST_LOOKED_THROUGH = 256 * 1024;

const isTooLong = (content: unknown): boolean =>
  isObject(content) && typeof content['text'] === 'string' && content['text'].length > LONGEST_LOOKED_THROUGH;

/** For the events of one history, in their order: it changes them in place. */
export const createCompacting = (): ((event: unknown) => void) => {
  const share = createSharing();
  return (event) => {
    if (!isObject(event) || Object.isFrozen(event)) return;
    if (!isTooLong(event['value']) && !isTooLong(event['body'])) share(event);
    if (event['json'] === undefined) return;
    for (const name of ['value', 'body']) if (name in event) event[name] = withoutText(event[name], event['json']);
  };
};
