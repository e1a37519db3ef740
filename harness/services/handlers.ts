/** A stub made of MSW's request handlers. */
import { getResponse } from 'msw';
import type { RequestHandler } from 'msw';
import { FaultlineError } from '../base/errors.ts';
import type { HandlersFirst, ServiceStub, StubCall, StubModule, StubParts } from '../pipeline/stub.ts';

/** Is it one that counts its calls: `once`, or a generator? Its count would go on from trial to trial. */
const countsCalls = (handler: RequestHandler): boolean => {
  const [options, resolver]: readonly unknown[] = [Reflect.get(handler, 'options'), Reflect.get(handler, 'resolver')];
  const isOnce = typeof options === 'object' && options !== null && 'once' in options && options.once === true;
  return isOnce || (typeof resolver === 'function' && resolver.constructor.name.endsWith('GeneratorFunction'));
};

const checkHandlers = (handlers: readonly RequestHandler[]): void => {
  const counting = handlers.find(countsCalls);
  if (counting === undefined) return;
  throw new FaultlineError(
    'config',
    `the handler ${counting.info.header} of a stub answers otherwise from call to call`,
    "Leave { once: true } out, and give no generator: they would go on counting from one trial to the next. What is to go wrong so many times is a scenario's fault: { kind: 'api-behaviour', times: 1, … }.",
  );
};

/** As servers do before a handler is asked: what it could not read is the caller's mistake, and no trouble of the stub's. */
const turnAway = ({ request, json, tooLarge }: StubCall): Response | undefined => {
  if (tooLarge) return Response.json({ message: 'Request body too large' }, { status: 413 });
  const saysJson = /^[^;]*[/+]json\s*(;|$)/i.test(request.headers.get('content-type') ?? '');
  return saysJson && json === undefined && request.body !== null
    ? Response.json({ message: 'The body is not valid JSON' }, { status: 400 })
    : undefined;
};

/** The first handler that gives an answer. Paths without a host are the service's own. */
const ofHandlers = (handlers: readonly RequestHandler[]): StubModule => {
  checkHandlers(handlers);
  const answer = ({ request }: StubCall): Promise<Response | undefined> =>
    getResponse([...handlers], request, { baseUrl: new URL(request.url).origin });
  return { turnAway, answer, besides: answer };
};

/** A body can be read once: a handler that reads it and then leaves the call to others takes nothing from them. */
const copyOf = (call: StubCall): StubCall => ({ ...call, request: call.request.clone() });

/** What one of the handlers answers; where none does, everything is as without them. */
const inFrontOf = (own: StubModule, module: StubModule): StubModule => ({
  ...module,
  answer: async (call) => (await own.answer(copyOf(call))) ?? module.answer(call),
  besides: async (call) => (await own.besides?.(copyOf(call))) ?? module.besides?.(call),
});

/**
 * Opens whatever a pipeline names as a stub, with a configuration's handlers in front of it where there are any.
 * Errors: FaultlineError 'config' for a handler that counts its calls.
 */
export const openStub = (stub: ServiceStub | HandlersFirst, parts: StubParts): StubModule => {
  if (typeof stub === 'object' && 'otherwise' in stub) {
    const { handlers } = stub;
    const own = ofHandlers(typeof handlers === 'function' ? handlers(parts) : handlers);
    return inFrontOf(own, openStub(stub.otherwise, parts));
  }
  const given = typeof stub === 'function' ? stub(parts) : stub;
  return 'answer' in given ? given : ofHandlers(given);
};
