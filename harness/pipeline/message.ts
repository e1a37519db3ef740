import type { Topic } from './name-types.ts';

/** A record to be produced. The value is JSON text, as on the wire. */
export interface Message {
  readonly topic: Topic;
  readonly key: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly value: string;
}
