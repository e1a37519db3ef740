/** Publishing pacts: all of them, or none. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FaultlineError } from '../../base/errors.ts';
import type { Broker } from './broker.ts';
import { ask, indexOf, linkOf, needLink } from './http.ts';
import { complaintOf, pactCli } from './pact-cli.ts';
import { sameInteractions } from './same-interactions.ts';

export interface Publication {
  /** The names at the broker. */
  readonly consumer: string;
  readonly provider: string;
  readonly version: string;
  readonly branch: string | undefined;
  readonly document: Readonly<Record<string, unknown>>;
}

export interface PublishOptions {
  readonly tags: readonly string[];
  readonly buildUrl: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface Published {
  readonly publication: Publication;
  /** 'unchanged': the broker had this pact of this version already. */
  readonly outcome: 'published' | 'unchanged';
}

/** ms for taking back what was published before an error; with EXCHANGE_MS under 10 s. */
const UNDO_MS = 3000;

const titleOf = ({ consumer, provider, version }: Publication): string => `${consumer} ${version} → ${provider}`;

interface Planned {
  readonly publication: Publication;
  /** The pact's own address at the broker. */
  readonly url: string;
  readonly there: boolean;
}

/** Where the pact is at the broker, and whether it is there. Errors: another pact of that version is there. */
const lookUp = async (broker: Broker, index: unknown, publication: Publication): Promise<Planned> => {
  const { consumer, provider, version } = publication;
  const url =
    linkOf(index, 'pb:publish-pact', { consumer, provider, consumerApplicationVersion: version }) ??
    `${broker.url}/pacts/provider/${encodeURIComponent(provider)}/consumer/${encodeURIComponent(consumer)}/version/${encodeURIComponent(version)}`;
  const found = await ask(broker, { url, accepted: [404] });
  if (found.status === 404) return { publication, url, there: false };
  if (!sameInteractions(found.json, publication.document))
    throw new FaultlineError(
      'environment',
      `the broker has another pact of ${titleOf(publication)}: nothing was published`,
      'A version is published once. Commit the change and publish that commit.',
    );
  return { publication, url, there: true };
};

const publishOne = async (
  broker: Broker,
  { publication, url }: Planned,
  { tags, buildUrl, env }: PublishOptions,
  folder: string,
): Promise<void> => {
  const file = 'pact.json';
  writeFileSync(join(folder, file), JSON.stringify(publication.document));
  const result = await pactCli(
    broker,
    [
      'publish',
      `--consumer-app-version=${publication.version}`,
      ...(publication.branch === undefined ? [] : [`--branch=${publication.branch}`]),
      ...(tags.length === 0 ? [] : [`--tag=${tags.join(',')}`]),
      ...(buildUrl === undefined ? [] : [`--build-url=${buildUrl}`]),
      file,
    ],
    { cwd: folder, env },
  );
  if (!result.succeeded)
    throw new FaultlineError(
      'environment',
      `the broker at ${broker.url} did not take the pact ${titleOf(publication)}: ${complaintOf(result)}`,
      'Correct what it names and publish again.',
    );
  // pact-cli says success for any answer that is JSON: only the broker knows.
  const stored = await ask(broker, { url, accepted: [404] });
  if (stored.status === 404 || !sameInteractions(stored.json, publication.document))
    throw new FaultlineError(
      'environment',
      `the broker at ${broker.url} took the pact ${titleOf(publication)} and does not show it`,
      'The publication did not happen. Look at the log of the broker.',
    );
};

/** Takes back what was published; returns what could not be taken back. */
const undo = async (broker: Broker, started: readonly Planned[]): Promise<readonly Planned[]> => {
  const left = await Promise.all(
    started.map(async (planned) => {
      try {
        await ask(broker, { method: 'DELETE', url: planned.url, accepted: [404], ms: UNDO_MS });
        return [];
      } catch {
        return [planned];
      }
    }),
  );
  return left.flat();
};

const afterUndo = (started: readonly Planned[], left: readonly Planned[]): string => {
  if (left.length > 0)
    return `Still at the broker, perhaps: ${left.map(({ publication }) => titleOf(publication)).join(', ')}. Publishing again completes it.`;
  return started.length > 1
    ? 'The pacts published before it were taken back: nothing is half published.'
    : 'Nothing was published.';
};

/**
 * Publishes the pacts through pact-cli. First the broker is asked whether it is there, takes the credentials and has no
 * other pact of these versions; after each publication, whether it has it. When one fails, those before it are deleted
 * again. Errors: FaultlineError 'environment', with what is left at the broker if anything is.
 */
export const publishPacts = async (
  broker: Broker,
  publications: readonly Publication[],
  options: PublishOptions,
): Promise<readonly Published[]> => {
  const index = await indexOf(broker);
  needLink(broker, index, 'pb:publish-contracts');
  const plan = await Promise.all(publications.map((publication) => lookUp(broker, index, publication)));
  const folder = mkdtempSync(join(tmpdir(), 'faultline-pacts-'));
  const started: Planned[] = [];
  try {
    for (const planned of plan) {
      // One that is there goes out again too: its branch and tags may be new.
      if (!planned.there) started.push(planned);
      await publishOne(broker, planned, options, folder);
    }
  } catch (error) {
    const left = await undo(broker, started);
    if (!(error instanceof FaultlineError)) throw error;
    throw new FaultlineError(error.code, error.message, `${afterUndo(started, left)} ${error.hint ?? ''}`.trim());
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return plan.map(({ publication, there }) => ({ publication, outcome: there ? 'unchanged' : 'published' }));
};
