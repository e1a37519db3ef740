/** Pact's own verifier around a small provider: what Pact lets pass in silence must fail. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { labelledCopy } from './document.ts';
import { statesFrom } from './states.ts';
import type { ProviderStates, StateHandler } from './states.ts';
import { openSmallProvider, smallDocument } from './testing/small-pact.ts';
import type { SmallProvider } from './testing/small-pact.ts';
import { verifyProvider } from './verification.ts';
import { openVerifier } from './verifier.ts';
import type { PactVerifier } from './verifier.ts';

let verifier: PactVerifier;
let provider: SmallProvider;

beforeAll(async () => {
  verifier = await openVerifier();
});
afterAll(() => verifier.close());
afterEach(() => provider.close());

const done: StateHandler = () => Promise.resolve(undefined);
const HANDLERS = { 'a trainer is free': done, 'no trainer is free': done };

const verify = (states: ProviderStates | undefined, document = smallDocument()) =>
  verifyProvider({ verifier, document, provider: { target: provider.url }, states });

const briefly = async (results: ReturnType<typeof verify>) =>
  (await results).map(({ verdict, findings }) => [verdict, ...findings.map(({ path, text }) => `${path} ${text}`)]);

test('an honest provider passes, every interaction was asked once, and each begins clean', async () => {
  provider = await openSmallProvider();
  let begun = 0;
  const states = statesFrom(HANDLERS, () => Promise.resolve(void (begun += 1)));
  const results = await verify(states);
  expect(results.map(({ verdict }) => verdict)).toEqual(['passed', 'passed', 'passed']);
  expect(results.map(({ exchange }) => exchange?.answer?.status)).toEqual([201, 202, 400]);
  expect(provider.asked).toEqual(['ada', 'bob', '']);
  expect(begun).toBe(3);
});

test('drift is named by interaction and field', async () => {
  provider = await openSmallProvider({
    bob: { status: 201, body: { success: true, data: { id: 7, status: 'approved' } } },
    '': { status: 400, body: {} },
  });
  expect(await briefly(verify(statesFrom(HANDLERS)))).toEqual([
    ['passed'],
    [
      'failed',
      'status expected 202 but was 201',
      "$.data.id Expected 7 (Integer) to be the same type as 'x' (String)",
      "$.data.status Expected 'approved' (String) to be equal to 'pending' (String)",
    ],
    ['failed', '$.success missing'],
  ]);
});

test('a provider state without a handler fails its interaction', async () => {
  provider = await openSmallProvider();
  expect(await briefly(verify(statesFrom({ 'a trainer is free': done })))).toEqual([
    ['passed'],
    ['failed', '- the provider state "no trainer is free" cannot be set: there is no handler for it'],
    ['passed'],
  ]);
  expect(provider.asked).toEqual(['ada', '']);
});

test('a handler that throws fails its interaction', async () => {
  provider = await openSmallProvider();
  const states = statesFrom({ ...HANDLERS, 'a trainer is free': () => Promise.reject(new Error('no such table')) });
  expect(await briefly(verify(states))).toEqual([
    ['failed', '- the provider state "a trainer is free" cannot be set: no such table'],
    ['passed'],
    ['passed'],
  ]);
});

test('a reset that throws fails the interaction, also one without states', async () => {
  provider = await openSmallProvider();
  const document = smallDocument();
  const states = statesFrom(HANDLERS, () => Promise.reject(new Error('the database is gone')));
  const results = await briefly(verify(states, { ...document, interactions: document.interactions.slice(2) }));
  expect(results).toEqual([['failed', expect.stringContaining('the database is gone')]]);
  expect(provider.asked).toEqual([]);
});

test('a provider that breaks the connection fails, and the verifier lives on', async () => {
  provider = await openSmallProvider({ ada: null });
  expect(await briefly(verify(statesFrom(HANDLERS)))).toEqual([
    ['failed', '- the provider: the connection broke (ECONNRESET)'],
    ['passed'],
    ['passed'],
  ]);
});

test('without a way to set states, interactions that need one are unknown and are not asked', async () => {
  provider = await openSmallProvider();
  const results = await verify(undefined);
  expect(results.map(({ verdict }) => verdict)).toEqual(['unknown', 'unknown', 'passed']);
  expect(provider.asked).toEqual(['']);
});

test('an interaction that Pact was not asked about is not passed', async () => {
  provider = await openSmallProvider();
  const whole = smallDocument();
  // A verifier that leaves out the last interaction, as a filter in its environment would make it do.
  const forgetful: PactVerifier = {
    ...verifier,
    verify: (request) => {
      const pact = JSON.parse(labelledCopy(whole, [0, 1])) as object;
      return verifier.verify({ ...request, pact: JSON.stringify(pact) });
    },
  };
  const results = await verifyProvider({
    verifier: forgetful,
    document: whole,
    provider: { target: provider.url },
    states: statesFrom(HANDLERS),
  });
  expect(results.map(({ verdict }) => verdict)).toEqual(['passed', 'passed', 'failed']);
  expect(results[2]?.findings[0]?.text).toContain('not verified');
});

test('a pending interaction that fails fails', async () => {
  provider = await openSmallProvider({ '': { status: 200, body: { success: false } } });
  const document = smallDocument();
  const interactions = document.interactions.map((each) => ({ ...each, json: { ...each.json, pending: true } }));
  expect(await briefly(verify(statesFrom(HANDLERS), { ...document, interactions }))).toEqual([
    ['passed'],
    ['passed'],
    ['failed', 'status expected 400 but was 200'],
  ]);
});

test('a pact without interactions is an error', async () => {
  provider = await openSmallProvider();
  await expect(verify(statesFrom(HANDLERS), { ...smallDocument(), interactions: [] })).rejects.toThrow(
    'holds no interaction',
  );
});
