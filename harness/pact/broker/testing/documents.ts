/** The documents of the broker's protocol (HAL), as its own approval fixtures show them. */
import type { Environment, Store, StoredPact, StoredVerification, StoredVersion } from './store.ts';

const part = encodeURIComponent;

export const pactUrl = (base: string, { provider, consumer, consumerVersion }: StoredPact): string =>
  `${base}/pacts/provider/${part(provider)}/consumer/${part(consumer)}/version/${part(consumerVersion)}`;

const pactVersionUrl = (base: string, { provider, consumer, sha }: StoredPact): string =>
  `${base}/pacts/provider/${part(provider)}/consumer/${part(consumer)}/pact-version/${sha}`;

const nameOf = ({ consumer, consumerVersion, provider }: StoredPact): string =>
  `Pact between ${consumer} (${consumerVersion}) and ${provider}`;

export const indexDocument = (base: string): object => {
  const templated = (path: string, title: string): object => ({ href: `${base}${path}`, title, templated: true });
  const version = '/pacticipants/{pacticipant}/versions/{version}';
  return {
    _links: {
      self: { href: base, title: 'Index', templated: false },
      'pb:publish-pact': templated(
        '/pacts/provider/{provider}/consumer/{consumer}/version/{consumerApplicationVersion}',
        'Publish a pact',
      ),
      'pb:publish-contracts': { href: `${base}/contracts/publish`, title: 'Publish contracts', templated: false },
      'pb:pacticipants': { href: `${base}/pacticipants`, title: 'Pacticipants', templated: false },
      'pb:pacticipant': templated('/pacticipants/{pacticipant}', 'Fetch pacticipant by name'),
      'pb:pacticipant-version': templated(version, 'Get, create or delete a pacticipant version'),
      'pb:pacticipant-version-tag': templated(`${version}/tags/{tag}`, 'Get, create or delete a tag'),
      'pb:pacticipant-branch-version': templated(
        '/pacticipants/{pacticipant}/branches/{branch}/versions/{version}',
        'Get or add/create a pacticipant version for a branch',
      ),
      'pb:environments': { href: `${base}/environments`, title: 'Environments', templated: false },
      'pb:provider-pacts-for-verification': templated(
        '/pacts/provider/{provider}/for-verification',
        'Pact versions to be verified for the specified provider',
      ),
      curies: [{ name: 'pb', href: `${base}/doc/{rel}?context=index`, templated: true }],
    },
  };
};

export const pactDocument = (base: string, pact: StoredPact): object => ({
  ...pact.content,
  createdAt: '2026-11-23T12:00:00+00:00',
  _links: {
    self: { title: 'Pact', name: nameOf(pact), href: pactUrl(base, pact) },
    'pb:consumer': { title: 'Consumer', name: pact.consumer, href: `${base}/pacticipants/${part(pact.consumer)}` },
    'pb:consumer-version': {
      title: 'Consumer version',
      name: pact.consumerVersion,
      href: `${base}/pacticipants/${part(pact.consumer)}/versions/${part(pact.consumerVersion)}`,
    },
    'pb:provider': { title: 'Provider', name: pact.provider, href: `${base}/pacticipants/${part(pact.provider)}` },
    'pb:publish-verification-results': {
      title: 'Publish verification results',
      href: `${pactVersionUrl(base, pact)}/verification-results`,
    },
  },
});

export const publishedDocument = (
  base: string,
  pacticipant: string,
  version: StoredVersion,
  pacts: readonly StoredPact[],
  notices: readonly object[],
): object => {
  const url = `${base}/pacticipants/${part(pacticipant)}`;
  const versionUrl = `${url}/versions/${part(version.number)}`;
  return {
    notices,
    _embedded: {
      pacticipant: { name: pacticipant, _links: { self: { href: url } } },
      version: {
        number: version.number,
        _links: { self: { title: 'Version', name: version.number, href: versionUrl } },
      },
    },
    _links: {
      'pb:pacticipant': { title: 'Pacticipant', name: pacticipant, href: url },
      'pb:pacticipant-version': { title: 'Pacticipant version', name: version.number, href: versionUrl },
      'pb:pacticipant-version-tags': [...version.tags].map((name) => ({
        title: 'Tag',
        name,
        href: `${versionUrl}/tags/${part(name)}`,
      })),
      'pb:contracts': pacts.map((pact) => ({ title: 'Pact', name: nameOf(pact), href: pactUrl(base, pact) })),
    },
  };
};

export const versionDocument = (base: string, store: Store, pacticipant: string, version: StoredVersion): object => {
  const url = `${base}/pacticipants/${part(pacticipant)}/versions/${part(version.number)}`;
  return {
    number: version.number,
    buildUrl: version.buildUrl,
    _embedded: {
      branchVersions: [...version.branches].map((name) => ({ name })),
      tags: [...version.tags].map((name) => ({ name })),
    },
    _links: {
      self: { title: 'Version', name: version.number, href: url },
      'pb:pacticipant': { title: 'Pacticipant', name: pacticipant, href: `${base}/pacticipants/${part(pacticipant)}` },
      'pb:record-deployment': store.environments.map(({ name, uuid }) => ({
        title: `Record deployment to ${name}`,
        name,
        href: `${url}/deployed-versions/environment/${uuid}`,
      })),
    },
  };
};

export const environmentsDocument = (base: string, environments: readonly Environment[]): object => ({
  _embedded: {
    environments: environments.map(({ uuid, name }) => ({
      uuid,
      name,
      displayName: name,
      production: name === 'production',
      _links: { self: { title: 'Environment', name, href: `${base}/environments/${uuid}` } },
    })),
  },
  _links: { self: { title: 'Environments', href: `${base}/environments` } },
});

export const forVerificationDocument = (base: string, provider: string, pacts: readonly StoredPact[]): object => ({
  _embedded: {
    pacts: pacts.map((pact) => ({
      shortDescription: 'latest',
      verificationProperties: { notices: [] },
      _links: { self: { href: pactVersionUrl(base, pact), name: nameOf(pact) } },
    })),
  },
  _links: {
    self: { href: `${base}/pacts/provider/${part(provider)}/for-verification`, title: 'Pacts to be verified' },
  },
});

export const verificationDocument = (base: string, pact: StoredPact, verification: StoredVerification): object => ({
  ...verification.body,
  providerName: verification.provider,
  providerApplicationVersion: verification.providerVersion,
  success: verification.success,
  verificationDate: '2026-11-23T12:00:00+00:00',
  _links: {
    self: {
      title: 'Verification result',
      href: `${pactVersionUrl(base, pact)}/verification-results/${verification.number}`,
    },
    'pb:pact-version': { title: 'Pact', name: nameOf(pact), href: pactUrl(base, pact) },
  },
});
