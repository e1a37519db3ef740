/** `faultline stub`: a service's stub by itself, until Ctrl-C. */
import { EXIT, FaultlineError } from '../../base/errors.ts';
import { loadConfig } from '../../config/load.ts';
import { openStub } from '../../trial/stub.ts';
import type { Command } from '../context.ts';
import { writeLines } from '../io.ts';
import { onStopSignals } from '../../run/signals.ts';

export interface StubFlags {
  readonly databaseUrl?: string;
  readonly host: string;
  /** Left out: the one that the pipeline says. */
  readonly port?: number;
  /** Left out: the pipeline's only one. */
  readonly service?: string;
}

/** In words: written as a URL, its user would be hidden like a real one. */
const URL_SHAPE =
  'Give postgres://, then user:password, @, and host:port/database of one with the tables of the pipeline.';

/** What a connection string of PostgreSQL begins with: a URL, or the place of a socket. Anything else would be looked up as a host. */
const CONNECTS = /^(?:postgres(?:ql)?:\/\/|socket:|\/)/;

/** Of the pipeline of the project. Errors: FaultlineError 'usage' without a database, 'environment' when it or the port is not available. */
export const stub: Command<[StubFlags]> = async ({ io, signals, exitNow }, { databaseUrl, host, port, service }) => {
  if (databaseUrl === undefined || databaseUrl === '')
    throw new FaultlineError(
      'usage',
      'the stub needs a database: --database-url (or DATABASE_URL) is missing',
      URL_SHAPE,
    );
  // It may hold a password, so it is not shown.
  if (!CONNECTS.test(databaseUrl))
    throw new FaultlineError('usage', '--database-url (or DATABASE_URL) is no URL of a PostgreSQL database', URL_SHAPE);
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
      say: (line) => writeLines(io.stdout, line),
    });
    await stopped;
    await running.close();
    // Ending it is what was asked for.
    return EXIT.ok;
  } finally {
    stopListening();
  }
};
