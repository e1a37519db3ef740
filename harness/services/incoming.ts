/** A request as it came in: read to its end whatever it is, kept up to a limit, recorded without credentials. */
import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { redact, secretsOf } from '../base/redact.ts';
import type { Body } from '../history/events.ts';
import { bodyOf } from '../history/body.ts';
import { isUuid } from '../history/ids.ts';
import type { CallIds } from '../history/views.ts';
import type { Pipeline } from '../pipeline/queries.ts';

/** Longer bodies are read and hashed, not kept, and answered with 413. */
export const KEPT_BYTES = 10 * 1024 * 1024;

export interface ReceivedBody {
  readonly body: Body;
  /** What was kept of it. */
  readonly bytes: Buffer;
  /** The parsed body, also where it is recorded cut; undefined when it is no JSON, not kept, or nested too deep. */
  readonly json: unknown;
  readonly tooLarge: boolean;
  /** False when the client went away in the middle. */
  readonly complete: boolean;
}

/** More brackets than this are looked at twice: deep nesting parses, but overflows the stack when written. */
const HARMLESS_BRACKETS = 1000;

/** JSON that can also be written again, into a row; undefined for anything else. */
const parseJson = (text: string): unknown => {
  try {
    const value = JSON.parse(text) as unknown;
    if ((text.match(/[[{]/g)?.length ?? 0) > HARMLESS_BRACKETS) JSON.stringify(value);
    return value;
  } catch {
    return undefined;
  }
};

/** Reads a body to its end. Never throws. */
export const receive = async (request: IncomingMessage): Promise<ReceivedBody> => {
  const kept: Buffer[] = [];
  const hash = createHash('sha256');
  let bytes = 0;
  let keptBytes = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      hash.update(chunk);
      bytes += chunk.length;
      if (keptBytes + chunk.length > KEPT_BYTES) continue;
      kept.push(chunk);
      keptBytes += chunk.length;
    }
  } catch {
    // The client went away: what came is recorded all the same.
  }
  const complete = request.complete;
  const content = Buffer.concat(kept);
  if (bytes > keptBytes) {
    const { text } = bodyOf(content);
    return {
      bytes: content,
      body: { text, truncated: { bytes, sha256: hash.digest('hex') } },
      json: undefined,
      tooLarge: true,
      complete,
    };
  }
  return {
    bytes: content,
    body: bodyOf(content),
    json: parseJson(content.toString('utf8')),
    tooLarge: false,
    complete,
  };
};

/** Headers whose whole value is a credential, whatever it looks like. */
const CREDENTIAL_HEADERS = ['authorization', 'proxy-authorization', 'cookie', 'set-cookie'];

/** Headers as they are recorded: one text each, credentials hidden. */
export const recordedHeaders = (headers: IncomingHttpHeaders): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => {
      const text = Array.isArray(value) ? value.join(', ') : (value ?? '');
      const secret = CREDENTIAL_HEADERS.includes(name) || secretsOf({ [name]: text }).includes(text);
      return [name, secret ? '***' : redact(text)];
    }),
  );

/**
 * The request as `fetch` has it. Errors: TypeError for a method or a header that no request may have.
 */
export const requestOf = (incoming: IncomingMessage, target: URL, { bytes }: ReceivedBody): Request => {
  const method = incoming.method ?? 'GET';
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headers)) {
    // They are about the connection, and the body is read.
    if (['connection', 'content-length', 'transfer-encoding', 'expect', 'host'].includes(name)) continue;
    for (const each of [value ?? []].flat()) headers.append(name, each);
  }
  return new Request(target, {
    method,
    headers,
    ...(['GET', 'HEAD'].includes(method) || bytes.length === 0 ? {} : { body: bytes }),
  });
};

/**
 * The id under which the call is recorded: the only one in the first place that names any. Most requests name none, and of
 * several nothing tells which is meant.
 */
export const correlationIdOf = ({ ids }: Pipeline, { correlationIds }: CallIds): string | undefined => {
  const places = correlationIds.map((all) => all.filter((id) => ids === 'text' || isUuid(id)));
  const first = places.find((all) => all.length > 0) ?? [];
  return first.length === 1 ? first[0] : undefined;
};
