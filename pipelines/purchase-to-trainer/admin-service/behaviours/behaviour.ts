/** What a behaviour of admin-service's own is made with: the parts of the call that it answers. */
import type { BehaviourCall, Falsehood, Outcome } from '../../../../harness/pipeline/stub.ts';
import { asResponse } from '../api.ts';
import type { Answer } from '../api.ts';
import type { HandlerParts } from '../handler.ts';

/** One way to answer one call, by what its handler works with. */
export type OwnBehaviour = (parts: HandlerParts, call: BehaviourCall) => Promise<Outcome>;

/** A truthful answer, or one with these falsehoods. */
export const answered = (answer: Answer, falsified: readonly Falsehood[] = []): Outcome => ({
  ended: 'answered',
  response: asResponse(answer),
  falsified,
});
