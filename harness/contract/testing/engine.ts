/** Pact's own engine as an oracle: what it finds wrong with answers and messages, place by place. */
import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Verifier } from '@pact-foundation/pact';

/** One place the engine found wrong. */
export interface EngineMismatch {
  readonly path: string;
  readonly mismatch: string;
}

interface Report {
  readonly interactionResults?: readonly unknown[];
  readonly errors?: readonly {
    readonly interaction: string;
    readonly mismatch: { readonly mismatches?: readonly EngineMismatch[] };
  }[];
}

/** What a provider answers: the n-th interaction is GET /n. */
export interface Answer {
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  /** As it is sent; undefined: nothing. */
  readonly body: string | undefined;
}

type Serve = (
  request: IncomingMessage,
  body: string,
) => { readonly head: [number, string[]]; readonly body?: string | undefined };

/** What the engine found wrong with each interaction, by its description, which is its number. */
const verify = async (pact: string, count: number, serve: Serve): Promise<readonly (readonly EngineMismatch[])[]> => {
  const folder = await mkdtemp(join(tmpdir(), 'faultline-engine-'));
  const file = join(folder, 'pact.json');
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      const { head, body: answer } = serve(request, body);
      response.writeHead(...head);
      response.end(answer);
    });
  });
  try {
    await writeFile(file, pact);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const verifier = new Verifier({
      provider: 'provider',
      providerBaseUrl: `http://127.0.0.1:${port}`,
      pactUrls: [file],
      logLevel: 'error',
      transports: [{ protocol: 'message', scheme: 'http', port, path: '/messages' }],
    });
    // The report is the result of a success and the message of a failure.
    const text = await verifier.verifyProvider().catch((error: unknown) => (error as Error).message);
    const report = JSON.parse(text) as Report;
    // A pact that the engine cannot load has no results and, at times, no errors.
    if (report.interactionResults?.length !== count) throw new Error(`the engine verified something else: ${text}`);
    return Array.from({ length: count }, (_, i) => {
      const found = report.errors?.find(({ interaction }) => interaction.endsWith(` - ${i}`));
      return found?.mismatch.mismatches ?? [];
    });
  } finally {
    server.close();
    server.closeAllConnections();
    await rm(folder, { recursive: true, force: true });
  }
};

/**
 * Verifies a pact whose n-th interaction is described as `<n>` and asks for `GET /<n>`; gives what the engine found wrong with
 * each one. The pact is given as text: its numbers must stay as they are written. Throws when the verification could not be done.
 */
export const verifyAnswers = (
  pact: string,
  answers: readonly Answer[],
): Promise<readonly (readonly EngineMismatch[])[]> =>
  verify(pact, answers.length, ({ url = '' }) => {
    const answer = answers[Number(url.slice(1))];
    return { head: [answer?.status ?? 404, (answer?.headers ?? []).flat()], body: answer?.body };
  });

/** The same for messages with the value `{}`, each with its metadata. */
export const verifyMetadata = (
  pact: string,
  metadata: readonly Readonly<Record<string, unknown>>[],
): Promise<readonly (readonly EngineMismatch[])[]> =>
  verify(pact, metadata.length, (_, body) => {
    const { description = '' } = (body === '' ? {} : JSON.parse(body)) as { readonly description?: string };
    const encoded = Buffer.from(JSON.stringify(metadata[Number(description)] ?? {})).toString('base64');
    return { head: [200, ['content-type', 'application/json', 'pact-message-metadata', encoded]], body: '{}' };
  });
