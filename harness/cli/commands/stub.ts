/** `faultline stub`: admin-service's stub by itself, until Ctrl-C. */
import { EXIT, FaultlineError } from '../../base/errors.ts';
import { openStub } from '../../trial/stub.ts';
import type { Command } from '../context.ts';
import { onStopSignals } from '../signals.ts';

export interface StubFlags {
  readonly databaseUrl?: string;
  readonly host: string;
  readonly port: number;
}

/** Errors: FaultlineError 'usage' without a database, 'environment' when it or the port is not to be had. */
export const stub: Command<[StubFlags]> = async ({ io, signals, exitNow }, { databaseUrl, host, port }) => {
  if (databaseUrl === undefined || databaseUrl === '')
    throw new FaultlineError(
      'usage',
      'the stub needs a database: --database-url (or DATABASE_URL) is missing',
      'Give postgres://, then user:password, @, and host:port/database of one with the table trainer_allocations.',
    );
  let stop = (): void => undefined;
  const stopped = new Promise<void>((resolve) => (stop = resolve));
  const stopListening = onStopSignals(signals, stop, () => exitNow(EXIT.interrupted));
  try {
    const running = await openStub({ databaseUrl, host, port, say: (line) => io.stdout.write(`${line}\n`) });
    await stopped;
    await running.close();
    // Ending it is what was asked for.
    return EXIT.ok;
  } finally {
    stopListening();
  }
};
