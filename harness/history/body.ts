import { createHash } from 'node:crypto';
import type { Body } from './events.ts';

/**
 * Contents up to this many bytes are recorded whole: what Kafka takes in a record by default (1 MiB), and as much again of what goes
 * around it in a call's body, a dead-letter record or a row. What is cut cannot be judged.
 */
export const BODY_LIMIT_BYTES = 2 * 1024 * 1024;

/** So much of a larger content is kept. */
const PREFIX_BYTES = 4096;

/** Nesting beyond this is not parsed: writing it out again would overflow the stack. */
const DEEPEST_JSON = 500;

/** What a history holds of a content: UTF-8 text with replacement characters, cut when it is over 2 MiB. */
export const bodyOf = (content: Buffer | string): Body => {
  const bytes = typeof content === 'string' ? Buffer.from(content, 'utf8') : content;
  if (bytes.length <= BODY_LIMIT_BYTES) return { text: bytes.toString('utf8') };
  return {
    // Streaming mode leaves out a character that the cut goes through.
    text: new TextDecoder().decode(bytes.subarray(0, PREFIX_BYTES), { stream: true }),
    truncated: { bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') },
  };
};

const depthOf = (text: string): number => {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    if (inString) {
      if (character === '\\') i += 1;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === '[' || character === '{') deepest = Math.max(deepest, ++depth);
    else if (character === ']' || character === '}') depth -= 1;
  }
  return deepest;
};

/** The body's JSON value as a part of an event: `{ json }`, or `{}` when it was cut, is no JSON or is nested too deep. */
export const jsonOf = (body: Body): { json?: unknown } => {
  if (body.truncated !== undefined) return {};
  try {
    // Only a text long enough to be nested that deep needs a look.
    if (body.text.length > 2 * DEEPEST_JSON && depthOf(body.text) > DEEPEST_JSON) return {};
    return { json: JSON.parse(body.text) as unknown };
  } catch {
    return {};
  }
};
