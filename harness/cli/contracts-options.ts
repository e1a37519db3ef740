/** Options that several of the contracts' commands take. */
import type { Command as Program, OptionValues } from '@commander-js/extra-typings';
import { Option } from '@commander-js/extra-typings';
import type { BrokerOptions } from '../pact/broker/broker.ts';
import { collect } from './values.ts';

/** Takes a command's exit code. */
export type Finish = (code: number) => void;

/** Where the pacts are when no folder is given (commands/contracts/pacts-folder.ts). */
export const PACTS_DEFAULT = 'default: `pacts` of the configuration, or contracts/pacts';

/** Options that collect: given several times for several. */
export const several = <const Flags extends string>(flags: Flags, description: string) =>
  new Option(flags, description).argParser(collect<string>).default([], 'none');

/** Adds the options of every command that speaks with a broker. */
export const addBrokerOptions = <Args extends unknown[], Options extends OptionValues>(
  command: Program<Args, Options>,
) =>
  command
    .option('--broker-base-url <url>', "the broker's address (default: PACT_BROKER_BASE_URL)")
    .option(
      '--broker-token <token>',
      'bearer token (default: PACT_BROKER_TOKEN, which other users of this machine do not see)',
    )
    .option('--broker-username <name>', 'user name for basic authentication (default: PACT_BROKER_USERNAME)')
    .option('--broker-password <password>', 'password for basic authentication (default: PACT_BROKER_PASSWORD)')
    .option(
      '--broker-plaintext',
      'credentials may go to another machine without TLS (default: FAULTLINE_BROKER_PLAINTEXT)',
    );

type BrokerFlags = ReturnType<ReturnType<typeof addBrokerOptions<[], Record<never, never>>>['opts']>;

/** What the user gave of them. */
export const brokerOf = (flags: BrokerFlags): BrokerOptions => ({
  url: flags.brokerBaseUrl,
  token: flags.brokerToken,
  username: flags.brokerUsername,
  password: flags.brokerPassword,
  plaintext: flags.brokerPlaintext,
});
