/**
 * Events made small, as they are read from a file or recorded: a history may hold a million of them. What one is stays the same to whoever
 * reads it: a text that says many times the same is held once, and a content's text that its JSON value tells as well is not held beside
 * it.
 */
import { plainTextOf } from '../contract/plain-text.ts';
import { isObject } from './values.ts';

/** Of ids, names and times; what is longer is hardly ever said twice, and what is shorter V8 holds once by itself. */
const [SHORTEST, LONGEST] = [11, 64];
/** So many texts are known at least: what belongs to one payment is said within so many. */
const KNOWN = 20_000;
/** Values are no deeper, or stay as they are. */
const DEEPEST = 12;

/** One and the same text for equal ones, as long as they come near to each other: what is known does not grow with the history. */
const createTexts = (): ((text: string) => string) => {
  let [young, old] = [new Map<string, string>(), new Map<string, string>()];
  return (text) => {
    const known = young.get(text);
    if (known !== undefined) return known;
    if (young.size >= KNOWN) [young, old] = [new Map(), young];
    const one = old.get(text) ?? text;
    young.set(one, one);
    return one;
  };
};

/** Holds the texts in a value of JSON once. */
const createSharing = (): ((value: unknown) => void) => {
  const oneOf = createTexts();
  const isToBeShared = ({ length }: string): boolean => length >= SHORTEST && length <= LONGEST;
  const share = (value: unknown, depth: number): void => {
    if (depth > DEEPEST) return;
    if (Array.isArray(value)) {
      value.forEach((inner: unknown, i) => {
        // Equal texts are no less equal for being two: each is put in its place without a look at whether it is another.
        if (typeof inner !== 'string') share(inner, depth + 1);
        else if (isToBeShared(inner)) value[i] = oneOf(inner);
      });
    } else if (isObject(value)) {
      for (const name of Object.keys(value)) {
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

/** For the events of one history, in their order: it changes them in place. */
export const createCompacting = (): ((event: unknown) => void) => {
  const share = createSharing();
  return (event) => {
    share(event);
    if (!isObject(event) || event['json'] === undefined) return;
    for (const name of ['value', 'body']) if (name in event) event[name] = withoutText(event[name], event['json']);
  };
};
