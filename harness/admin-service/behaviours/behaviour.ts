/** What a behaviour of the stub is: one way to answer one call. */
import { HttpResponse } from 'msw';
import type { HttpFalsehood } from '../../history/events.ts';
import type { Answer } from '../api.ts';
import type { HandlerParts } from '../handler.ts';

/** How the call ends on the wire. */
export interface Outcome {
  /** `refused` and `reset` send no byte; `truncated` sends half of the body under the whole length. */
  readonly ended: 'answered' | 'truncated' | 'reset' | 'refused';
  /** The answer; null where none is sent. */
  readonly response: Response | null;
  /** What is false in the answer. */
  readonly falsified: readonly HttpFalsehood[];
}

export interface BehaviourCall {
  readonly parts: HandlerParts;
  readonly status: number | undefined;
  /** ms. */
  readonly delayMs: number | undefined;
  /** Settles when a call that is held open may end. */
  readonly until: Promise<unknown> | undefined;
  /** Settles when the behaviour is healed or the stub closes. */
  readonly healed: Promise<void>;
  /** Settles when the client has gone. */
  readonly gone: Promise<void>;
  /** Does something after the answer, in so many ms; until then the call counts as pending. */
  readonly later: (delayMs: number, work: () => Promise<void>, onCancelled: () => void) => void;
}

export type Behaviour = (call: BehaviourCall) => Promise<Outcome>;

/** A truthful answer, or one with these falsehoods. */
export const answered = ({ status, body }: Answer, falsified: readonly HttpFalsehood[] = []): Outcome => ({
  ended: 'answered',
  response: HttpResponse.json(body as Record<string, never>, { status }),
  falsified,
});

/** No byte of an answer. */
export const unanswered = (ended: 'reset' | 'refused'): Outcome => ({ ended, response: null, falsified: [] });

/** A failed assignment is answered as it is: a behaviour that spoils answers spoils only good ones. */
export const succeeded = ({ status }: Answer): boolean => status < 400;
