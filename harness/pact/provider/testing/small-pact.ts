/** A pact of three interactions and a provider that honours it, for tests of the verification itself. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { documentOf } from '../document.ts';
import type { PactDocument } from '../document.ts';

const JSON_HEADERS = { 'Content-Type': ['application/json'] };
const body = (content: unknown) => ({ content, contentType: 'application/json', encoded: false });

const interaction = (description: string, state: string | undefined, student: string, response: object) => ({
  type: 'Synchronous/HTTP',
  description,
  pending: false,
  ...(state === undefined ? {} : { providerStates: [{ name: state, params: { studentId: student } }] }),
  request: { method: 'POST', path: '/assign', headers: JSON_HEADERS, body: body({ studentId: student }) },
  response: { headers: JSON_HEADERS, ...response },
});

const type = { combine: 'AND', matchers: [{ match: 'type' }] };

/** Two interactions share their words and differ in their state, as real pacts do. */
export const smallPact = (extra: readonly object[] = []) => ({
  consumer: { name: 'allocation-worker' },
  provider: { name: 'admin-service' },
  interactions: [
    interaction('a request to assign', 'a trainer is free', 'ada', {
      status: 201,
      body: body({ success: true, data: { id: 'x', status: 'approved' } }),
      matchingRules: { body: { '$.data.id': type } },
    }),
    interaction('a request to assign', 'no trainer is free', 'bob', {
      status: 202,
      body: body({ success: true, data: { id: 'x', status: 'pending' } }),
      matchingRules: { body: { '$.data.id': type } },
    }),
    interaction('a request without a student', undefined, '', { status: 400, body: body({ success: false }) }),
    ...extra,
  ],
  metadata: { pactSpecification: { version: '4.0' } },
});

export const smallDocument = (): PactDocument => documentOf(smallPact(), 'small.json');

export interface SmallProvider {
  readonly url: URL;
  /** Requests it got. */
  readonly asked: string[];
  close(): Promise<void>;
}

/** `answers` changes the answer to one student's request; null breaks the connection. */
export const openSmallProvider = async (
  answers: Readonly<Record<string, { status: number; body: unknown } | null>> = {},
): Promise<SmallProvider> => {
  const honest: Readonly<Record<string, { status: number; body: unknown }>> = {
    ada: { status: 201, body: { success: true, data: { id: '1', status: 'approved' } } },
    bob: { status: 202, body: { success: true, data: { id: '2', status: 'pending' } } },
    '': { status: 400, body: { success: false } },
  };
  const asked: string[] = [];
  const server = createServer((request, response) => {
    void json(request).then((given) => {
      const { studentId } = given as { studentId: string };
      asked.push(studentId);
      const answer = studentId in answers ? answers[studentId] : honest[studentId];
      if (answer === null || answer === undefined) {
        request.socket.destroy();
        return;
      }
      response.writeHead(answer.status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(answer.body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
    asked,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
