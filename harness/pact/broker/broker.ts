/** Which broker, and with which credentials. Nothing here is ever written anywhere. */
import { FaultlineError } from '../../base/errors.ts';
import { isLoopback } from '../../base/loopback.ts';
import { createRedactor, redact } from '../../base/redact.ts';
import type { Redactor } from '../../base/redact.ts';
import { parseSwitch } from '../../config/switch.ts';

export interface BrokerOptions {
  readonly url?: string | undefined;
  readonly token?: string | undefined;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  /** Somebody has said that credentials may pass a network without TLS. */
  readonly plaintext?: boolean | undefined;
}

export interface Broker {
  /** Without credentials and without a slash at the end: may be printed. */
  readonly url: string;
  /** Value of the Authorization header; secret. */
  readonly authorization: string | undefined;
  /** How pact-cli is told the same: variables for its process alone; secret. */
  readonly environment: Readonly<Record<string, string>>;
  /** What it is authenticated with, in words, for hints. */
  readonly credentials: string;
  /** Removes the credentials from what the broker or pact-cli said. */
  readonly clean: Redactor;
}

type Environment = Readonly<Record<string, string | undefined>>;

const usage = (message: string, hint: string): FaultlineError => new FaultlineError('usage', message, hint);

const given = (value: string | undefined): string | undefined => (value === '' ? undefined : value);

interface Credentials {
  readonly token: string | undefined;
  readonly username: string | undefined;
  readonly password: string | undefined;
}

const some = ({ token, username, password }: Credentials): boolean =>
  token !== undefined || username !== undefined || password !== undefined;

const decoded = (part: string): string => {
  try {
    return decodeURIComponent(part);
  } catch {
    throw usage(
      'the credentials in the address of the broker have a "%" that begins no code',
      'Write %25 for it, or give PACT_BROKER_USERNAME and PACT_BROKER_PASSWORD.',
    );
  }
};

/** Options first, then the address itself (https://user:password@broker), then the environment; never a mix of them. */
const chooseCredentials = (options: BrokerOptions, address: URL, env: Environment): Credentials => {
  const sources: readonly Credentials[] = [
    { token: given(options.token), username: given(options.username), password: given(options.password) },
    {
      token: undefined,
      username: given(decoded(address.username)),
      password: given(decoded(address.password)),
    },
    {
      token: given(env['PACT_BROKER_TOKEN']),
      username: given(env['PACT_BROKER_USERNAME']),
      password: given(env['PACT_BROKER_PASSWORD']),
    },
  ];
  const chosen = sources.find(some) ?? { token: undefined, username: undefined, password: undefined };
  if (chosen.token !== undefined && (chosen.username !== undefined || chosen.password !== undefined))
    throw usage('both a token and a user name or password are given for the broker', 'Give one of the two.');
  if ((chosen.username === undefined) !== (chosen.password === undefined))
    throw usage(
      'a user name for the broker without its password, or a password without its user name',
      'Give PACT_BROKER_USERNAME and PACT_BROKER_PASSWORD, or PACT_BROKER_TOKEN alone.',
    );
  const { token = '', username = '', password = '' } = chosen;
  // What a header cannot hold would be told as trouble with the network.
  if (/[^\x20-\x7e]/.test(token) || /[\0-\x1f\x7f]/.test(username + password))
    throw usage(
      'the credentials for the broker have characters that they cannot have',
      'Is there a line break in them?',
    );
  return chosen;
};

const PLAINTEXT = 'FAULTLINE_BROKER_PLAINTEXT';

const mayBePlain = (env: Environment): boolean => {
  const said = given(env[PLAINTEXT]);
  return said !== undefined && parseSwitch(PLAINTEXT, said);
};

/** Errors: FaultlineError 'usage' where credentials would pass a network as they are and nobody has said that they may. */
const requirePrivacy = (address: URL, credentials: Credentials, allowed: boolean): void => {
  const host = address.hostname.replace(/^\[|\]$/g, '');
  if (!some(credentials) || address.protocol === 'https:' || allowed || isLoopback(host)) return;
  throw usage(
    `the broker at ${address.host} would get its credentials without TLS, for everybody on the way to read`,
    `Give an address with https://; where there is none: --broker-plaintext (${PLAINTEXT}=1).`,
  );
};

const parseAddress = (text: string): URL => {
  const found = URL.canParse(text) ? new URL(text) : undefined;
  if (found === undefined || !['http:', 'https:'].includes(found.protocol))
    throw usage('what is given is no address of a broker', 'Give one like https://broker.example.org.');
  return found;
};

const SHORTEST_LITERAL = 6;

/** As `createRedactor`; a text with a credential that is too short to be replaced is not shown at all. */
const cleaner = (secrets: readonly string[]): Redactor => {
  const hide = createRedactor(secrets);
  const short = secrets.filter(({ length }) => length > 0 && length < SHORTEST_LITERAL);
  return (text) =>
    short.some((secret) => text.includes(secret)) ? '(not shown: it may hold credentials)' : hide(text);
};

/**
 * The broker that options and environment name. Errors: FaultlineError 'usage' without an address, with one that is none,
 * or with credentials that do not belong together.
 */
export const brokerFrom = (options: BrokerOptions, env: Environment): Broker => {
  const text = given(options.url) ?? given(env['PACT_BROKER_BASE_URL']);
  if (text === undefined)
    throw usage('no address of a Pact broker is given', 'Set PACT_BROKER_BASE_URL, or give --broker-base-url.');
  const address = parseAddress(text);
  const credentials = chooseCredentials(options, address, env);
  requirePrivacy(address, credentials, options.plaintext === true || mayBePlain(env));
  const { token, username, password } = credentials;
  const url = `${address.origin}${address.pathname.replace(/\/+$/, '')}`;
  if (token !== undefined)
    return {
      url,
      authorization: `Bearer ${token}`,
      environment: { PACT_BROKER_BASE_URL: url, PACT_BROKER_TOKEN: token },
      credentials: 'a token',
      clean: cleaner([token]),
    };
  if (username !== undefined && password !== undefined) {
    const basic = Buffer.from(`${username}:${password}`).toString('base64');
    return {
      url,
      authorization: `Basic ${basic}`,
      environment: { PACT_BROKER_BASE_URL: url, PACT_BROKER_USERNAME: username, PACT_BROKER_PASSWORD: password },
      credentials: 'a user name and a password',
      clean: cleaner([basic, password, encodeURIComponent(password)]),
    };
  }
  return {
    url,
    authorization: undefined,
    environment: { PACT_BROKER_BASE_URL: url },
    credentials: 'none',
    clean: redact,
  };
};
