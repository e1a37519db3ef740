/** `faultline stub`: a service's stub by itself, until Ctrl-C. */
import { EXIT, FaultlineError } from '../../base/errors.ts';
import { loadConfig } from '../../config/load.ts';
import { openStub } from '../../trial/stub.ts';
import type { Command } from '../context.ts';
import { onStopSignals } from '../signals.ts';

export interface StubFlags {
  readonly databaseUrl?: string;
  readonly host: string;
  /** Left out: the one that the pipeline says. */
  readonly port?: number;
  /** Left out: the pipeline's only one. */
  readonly service?: string;
}

/** Of the pipeline of the project. Errors: FaultlineError 'usage' without a database, 'environment' when it or the port is not available. */
export const stub: Command<[StubFlags]> = async ({ io, signals, exitNow }, { databaseUrl, host, port, service }) => {
  if (databaseUrl === undefined || databaseUrl === '')
    throw new FaultlineError(
      'usage',
      'the stub needs a database: --database-url (or DATABASE_URL) is missing',
      'Give postgres://, then user:password, @, and host:port/database of one with the tables of the pipeline.',
    );
  let stop = (): void => undefined;
  const stopped = new Promise<void>((resolve) => (stop = resolve));
  const stopListening = onStopSignals(signals, stop, () => exitNow(EXIT.interrupted));
  try {
    const config = await loadConfig({ cwd: io.cwd });
    const running = await openStub({
      config,
      service,
      databaseUrl,
      host,
      port,
      say: (line) => io.stdout.write(`${line}\n`),
    });
    await stopped;
    await running.close();
    // Ending it is what was asked for.
    return EXIT.ok;
  } finally {
    stopListening();
  }
};
