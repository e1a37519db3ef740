/** What judging one call and one record by the pinned pacts costs: `npm run bench -- contract`. */
import { judgeCall } from '../harness/contract/calls.ts';
import { judgeRecord, messageOf } from '../harness/contract/messages.ts';
import { matchMessage, matchRequest, matchResponse } from '../harness/contract/match.ts';
import { shippedContract } from '../harness/contract/testing/shipped.ts';

const ROUNDS = 2000;
const BATCHES = 20;

/** ms of one time of the work, in so many batches. */
const each = (work: () => unknown): readonly number[] =>
  Array.from({ length: BATCHES }, () => {
    const began = performance.now();
    for (let i = 0; i < ROUNDS / BATCHES; i += 1) work();
    return (performance.now() - began) / (ROUNDS / BATCHES);
  });

const required = <T>(value: T | undefined, what: string): T => {
  if (value === undefined) throw new Error(`no pinned interaction is ${what}`);
  return value;
};

/** The costs in ms, by what is measured. */
export const contractCosts = (): readonly (readonly [what: string, values: readonly number[]])[] => {
  const { http: contract, topics } = shippedContract;
  const calls = contract.interactions;
  const example = required(
    calls.find(({ request, response }) => response.status === 201 && Object.keys(request.body as object).length === 6),
    'answered 201 with every field',
  );
  const headers = { 'content-type': 'application/json' };
  const request = { method: 'POST', path: example.request.path, headers, json: example.request.body };
  const response = { status: 201, headers, json: example.response.body };
  const messages = required(topics.get('purchase-created'), 'about purchase-created');
  const message = required(messages[0], 'about purchase-created');
  const record = {
    topic: 'purchase-created',
    key: String(message.metadata['key']),
    headers: Object.fromEntries(
      Object.entries(message.metadata).flatMap(([name, value]) =>
        name.startsWith('header.') ? [[name.slice('header.'.length), String(value)]] : [],
      ),
    ),
    json: message.body,
  };
  const work: readonly (readonly [string, () => unknown])[] = [
    ['one call against one interaction', () => [matchRequest(example, request), matchResponse(example, response)]],
    ['one record against one interaction', () => matchMessage(message, messageOf(record))],
    [
      `one call against all ${calls.length} interactions, with coverage`,
      () => judgeCall(contract, { request, response, effects: ['inserted'] }),
    ],
    [`one record against all ${messages.length} of its topic`, () => judgeRecord(messages, record)],
  ];
  return work.map(([what, once]) => {
    each(once);
    return [what, each(once)] as const;
  });
};
