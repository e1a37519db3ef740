/** `--env external`: a Kafka and a PostgreSQL that run already, and are left as they were. */
import { isLoopback } from '../../base/loopback.ts';
import { FaultlineError } from '../../base/errors.ts';
import { externalSettings } from '../../config/external.ts';
import type { Config, ExternalSettings } from '../../config/types.ts';
import { startToxiproxy } from '../embedded/toxiproxy.ts';
import { makePremises } from '../embedded/premises.ts';
import type { PipelineDeclaration } from '../../pipeline/declaration.ts';
import { pipelineOf } from '../../pipeline/queries.ts';
import type { SetupOptions, Variables } from '../setup/parts.ts';
import { toxiproxyServer } from '../setup/toxiproxy.ts';
import type { Environment } from '../types.ts';
import { requireConsent, requireConsentFor } from './consent.ts';
import { joinKafka, lookAtKafka } from './kafka-cluster.ts';
import type { Asked, ClusterFacts } from './kafka-cluster.ts';
import { joinPostgres } from './postgres-server.ts';

export interface ExternalOptions extends SetupOptions {
  readonly pipeline: PipelineDeclaration;
  readonly config?: Pick<Config, 'root' | 'external'>;
  /** Groups of the workers that will run. */
  readonly consumerGroups?: readonly string[];
}

const settingsOf = (
  { config, consumerGroups: groups = [], pipeline }: Pick<ExternalOptions, 'config' | 'consumerGroups' | 'pipeline'>,
  env: Variables,
): ExternalSettings => {
  const settings = externalSettings(config?.external, env, { root: config?.root ?? '.', pipeline });
  requireConsent(settings, { groups, topics: pipelineOf(pipeline).topics }, env);
  return settings;
};

const askedOf = (
  settings: ExternalSettings,
  { consumerGroups: groups = [], pipeline }: Pick<ExternalOptions, 'consumerGroups' | 'pipeline'>,
  env: Variables,
): Asked => ({
  settings: settings.kafka,
  pipeline: pipelineOf(pipeline),
  groups,
  allow: (found) => requireConsentFor(found, settings, env),
});

/**
 * Looks at the Kafka cluster before a run is planned: which scenarios are possible there. Changes nothing.
 * Errors: FaultlineError 'config', 'usage' without consent, 'environment'.
 */
export const lookAtCluster = (
  options: Required<Pick<ExternalOptions, 'config' | 'consumerGroups' | 'pipeline'>> & { readonly env: Variables },
): Promise<ClusterFacts> => {
  const { env } = options;
  return lookAtKafka(askedOf(settingsOf(options, env), options, env));
};

/**
 * Joins the cluster: checks it, makes the topics that are missing and starts a Toxiproxy of its own, so that faults
 * work for the workers that the harness starts. `stop` takes away again what the run made, and nothing else.
 * Errors: FaultlineError 'config', 'usage' without consent, 'environment'; nothing is left behind then
 */
export const startExternal = async (options: ExternalOptions): Promise<Environment> => {
  const { env, progress } = options;
  const settings = settingsOf(options, env);
  const toxiproxyParts = await toxiproxyServer(options);
  const begun = performance.now();
  const told = new Set<string>();
  const onRefused = (what: string) => (error: Error) => {
    if (!told.has(error.message)) progress(`a connection to ${what} could not be made: ${error.message}`);
    told.add(error.message);
  };
  const premises = makePremises(env);
  const undo: (readonly [what: string, undo: () => Promise<void>])[] = [];
  const leaveAll = async (): Promise<void> => {
    const ended = await Promise.allSettled(undo.map(([, leave]) => leave()));
    await premises.end();
    const failed = ended.flatMap((one, i) =>
      one.status === 'rejected' ? [`${undo[i]?.[0]}: ${String((one.reason as Error).message)}`] : [],
    );
    if (failed.length > 0)
      throw new FaultlineError(
        'environment',
        `what this run made could not all be taken away again: ${failed.join('; ')}`,
        'Remove it by hand: topics of the pipeline that were not there before, databases and roles that begin with faultline_.',
      );
  };
  let left: Promise<void> | undefined;
  const leave = (): Promise<void> => (left ??= leaveAll());
  try {
    // PostgreSQL first: it makes nothing while Kafka may still refuse, and Kafka's topics come last of all.
    const postgres = await joinPostgres(settings.postgres, progress, onRefused('PostgreSQL'));
    undo.push(['PostgreSQL', postgres.leave]);
    const toxiproxy = await startToxiproxy(toxiproxyParts, premises.context);
    const kafka = await joinKafka(askedOf(settings, options, env), onRefused('Kafka'));
    undo.push(['Kafka', kafka.leave]);
    const allHere = [settings.postgres, ...kafka.places].every(({ host }) => isLoopback(host));
    return {
      mode: 'external',
      kafka: kafka.address,
      postgres: postgres.address,
      toxiproxy: toxiproxy.address,
      shared: kafka.shared,
      // A tunnel ends on this host as well, and the server at its other end has a clock of its own.
      sharedClock: allHere && postgres.sameClock,
      versions: { kafka: 'external', postgres: postgres.version, toxiproxy: toxiproxyParts.version },
      startedInMs: performance.now() - begun,
      died: toxiproxy.part.died.catch((error: unknown) => error as FaultlineError),
      stop: leave,
      kill: () => premises.kill(),
    };
  } catch (error) {
    await leave().catch(() => undefined);
    throw error;
  }
};
