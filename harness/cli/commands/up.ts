/** `faultline up`: keeps an environment running for somebody to poke at. */
import { EXIT, FaultlineError } from '../../base/errors.ts';
import { loadConfig } from '../../config/load.ts';
import { notesFolder } from '../../config/cache-folder.ts';
import type { EnvironmentChoice } from '../../environment/start.ts';
import type { Command } from '../context.ts';
import { createProgress } from '../progress.ts';
import { onStopSignals } from '../signals.ts';
import { readUpFile, removeUpFile, upFileIn, writeUpFile } from '../up-file.ts';

const inSingleQuotes = (value: string): string => `'${value.replaceAll("'", "'\\''")}'`;

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

export const up: Command<[options: { readonly environment: EnvironmentChoice }]> = async (
  { io, parts, signals, exitNow },
  { environment },
) => {
  const config = await loadConfig({ cwd: io.cwd });
  const file = upFileIn(notesFolder(config, io.env));
  const other = readUpFile(file);
  if (other !== undefined)
    throw new FaultlineError(
      'usage',
      `an environment is up already, kept by process ${other.pid}`,
      'Use it, or end it with `faultline down`.',
    );
  const progress = createProgress(io.stderr);
  let kill = (): void => undefined;
  let stop = (): void => undefined;
  const stopped = new Promise<void>((resolve) => {
    stop = resolve;
  });
  // Waiting for a signal alone does not keep a process alive.
  const alive = setInterval(() => undefined, 60_000);
  const stopListening = onStopSignals(signals, stop, () => {
    removeUpFile(file);
    kill();
    exitNow(EXIT.interrupted);
  });
  try {
    const standing = await parts.openStanding({ config, environment, progress: progress.say, env: io.env });
    kill = () => standing.kill();
    try {
      writeUpFile(file);
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
    removeUpFile(file);
    progress.clear();
    stopListening();
  }
};
