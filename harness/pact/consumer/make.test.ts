import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { AUTO_ASSIGN } from './auto-assign.ts';
import type { HttpDeclaration } from './auto-assign.ts';
import { callByClient } from './calls.ts';
import { MESSAGES } from './events.ts';
import type { MessageDeclaration } from './message.ts';
import { PACT_FILES, makePacts } from './make.ts';
import type { Exercise } from './make.ts';

let out: string;
beforeAll(() => {
  out = mkdtempSync(join(tmpdir(), 'faultline-make-'));
});
afterAll(() => rmSync(out, { recursive: true, force: true }));

const [call, otherCall] = AUTO_ASSIGN as readonly HttpDeclaration[] as readonly [HttpDeclaration, HttpDeclaration];
const [message] = MESSAGES as readonly [MessageDeclaration];

const exercise: Exercise = { http: callByClient, message: () => Promise.resolve() };
const make = (over: Partial<Parameters<typeof makePacts>[0]>) =>
  makePacts({ http: [], messages: [], exercise, out, workers: 'tested', ...over });

it('writes a pact of what was exercised, with who made it and no example pinned', async () => {
  const { files, broken } = await make({ http: [call], messages: [message] });
  expect(broken).toEqual([]);
  expect(files.map((file) => file.slice(out.length + 1))).toEqual(PACT_FILES.slice(0, 2));
  const pact = JSON.parse(readFileSync(files[0] ?? '', 'utf8')) as Record<string, never>;
  expect(pact['metadata']).toMatchObject({ faultline: { workers: 'tested' }, pactSpecification: { version: '4.0' } });
  expect(pact['interactions']).toMatchObject([
    {
      description: call.description,
      providerStates: [{ name: call.state?.name, params: call.state?.params }],
      comments: { text: ['Exercised by the real worker process.'] },
      request: { matchingRules: { body: { '$.studentId': { matchers: [{ match: 'regex' }] } } } },
      response: { status: 201, matchingRules: { body: { '$.data.id': { matchers: [{ match: 'regex' }] } } } },
    },
  ]);
  const messages = readFileSync(files[1] ?? '', 'utf8');
  // Under the bare name Pact's verifier would take the dot for a path and find no rule.
  expect(messages).toContain(`"$['header.eventId']": {`);
  expect(messages).not.toMatch(/"header\.[a-zA-Z]+": \{/);
});

it('refuses two interactions of the same description and state, of which Pact would keep one', async () => {
  const twin = { ...otherCall, description: call.description, state: call.state } as HttpDeclaration;
  await expect(make({ http: [call, twin] })).rejects.toThrow(
    `allocation-worker-admin-service.json has two interactions "${call.description}" given "a trainer is free"`,
  );
  await expect(make({ messages: [message, { ...message }] })).rejects.toThrow('has two interactions');
});

it('writes no pact when an interaction was not exercised', async () => {
  const folder = join(out, 'none');
  const idle: Exercise = { http: () => Promise.resolve(), message: () => Promise.reject(new Error('nobody read it')) };
  const { files, broken } = await make({ http: [call], messages: [message], exercise: idle, out: folder });
  expect(files).toEqual([]);
  expect(existsSync(folder)).toBe(false);
  expect(broken).toMatchObject([
    {
      pact: PACT_FILES[0],
      description: call.description,
      reason: expect.stringContaining('expected but not received'),
    },
    { pact: PACT_FILES[1], description: message.description, reason: 'nobody read it' },
  ]);
});

it('writes no pact when a call is not as declared, and says which field', async () => {
  const wrong: HttpDeclaration = { ...call, request: { ...call.request, timeSlot: 5 } };
  const sends: Exercise = { ...exercise, http: (_, url) => callByClient(call, url) };
  const { files, broken } = await make({ http: [wrong], exercise: sends });
  expect(files).toEqual([]);
  expect(broken[0]?.reason).toContain('$.timeSlot');
});
