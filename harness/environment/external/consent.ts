/**
 * Nothing of somebody's cluster is touched, not even asked for its names, before its owner has said so. Under a prefix
 * nothing of somebody's is touched at all: everything that the run makes or writes to has a name of its own.
 */
import { FaultlineError } from '../../base/errors.ts';
import type { ExternalSettings, HostAndPort } from '../../config/types.ts';
import { TOPICS } from '../../pipeline/pipeline.ts';
import type { Variables } from '../setup/parts.ts';

/** The option, and the variable that says the same where options are variables. */
export const CONSENT = { option: '--i-own-this-cluster', variable: 'FAULTLINE_I_OWN_THIS_CLUSTER' } as const;

export const nameOf = ({ host, port }: HostAndPort): string =>
  host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;

/** Errors: FaultlineError 'usage' that says what the run would do there. Never under a prefix. */
export const requireConsent = (settings: ExternalSettings, groups: readonly string[], env: Variables): void => {
  const { kafka, postgres } = settings;
  if (kafka.prefix !== '' || ['1', 'true'].includes(env[CONSENT.variable] ?? '')) return;
  throw new FaultlineError(
    'usage',
    [
      `--env external needs ${CONSENT.option}. With it, this run would`,
      `  on Kafka at ${kafka.brokers.map(nameOf).join(', ')}`,
      `    publish test events to ${TOPICS.join(', ')},`,
      '    make those of them that are missing, and delete what it made at the end,',
      `    commit offsets for the groups ${groups.join(', ')} at the ends of their topics: what they have not read yet is skipped,`,
      `  on PostgreSQL at ${nameOf(postgres)}`,
      '    make databases (and a role, if it may) whose names begin with faultline_, and drop them at the end.',
      'It deletes no topic, group or database that was there before, and stops if somebody else is a member of these groups.',
    ].join('\n'),
    `Only where no other consumer, producer or person depends on it: add ${CONSENT.option} (or ${CONSENT.variable}=1). ` +
      'Elsewhere give a prefix (external.kafka.prefix), and topics and groups of its own are made.',
  );
};
