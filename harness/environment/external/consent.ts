/**
 * Nothing of somebody's cluster is touched, not even asked for its names, before its owner has said so. Under a prefix
 * nothing of somebody's is touched at all: everything that the run makes or writes to has a name of its own, and where
 * something has such a name already, its owner is asked for all that.
 */
import { FaultlineError } from '../../base/errors.ts';
import { hostAndPort } from '../../base/host-and-port.ts';
import type { ExternalSettings } from '../../config/types.ts';
import type { Variables } from '../setup/parts.ts';

/** The option, and the variable that says the same where options are variables. */
export const CONSENT = { option: '--i-own-this-cluster', variable: 'FAULTLINE_I_OWN_THIS_CLUSTER' } as const;

const isGiven = (env: Variables): boolean => ['1', 'true'].includes(env[CONSENT.variable] ?? '');

/** Errors: FaultlineError 'usage' that says what the run would do there. Never under a prefix. */
export const requireConsent = (
  settings: ExternalSettings,
  { topics, groups }: { readonly topics: readonly string[]; readonly groups: readonly string[] },
  env: Variables,
): void => {
  const { kafka, postgres } = settings;
  if (kafka.prefix !== '' || isGiven(env)) return;
  throw new FaultlineError(
    'usage',
    [
      `--env external needs ${CONSENT.option}. With it, this run would`,
      `  on Kafka at ${kafka.brokers.map(hostAndPort).join(', ')}`,
      `    publish test events to ${topics.join(', ')},`,
      '    make those of them that are missing, and delete what it made at the end,',
      `    commit offsets for the groups ${groups.join(', ')} at the ends of their topics: what they have not read yet is skipped,`,
      `  on PostgreSQL at ${hostAndPort(postgres)}`,
      '    make databases (and a role, if it may) whose names begin with faultline_, and drop them at the end.',
      'It deletes no topic, group or database that was there before, and stops if somebody else is a member of these groups.',
    ].join('\n'),
    `Only where no other consumer, producer or person depends on it: add ${CONSENT.option} (or ${CONSENT.variable}=1). ` +
      'Elsewhere give a prefix (external.kafka.prefix), and topics and groups of its own are made.',
  );
};

/** So many are named. */
const MOST_NAMED = 10;

/**
 * The same for what begins with the prefix and was there before the run, by the broker's names.
 * Errors: FaultlineError 'usage' that names it.
 */
export const requireConsentFor = (found: readonly string[], { kafka }: ExternalSettings, env: Variables): void => {
  if (kafka.prefix === '' || isGiven(env) || found.length === 0) return;
  const names = [...found.slice(0, MOST_NAMED), ...(found.length > MOST_NAMED ? ['…'] : [])];
  throw new FaultlineError(
    'usage',
    `on Kafka at ${kafka.brokers.map(hostAndPort).join(', ')} there are topics, groups or transactional ids already that begin with ${kafka.prefix}: ${names.join(', ')}`,
    `They may be somebody's, or those of a run that was killed. Choose another prefix; or, only where nobody depends on them, ` +
      `add ${CONSENT.option}: test events are published there, and what the groups have not read yet is skipped.`,
  );
};
