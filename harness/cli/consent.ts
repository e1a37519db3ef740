/** `--i-own-this-cluster`: an option of the command line, and a variable for everything behind it. */
import { Option } from '@commander-js/extra-typings';
import { CONSENT } from '../environment/external/consent.ts';
import type { CommandContext } from './context.ts';

export interface ConsentFlags {
  readonly iOwnThisCluster?: boolean;
}

export const consentOption = () =>
  new Option(
    CONSENT.option,
    'for --env external without a prefix: nobody else depends on that Kafka; the run says without it what it would do there',
  );

/** The context of a command whose user gave the option, or did not. */
export const withConsent = (context: CommandContext, { iOwnThisCluster }: ConsentFlags): CommandContext =>
  iOwnThisCluster === true
    ? { ...context, io: { ...context.io, env: { ...context.io.env, [CONSENT.variable]: '1' } } }
    : context;
