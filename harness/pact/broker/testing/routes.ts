/** What the stand-in broker answers, by method and path. */
import { randomUUID } from 'node:crypto';
import {
  environmentsDocument,
  forVerificationDocument,
  indexDocument,
  pactDocument,
  publishedDocument,
  verificationDocument,
  versionDocument,
} from './documents.ts';
import { matrixAnswer } from './matrix.ts';
import { ensureVersion, findPact, findPactBySha, storePact } from './store.ts';
import type { Store, StoredPact } from './store.ts';

export interface Reply {
  readonly status: number;
  readonly json?: object;
}

interface Asked {
  readonly store: Store;
  readonly base: string;
  readonly query: URLSearchParams;
  readonly body: Readonly<Record<string, unknown>>;
  /** The parts of the path that the route names. */
  readonly names: Readonly<Record<string, string>>;
}

type Route = readonly [method: string, path: string, answer: (asked: Asked) => Reply];

const NOT_FOUND: Reply = { status: 404, json: { error: 'The requested document was not found on this server.' } };

interface Contract {
  readonly providerName: string;
  readonly content: string;
}

const publish = ({ store, base, body }: Asked): Reply => {
  const { pacticipantName: consumer, pacticipantVersionNumber: number } = body as Readonly<Record<string, string>>;
  if (consumer === undefined || number === undefined)
    return { status: 400, json: { errors: { pacticipantVersionNumber: ['is missing'] } } };
  const pacts = (body['contracts'] as readonly Contract[]).map(({ providerName, content }) => ({
    consumer,
    consumerVersion: number,
    provider: providerName,
    content: JSON.parse(Buffer.from(content, 'base64').toString()) as Readonly<Record<string, unknown>>,
  }));
  const before = pacts.map(({ provider }) => findPact(store, provider, consumer, number));
  const interactions = (pact: { readonly content: Readonly<Record<string, unknown>> }): string =>
    JSON.stringify(pact.content['interactions'], (key, value: unknown) => (key === '_id' ? undefined : value));
  const changed = pacts.filter((pact, i) => {
    const there = before[i];
    return there !== undefined && interactions(there) !== interactions(pact);
  });
  if (changed.length > 0) {
    const texts = changed.map(
      ({ provider }) =>
        `Cannot change the content of the pact for ${consumer} version ${number} and provider ${provider}, as race conditions will cause unreliable results for can-i-deploy. Each pact must be published with a unique consumer version number.`,
    );
    return {
      status: 409,
      json: { notices: texts.map((text) => ({ type: 'error', text })), errors: { contracts: texts } },
    };
  }
  const version = ensureVersion(store, consumer, number);
  if (typeof body['branch'] === 'string') version.branches.add(body['branch']);
  for (const tag of (body['tags'] ?? []) as readonly string[]) version.tags.add(tag);
  if (typeof body['buildUrl'] === 'string') version.buildUrl = body['buildUrl'];
  const notices = pacts.map(({ provider }, i) => ({
    type: 'success',
    text:
      before[i] === undefined
        ? `Pact successfully published for ${consumer} version ${number} and provider ${provider}.`
        : `Pact successfully republished for ${consumer} version ${number} and provider ${provider} with no content changes.`,
  }));
  for (const pact of pacts) storePact(store, pact);
  const now = pacts.flatMap(({ provider }) => findPact(store, provider, consumer, number) ?? []);
  return { status: 200, json: publishedDocument(base, consumer, version, now, notices) };
};

const pactOf = ({ store, names }: Asked): StoredPact | undefined => {
  const { provider = '', consumer = '', version, sha = '' } = names;
  return version === undefined
    ? findPactBySha(store, provider, consumer, sha)
    : findPact(store, provider, consumer, version);
};

const showPact = (asked: Asked): Reply => {
  const pact = pactOf(asked);
  return pact === undefined ? NOT_FOUND : { status: 200, json: pactDocument(asked.base, pact) };
};

const deletePact = (asked: Asked): Reply => {
  const pact = pactOf(asked);
  if (pact === undefined) return NOT_FOUND;
  asked.store.pacts = asked.store.pacts.filter((other) => other !== pact);
  return { status: 204 };
};

/** The newest pact of each consumer, and those that are deployed; each content once. */
const forVerification = ({ store, base, names }: Asked): Reply => {
  const { provider = '' } = names;
  if (!store.pacticipants.has(provider)) return NOT_FOUND;
  const all = store.pacts.filter((pact) => pact.provider === provider);
  const latest = all.filter((pact, i) => !all.slice(i + 1).some(({ consumer }) => consumer === pact.consumer));
  const deployed = all.filter((pact) =>
    store.deployments.some(
      (entry) => entry.currently && entry.pacticipant === pact.consumer && entry.version === pact.consumerVersion,
    ),
  );
  const byContent = new Map([...latest, ...deployed].map((pact) => [`${pact.consumer} ${pact.sha}`, pact]));
  return { status: 200, json: forVerificationDocument(base, provider, [...byContent.values()]) };
};

const addVerification = (asked: Asked): Reply => {
  const { store, base, body } = asked;
  const pact = pactOf(asked);
  if (pact === undefined) return NOT_FOUND;
  const { success, providerApplicationVersion: version } = body;
  if (typeof success !== 'boolean' || typeof version !== 'string' || version === '')
    return { status: 400, json: { errors: { success: ['is missing'] } } };
  ensureVersion(store, pact.provider, version);
  const { consumer, provider, sha } = pact;
  const number = store.verifications.length + 1;
  const verification = { number, consumer, provider, sha, providerVersion: version, success, body };
  store.verifications = [...store.verifications, verification];
  return { status: 201, json: verificationDocument(base, pact, verification) };
};

const showVerification = (asked: Asked): Reply => {
  const pact = pactOf(asked);
  const found = asked.store.verifications.find(({ number }) => String(number) === asked.names['number']);
  if (pact === undefined || found === undefined) return NOT_FOUND;
  return { status: 200, json: verificationDocument(asked.base, pact, found) };
};

const showVersion = ({ store, base, names }: Asked): Reply => {
  const { pacticipant = '', version = '' } = names;
  const found = store.pacticipants.get(pacticipant)?.get(version);
  return found === undefined ? NOT_FOUND : { status: 200, json: versionDocument(base, store, pacticipant, found) };
};

const deployments = ({ store, names }: Asked): Reply => ({
  status: 200,
  json: {
    _embedded: {
      deployedVersions: store.deployments
        .filter((entry) => entry.pacticipant === names['pacticipant'] && entry.version === names['version'])
        .filter((entry) => store.environments.find(({ uuid }) => uuid === names['uuid'])?.name === entry.environment)
        .map(({ uuid, currently }) => ({ uuid, currentlyDeployed: currently })),
    },
  },
});

const recordDeployment = ({ store, names }: Asked): Reply => {
  const { pacticipant = '', version = '', uuid = '' } = names;
  const environment = store.environments.find((known) => known.uuid === uuid)?.name;
  if (environment === undefined || store.pacticipants.get(pacticipant)?.has(version) !== true) return NOT_FOUND;
  for (const entry of store.deployments)
    if (entry.pacticipant === pacticipant && entry.environment === environment) entry.currently = false;
  const entry = { uuid: randomUUID(), pacticipant, version, environment, currently: true };
  store.deployments.push(entry);
  return { status: 201, json: { uuid: entry.uuid, currentlyDeployed: true } };
};

const PACT = '/pacts/provider/:provider/consumer/:consumer';
const VERSION = '/pacticipants/:pacticipant/versions/:version';

const putBranch = ({ store, names }: Asked): Reply => {
  const { pacticipant = '', version = '', branch = '', tag } = names;
  const found = ensureVersion(store, pacticipant, version);
  if (tag === undefined) found.branches.add(branch);
  else found.tags.add(tag);
  return { status: 201, json: {} };
};

const ROUTES: readonly Route[] = [
  ['GET', '/', ({ base }) => ({ status: 200, json: indexDocument(base) })],
  ['POST', '/contracts/publish', publish],
  ['GET', `${PACT}/version/:version`, showPact],
  ['DELETE', `${PACT}/version/:version`, deletePact],
  ['GET', `${PACT}/pact-version/:sha`, showPact],
  ['POST', `${PACT}/pact-version/:sha/verification-results`, addVerification],
  ['GET', `${PACT}/pact-version/:sha/verification-results/:number`, showVerification],
  ['POST', '/pacts/provider/:provider/for-verification', forVerification],
  ['GET', '/matrix', ({ store, query }) => matrixAnswer(store, query)],
  [
    'GET',
    '/environments',
    ({ base, store }) => ({ status: 200, json: environmentsDocument(base, store.environments) }),
  ],
  ['GET', VERSION, showVersion],
  ['PUT', `${VERSION}/tags/:tag`, putBranch],
  ['PUT', '/pacticipants/:pacticipant/branches/:branch/versions/:version', putBranch],
  ['GET', `${VERSION}/deployed-versions/environment/:uuid`, deployments],
  ['POST', `${VERSION}/deployed-versions/environment/:uuid`, recordDeployment],
];

const match = (pattern: string, path: string): Readonly<Record<string, string>> | undefined => {
  const [wanted, given] = [pattern.split('/'), path.split('/')];
  if (wanted.length !== given.length) return undefined;
  const names: Record<string, string> = {};
  for (const [i, name] of wanted.entries()) {
    const value = decodeURIComponent(given[i] ?? '');
    if (name.startsWith(':')) names[name.slice(1)] = value;
    else if (name !== value) return undefined;
  }
  return names;
};

/** The broker's answer to one request. */
export const answer = (
  store: Store,
  base: string,
  request: { readonly method: string; readonly url: URL; readonly body: Readonly<Record<string, unknown>> },
): Reply => {
  for (const [method, pattern, reply] of ROUTES) {
    const names = method === request.method ? match(pattern, request.url.pathname) : undefined;
    if (names !== undefined) return reply({ store, base, query: request.url.searchParams, body: request.body, names });
  }
  return NOT_FOUND;
};
