/** A stub made of MSW's request handlers. */
import { getResponse } from 'msw';
import type { RequestHandler } from 'msw';
import type { ServiceStub, StubCall, StubModule, StubParts } from '../pipeline/stub.ts';

/** The first handler that gives an answer. Paths without a host are the service's own. */
const ofHandlers = (handlers: readonly RequestHandler[]): StubModule => {
  const answer = ({ request }: StubCall): Promise<Response | undefined> =>
    getResponse([...handlers], request, { baseUrl: new URL(request.url).origin });
  return { answer, besides: answer };
};

/** Opens whatever a pipeline names as a stub. */
export const openStub = (stub: ServiceStub, parts: StubParts): StubModule => {
  const given = typeof stub === 'function' ? stub(parts) : stub;
  return 'answer' in given ? given : ofHandlers(given);
};
