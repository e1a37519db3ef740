/** What would only fail when it is started, said before anything is: commands that are not there. */
import { FaultlineError } from '../base/errors.ts';
import type { Config, WorkerSet } from '../config/types.ts';
import { checkSchemaCommand } from '../database/schema.ts';
import { checkCommands } from '../workers/command.ts';

const problemIn = (check: () => void): readonly FaultlineError[] => {
  try {
    check();
    return [];
  } catch (error) {
    if (error instanceof FaultlineError) return [error];
    throw error;
  }
};

/** Errors: FaultlineError 'worker' or 'config' that names every command that cannot be started. */
export const checkStartable = (
  config: Config,
  workers: WorkerSet,
  env: Readonly<Record<string, string | undefined>>,
): void => {
  const [first, ...others] = [
    ...workers.workers.flatMap((worker) => problemIn(() => checkCommands([worker], env))),
    ...problemIn(() => checkSchemaCommand(workers.schema ?? config.database.schema, env)),
  ];
  if (first === undefined) return;
  const all = [first, ...others];
  const hints = [...new Set(all.flatMap(({ hint }) => hint ?? []))];
  throw new FaultlineError(first.code, all.map(({ message }) => message).join('\n'), hints.join('\n'));
};
