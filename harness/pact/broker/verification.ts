/** Verification results: from the broker the pacts to verify, to the broker what came out. */
import { z } from 'zod';
import { FaultlineError } from '../../base/errors.ts';
import type { Broker } from './broker.ts';
import { ask, indexOf, linkOf, needLink } from './http.ts';

export interface BrokerPact {
  readonly consumer: string;
  readonly consumerVersion: string;
  readonly provider: string;
  /** Without credentials. */
  readonly url: string;
  /** The pact document as the broker has it. */
  readonly json: unknown;
}

const pactsToVerify = z.looseObject({
  _embedded: z.looseObject({
    pacts: z.array(z.looseObject({ _links: z.looseObject({ self: z.looseObject({ href: z.string() }) }) })),
  }),
});

const pactDocument = z.looseObject({
  consumer: z.looseObject({ name: z.string() }),
  provider: z.looseObject({ name: z.string() }),
  _links: z.looseObject({ 'pb:consumer-version': z.looseObject({ name: z.string() }).optional() }),
});

const nonsense = (broker: Broker, what: string): FaultlineError =>
  new FaultlineError(
    'environment',
    `the broker at ${broker.url} gave no ${what}`,
    'Is the address a Pact broker of version 2.80 or later?',
  );

/** What a provider has to hold: the consumers' main branches, whatever is deployed or released, the newest, and its own branch's namesakes. */
const selectors = (branch: string | undefined): readonly Readonly<Record<string, boolean>>[] => [
  { mainBranch: true },
  { deployedOrReleased: true },
  { latest: true },
  ...(branch === undefined ? [] : [{ matchingBranch: true }]),
];

/**
 * The pacts that the provider has to verify. Never empty. Errors: FaultlineError 'environment' when the broker has none for
 * this provider, and for trouble with it.
 */
export const pactsForVerification = async (
  broker: Broker,
  options: { readonly provider: string; readonly branch?: string | undefined },
): Promise<readonly BrokerPact[]> => {
  const { provider, branch } = options;
  const url = needLink(broker, await indexOf(broker), 'pb:provider-pacts-for-verification', { provider });
  const answer = await ask(broker, {
    method: 'POST',
    url,
    body: {
      consumerVersionSelectors: selectors(branch),
      includePendingStatus: false,
      ...(branch === undefined ? {} : { providerVersionBranch: branch }),
    },
    accepted: [404],
  });
  const listed = answer.status === 404 ? [] : pactsToVerify.safeParse(answer.json).data?._embedded.pacts;
  if (listed === undefined) throw nonsense(broker, `list of pacts to verify for ${provider}`);
  if (listed.length === 0)
    throw new FaultlineError(
      'environment',
      `the broker at ${broker.url} has no pact for ${provider}: there is nothing to verify`,
      'Is the name right, and have its consumers published?',
    );
  return Promise.all(
    listed.map(async ({ _links }) => {
      const { json } = await ask(broker, { url: _links.self.href });
      const found = pactDocument.safeParse(json).data;
      if (found === undefined) throw nonsense(broker, `pact at ${_links.self.href}`);
      return {
        consumer: found.consumer.name,
        consumerVersion: found._links['pb:consumer-version']?.name ?? 'unknown',
        provider: found.provider.name,
        url: _links.self.href,
        json,
      };
    }),
  );
};

export interface VerificationResult {
  readonly providerVersion: string;
  readonly branch?: string | undefined;
  readonly tags?: readonly string[];
  readonly buildUrl?: string | undefined;
  readonly success: boolean;
  /** What did not hold, a text each; empty when it succeeded. */
  readonly failures: readonly string[];
}

const stored = z.looseObject({ success: z.boolean(), providerApplicationVersion: z.string() });

/** Branch and tags belong to the version, so they go there first; a result must never be without them. */
const describeVersion = async (broker: Broker, provider: string, result: VerificationResult): Promise<void> => {
  const { providerVersion: version, branch, tags = [] } = result;
  if (branch === undefined && tags.length === 0) return;
  const index = await indexOf(broker);
  const put = (rel: string, values: Readonly<Record<string, string>>): Promise<unknown> =>
    ask(broker, { method: 'PUT', url: needLink(broker, index, rel, values), body: {} });
  if (branch !== undefined) await put('pb:pacticipant-branch-version', { pacticipant: provider, branch, version });
  for (const tag of tags) await put('pb:pacticipant-version-tag', { pacticipant: provider, version, tag });
};

/**
 * Publishes the result of verifying one pact that the broker gave, then asks the broker whether it has it. Errors:
 * FaultlineError 'environment' when it refuses the result, or took it and does not show it.
 */
export const publishVerification = async (
  broker: Broker,
  pact: BrokerPact,
  result: VerificationResult,
): Promise<void> => {
  const what = `verification of ${pact.consumer} ${pact.consumerVersion} by ${pact.provider} ${result.providerVersion}`;
  await describeVersion(broker, pact.provider, result);
  const answer = await ask(broker, {
    method: 'POST',
    url: needLink(broker, pact.json, 'pb:publish-verification-results'),
    body: {
      success: result.success,
      providerApplicationVersion: result.providerVersion,
      ...(result.buildUrl === undefined ? {} : { buildUrl: result.buildUrl }),
      verifiedBy: { implementation: 'faultline' },
      testResults: result.failures.map((message) => ({ success: false, exception: { message } })),
    },
  });
  const url = linkOf(answer.json, 'self');
  const shown =
    url === undefined ? undefined : stored.safeParse((await ask(broker, { url, accepted: [404] })).json).data;
  if (shown?.success !== result.success || shown.providerApplicationVersion !== result.providerVersion)
    throw new FaultlineError(
      'environment',
      `the broker at ${broker.url} took the ${what} and does not show it`,
      'The publication did not happen. Look at the log of the broker.',
    );
};
