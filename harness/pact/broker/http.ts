/** One request to the broker, and what can go wrong with it. */
import { FaultlineError } from '../../base/errors.ts';
import type { Broker } from './broker.ts';

/** ms that one exchange with the broker may take. */
export const EXCHANGE_MS = 4000;

export interface Answer {
  readonly status: number;
  readonly json: unknown;
}

export interface Question {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** An address from one of the broker's own links. */
  readonly url: string;
  readonly body?: unknown;
  /** ms; default EXCHANGE_MS. */
  readonly ms?: number;
  /** Statuses besides 2xx that are an answer and no error. */
  readonly accepted?: readonly number[];
}

const trouble = (message: string, hint: string): FaultlineError => new FaultlineError('environment', message, hint);

const causeOf = (error: unknown): string => {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = (cause as { readonly code?: unknown }).code;
  return typeof code === 'string' && code !== '' ? code : cause instanceof Error ? cause.message : String(cause);
};

/** The first lines of what the broker gave as its reason. */
const reasonOf = (broker: Broker, json: unknown): string => {
  const { error, errors, notices } = (json ?? {}) as Record<string, unknown>;
  const found = errors ?? error ?? notices;
  if (found === undefined) return '';
  const text = typeof found === 'string' ? found : JSON.stringify(found);
  return `: ${broker.clean(text).slice(0, 300)}`;
};

const refused = (broker: Broker, status: number): FaultlineError =>
  trouble(
    `the broker at ${broker.url} refuses the credentials (${status})`,
    broker.credentials === 'none'
      ? 'None were given: set PACT_BROKER_TOKEN, or PACT_BROKER_USERNAME and PACT_BROKER_PASSWORD.'
      : `It was given ${broker.credentials}: is it right, not expired, and may it write?`,
  );

const noBroker = (broker: Broker, what: string): FaultlineError =>
  trouble(
    `what answers at ${broker.url} does not speak as a Pact broker: ${what}`,
    'Is the address right, and no login page or proxy in between?',
  );

const parse = (broker: Broker, path: string, type: string | null, text: string): unknown => {
  if (text === '') return undefined;
  if (!/\bjson\b/.test(type ?? '')) throw noBroker(broker, `${path} gave ${type ?? 'no content type'}`);
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw noBroker(broker, `${path} gave text that is not JSON`);
  }
};

/**
 * Asks the broker. Credentials go to its own origin only, wherever its links point, and redirections are not followed.
 * Errors: FaultlineError 'environment', for every answer that is not 2xx or accepted, and for none.
 */
export const ask = async (broker: Broker, question: Question): Promise<Answer> => {
  const { method = 'GET', ms = EXCHANGE_MS, accepted = [] } = question;
  const target = new URL(question.url, `${broker.url}/`);
  if (target.origin !== new URL(broker.url).origin)
    throw noBroker(broker, `its links lead to ${target.origin} (a broker behind a proxy needs its own base URL set)`);
  let response: Response;
  let text: string;
  try {
    response = await fetch(target, {
      method,
      redirect: 'manual',
      signal: AbortSignal.timeout(ms),
      headers: {
        accept: 'application/hal+json, application/json',
        ...(broker.authorization === undefined ? {} : { authorization: broker.authorization }),
        ...(question.body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(question.body === undefined ? {} : { body: JSON.stringify(question.body) }),
    });
    text = await response.text();
  } catch (error) {
    const late = error instanceof Error && error.name === 'TimeoutError';
    throw trouble(
      late
        ? `the broker at ${broker.url} did not answer within ${ms / 1000} s`
        : `the broker at ${broker.url} cannot be reached (${broker.clean(causeOf(error))})`,
      'Is it running, and is the address right?',
    );
  }
  const { status } = response;
  const path = `${method} ${target.pathname}`;
  if (status === 401 || status === 403) throw refused(broker, status);
  if (status >= 300 && status < 400) throw noBroker(broker, `${path} redirects (${status})`);
  if (status >= 500) throw trouble(`the broker at ${broker.url} failed: ${path} gave ${status}`, 'Look at its log.');
  if (accepted.includes(status)) return { status, json: undefined };
  const json = parse(broker, path, response.headers.get('content-type'), text);
  if (status >= 400)
    throw trouble(
      `the broker at ${broker.url} refused ${path} (${status})${reasonOf(broker, json)}`,
      'Correct what it names and run the command again.',
    );
  return { status, json };
};

type Links = Readonly<Record<string, unknown>>;

/** The address that a document links under `rel`, its template filled in; undefined when there is none. */
export const linkOf = (
  document: unknown,
  rel: string,
  values: Readonly<Record<string, string>> = {},
): string | undefined => {
  const links = (document as { readonly _links?: Links } | null | undefined)?._links;
  const href = (links?.[rel] as { readonly href?: unknown } | undefined)?.href;
  if (typeof href !== 'string') return undefined;
  return href.replaceAll(/\{(\w+)\}/g, (whole, name: string) =>
    values[name] === undefined ? whole : encodeURIComponent(values[name]),
  );
};

/** As `linkOf`. Errors: FaultlineError 'environment' when the broker does not offer that. */
export const needLink = (
  broker: Broker,
  document: unknown,
  rel: string,
  values: Readonly<Record<string, string>> = {},
): string => {
  const found = linkOf(document, rel, values);
  if (found === undefined) throw noBroker(broker, `it offers no link ${rel} (an old version?)`);
  return found;
};

/** The broker's index: proof that it is one, is there and takes the credentials. Errors: FaultlineError 'environment'. */
export const indexOf = async (broker: Broker): Promise<unknown> => (await ask(broker, { url: `${broker.url}/` })).json;
