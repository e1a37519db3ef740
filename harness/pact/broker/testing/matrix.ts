/** The broker's matrix: GET /matrix with one version and an environment, the question of can-i-deploy. */
import { deployedTo } from './store.ts';
import type { Store, StoredPact } from './store.ts';

interface Row {
  readonly pact: StoredPact;
  readonly providerVersion: string | null;
  readonly success: boolean | undefined;
}

const resultOf = (store: Store, pact: StoredPact, providerVersion: string): boolean | undefined =>
  store.verifications.findLast(
    ({ consumer, provider, sha, providerVersion: version }) =>
      consumer === pact.consumer && provider === pact.provider && sha === pact.sha && version === providerVersion,
  )?.success;

/** A consumer needs its providers there; a provider has to hold for the consumers that are there. */
const rowsFor = (store: Store, name: string, version: string, environment: string): readonly Row[] => {
  const asConsumer = store.pacts
    .filter((pact) => pact.consumer === name && pact.consumerVersion === version)
    .flatMap((pact): readonly Row[] => {
      const there = deployedTo(store, environment, pact.provider);
      if (there.length === 0) return [{ pact, providerVersion: null, success: undefined }];
      return there.map((providerVersion) => {
        const success = resultOf(store, pact, providerVersion);
        return { pact, providerVersion: success === undefined ? null : providerVersion, success };
      });
    });
  const asProvider = store.pacts
    .filter((pact) => pact.provider === name)
    .filter((pact) => deployedTo(store, environment, pact.consumer).includes(pact.consumerVersion))
    .map((pact): Row => ({ pact, providerVersion: version, success: resultOf(store, pact, version) }));
  return [...asConsumer, ...asProvider];
};

const reasonOf = (rows: readonly Row[], environment: string): string => {
  const missing = rows.filter(({ success }) => success === undefined);
  const failed = rows.filter(({ success }) => success === false);
  if (missing.length + failed.length === 0)
    return rows.length === 0
      ? 'There are no missing dependencies'
      : 'All required verification results are published and successful';
  return [
    ...failed.map(
      ({ pact, providerVersion }) =>
        `The verification for the pact between version ${pact.consumerVersion} of ${pact.consumer} and version ${providerVersion} of ${pact.provider} failed`,
    ),
    ...missing.map(
      ({ pact }) =>
        `There is no verified pact between version ${pact.consumerVersion} of ${pact.consumer} and the version of ${pact.provider} currently in ${environment}`,
    ),
  ].join('\n');
};

const deployable = (rows: readonly Row[]): boolean | null => {
  if (rows.some(({ success }) => success === undefined)) return null;
  return rows.every(({ success }) => success === true);
};

/** Status and document, as the broker gives them: 400 for a name it does not know, a no for a version it does not know. */
export const matrixAnswer = (
  store: Store,
  query: URLSearchParams,
): { readonly status: number; readonly json: object } => {
  const name = query.get('q[][pacticipant]') ?? '';
  const version = query.get('q[][version]') ?? '';
  const environment = query.get('environment') ?? '';
  const errors = [
    ...(store.pacticipants.has(name) ? [] : [`Pacticipant ${name} not found`]),
    ...(store.environments.some((known) => known.name === environment)
      ? []
      : [`Environment with name '${environment}' does not exist`]),
  ];
  if (errors.length > 0) return { status: 400, json: { errors } };
  const known = store.pacticipants.get(name)?.has(version) === true;
  const rows = known ? rowsFor(store, name, version, environment) : [];
  const count = (wanted: boolean | undefined): number => rows.filter(({ success }) => success === wanted).length;
  const reason = known ? reasonOf(rows, environment) : `No version with number ${version} exists for ${name}`;
  return {
    status: 200,
    json: {
      summary: {
        deployable: known ? deployable(rows) : false,
        reason,
        success: count(true),
        failed: count(false),
        unknown: count(undefined),
      },
      notices: [{ type: known && deployable(rows) === true ? 'success' : 'error', text: reason }],
      matrix: rows.map(({ pact, providerVersion, success }) => ({
        consumer: { name: pact.consumer, version: { number: pact.consumerVersion, tags: [] } },
        provider: {
          name: pact.provider,
          version: providerVersion === null ? null : { number: providerVersion, tags: [] },
        },
        pact: { createdAt: '2026-11-23T12:00:00+00:00' },
        verificationResult:
          success === undefined ? null : { success, verifiedAt: '2026-11-23T12:00:00+00:00', _links: {} },
      })),
    },
  };
};
