/** The stub of a service with an environment of its own. */
import type { Config } from '../../config/types.ts';
import type { EnvironmentChoice } from '../../environment/start.ts';
import { openGrounds } from '../../slot/grounds.ts';
import { requireOwnParts } from '../own-parts.ts';
import { openStubProvider } from './stub-provider.ts';
import type { StubProvider } from './stub-provider.ts';

export interface OwnStub {
  /** The service. */
  readonly provider: string;
  readonly stub: StubProvider;
  close(): Promise<void>;
}

/** Errors: FaultlineError 'usage', 'setup', 'environment', 'config'; nothing is left open then. */
export const openOwnStub = async (options: {
  readonly config: Config;
  /** The service. */
  readonly provider: string;
  readonly environment: EnvironmentChoice;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly progress: (line: string) => void;
  /** Called when the environment is up: from then on `kill` ends it without waiting. */
  readonly whenUp: (kill: () => void) => void;
}): Promise<OwnStub> => {
  const { config, provider, env, progress } = options;
  requireOwnParts(options.environment);
  return openGrounds({ ...options, pipeline: config.pipeline }, async ({ environment, keep, close, kill }) => {
    options.whenUp(kill);
    const opening = openStubProvider({ environment, config, provider, schema: config.database.schema, env, progress });
    return { provider, stub: await keep(opening, (one) => one.close()), close };
  });
};
