/** `faultline up`: keeps an environment running for somebody to poke at. */
import { dirname, join } from 'node:path';
import { EXIT, FaultlineError } from '../../base/errors.ts';
import { makeNotesFolder } from '../../base/make-folder.ts';
import { inSingleQuotes } from '../../base/shell.ts';
import { loadConfig } from '../../config/load.ts';
import { notesFolder } from '../../config/cache-folder.ts';
import type { Config } from '../../config/types.ts';
import { checkSchemaCommand } from '../../database/schema.ts';
import { holderOf, isHold, takeHold } from '../../environment/embedded/hold.ts';
import type { Hold } from '../../environment/embedded/hold.ts';
import { isHere } from '../../environment/embedded/owner.ts';
import type { Owner } from '../../environment/embedded/owner.ts';
import type { EnvironmentChoice } from '../../environment/start.ts';
import type { Io } from '../io.ts';
import type { Command } from '../context.ts';
import { createProgress } from '../progress.ts';
import { onStopSignals } from '../../run/signals.ts';

/** The addresses as a table, and as lines that a shell can take over. */
export const addressesText = (addresses: Readonly<Record<string, string>>): string => {
  const entries = Object.entries(addresses);
  const width = Math.max(0, ...entries.map(([name]) => name.length));
  return [
    ...entries.map(([name, value]) => `${name.padEnd(width)}  ${value}`),
    '',
    ...entries.map(([name, value]) => `export ${name}=${inSingleQuotes(value)}`),
    '',
    'Up until Ctrl-C, or `faultline down` in another terminal.',
    '',
  ].join('\n');
};

/** Which process keeps the environment of `faultline up`. */
export const upFile = (config: Config, io: Io): string => join(notesFolder(config, io.env), 'up.json');

const upAlready = (owner: Owner, file: string): FaultlineError =>
  isHere(owner)
    ? new FaultlineError(
        'usage',
        `an environment is up already, kept by process ${owner.pid}`,
        'Use it, or end it with `faultline down`.',
      )
    : new FaultlineError(
        'usage',
        `an environment is up already, kept by process ${owner.pid} of ${owner.hostname}`,
        `Use it, or end it there with \`faultline down\`; if that host or container is gone, remove ${file}.`,
      );

/** Errors: FaultlineError 'usage' when one is up already, or nothing can be kept there. */
const takeUp = async (file: string): Promise<Hold> => {
  try {
    makeNotesFolder(dirname(file));
    const taken = await takeHold(file);
    if (!isHold(taken)) throw upAlready(taken, file);
    const other = holderOf(file);
    if (other === undefined) return taken;
    taken.release();
    throw upAlready(other, file);
  } catch (error) {
    if (error instanceof FaultlineError) throw error;
    throw new FaultlineError(
      'usage',
      `cannot note in ${file} what is up: ${(error as Error).message}`,
      'Make its folder writable, or name another one with FAULTLINE_HOME.',
    );
  }
};

export const up: Command<[options: { readonly environment: EnvironmentChoice }]> = async (
  { io, parts, signals, exitNow },
  { environment },
) => {
  const config = await loadConfig({ cwd: io.cwd });
  checkSchemaCommand(config.database.schema, io.env);
  const held = await takeUp(upFile(config, io));
  const progress = createProgress(io.stderr);
  let kill = (): void => undefined;
  let stop = (): void => undefined;
  const stopped = new Promise<void>((resolve) => {
    stop = resolve;
  });
  // Waiting for a signal alone does not keep a process alive.
  const alive = setInterval(() => undefined, 60_000);
  const stopListening = onStopSignals(signals, stop, () => {
    kill();
    held.release();
    exitNow(EXIT.interrupted);
  });
  try {
    const standing = await parts.openStanding({ config, environment, progress: progress.say, env: io.env });
    kill = () => standing.kill();
    try {
      progress.clear();
      io.stdout.write(addressesText(standing.addresses));
      await stopped;
      progress.say('stopping');
    } finally {
      await standing.close();
    }
    // Ending it is what was asked for.
    return EXIT.ok;
  } finally {
    clearInterval(alive);
    held.release();
    progress.clear();
    stopListening();
  }
};
