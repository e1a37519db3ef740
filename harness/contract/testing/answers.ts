/** An answer as it is sent, judged by the matcher. */
import { readJson } from '../json.ts';
import { matchResponse } from '../match.ts';
import type { Mismatch } from '../match.ts';
import type { HttpInteraction } from '../pact.ts';
import type { Answer } from './engine.ts';

export const jsonOf = (body: string | undefined): unknown => {
  try {
    return body === undefined ? undefined : readJson(body);
  } catch {
    return undefined;
  }
};

/** Headers of one name are joined, as Node joins them. */
const headersOf = (headers: Answer['headers']): Readonly<Record<string, string>> => {
  const joined = new Map<string, string>();
  for (const [name, value] of headers) {
    const before = joined.get(name.toLowerCase());
    joined.set(name.toLowerCase(), before === undefined ? value : `${before}, ${value}`);
  }
  return Object.fromEntries(joined);
};

export const matchAnswer = (interaction: HttpInteraction, { status, headers, body }: Answer): readonly Mismatch[] =>
  matchResponse(interaction, { status, headers: headersOf(headers), json: jsonOf(body) });
