/** What stands for admin-service: its handler, and the ways to go wrong that only it knows. */
import type { Behaviour, StubCall, StubModule, StubParts } from '../../../harness/pipeline/stub.ts';
import { asResponse, readRequest, refusal } from './api.ts';
import type { AutoAssignRequest } from './api.ts';
import type { OwnBehaviour } from './behaviours/behaviour.ts';
import { answered } from './behaviours/behaviour.ts';
import { lateCommit } from './behaviours/late-commit.ts';
import { noTrainer } from './behaviours/no-trainer.ts';
import { silentSuccess } from './behaviours/silent-success.ts';
import { wrongId } from './behaviours/wrong-id.ts';
import { assign, failed } from './handler.ts';
import type { HandlerParts } from './handler.ts';
import { createIdentities } from './identities.ts';

/** By their names in the declaration. */
const OWN: Readonly<Record<string, OwnBehaviour>> = {
  'silent-success': silentSuccess,
  'late-commit': lateCommit,
  'wrong-id': wrongId,
  'no-trainer': noTrainer,
};

const turnAway = ({ tooLarge, json }: StubCall): Response | undefined => {
  if (tooLarge) return asResponse(refusal(413, 'Request body too large'));
  const read = readRequest(json);
  return read.valid ? undefined : asResponse(refusal(400, 'Validation failed', read.errors));
};

const requestOf = ({ json }: StubCall): AutoAssignRequest => {
  const read = readRequest(json);
  if (!read.valid) throw new Error('a call that is turned away is not answered');
  return read.request;
};

export const adminService = ({ database, idFrom, now }: StubParts): StubModule => {
  const identities = createIdentities(idFrom);
  const partsOf = (call: StubCall): HandlerParts => ({
    request: requestOf(call),
    database,
    identities,
    now,
    onEffect: call.onEffect,
    onTrouble: call.onTrouble,
  });
  /** What the database refuses becomes a 500, as in the real one. */
  const asBehaviour =
    (own: OwnBehaviour): Behaviour =>
    async (met) => {
      const parts = partsOf(met.call);
      try {
        return await own(parts, met);
      } catch (error) {
        failed(parts, 'failed', error);
        return answered(refusal(500, 'Internal server error'));
      }
    };
  return {
    turnAway,
    answer: async (call) => asResponse(await assign(partsOf(call))),
    refusal: (status, message) => asResponse(refusal(status, message)),
    behaviours: Object.fromEntries(Object.entries(OWN).map(([name, own]) => [name, asBehaviour(own)])),
  };
};
