/** What would only fail when it is started, said before anything is: commands that are not there. */
import type { Config, WorkerSet } from '../config/types.ts';
import { checkSchemaCommand } from '../database/schema.ts';
import { checkCommands } from '../workers/command.ts';

/** Errors: FaultlineError 'worker' or 'config' that names the command. */
export const checkStartable = (
  config: Config,
  workers: WorkerSet,
  env: Readonly<Record<string, string | undefined>>,
): void => {
  checkCommands(workers.workers, env);
  checkSchemaCommand(workers.schema ?? config.database.schema, env);
};
