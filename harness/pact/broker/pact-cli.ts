/** pact-cli as a process: the program that speaks with brokers. */
import { createRequire } from 'node:module';
import { execa } from 'execa';
import { FaultlineError } from '../../base/errors.ts';
import { dyingWithParent } from '../../base/parent-death.ts';
import type { Broker } from './broker.ts';
import { EXCHANGE_MS } from './http.ts';

/** All that it gets of the environment: certificates and where programs are; not other credentials, nor switches of its own. */
const PASSED_ON = ['PATH', 'HOME', 'LD_LIBRARY_PATH', 'SSL_CERT_FILE', 'SSL_CERT_DIR', 'SystemRoot'] as const;

export interface PactCliResult {
  /** Exit code 0. Says little: with JSON output it is 0 for a "no" too. */
  readonly succeeded: boolean;
  /** Both streams, without credentials. */
  readonly text: string;
}

interface Standalone {
  readonly standalone: () => { readonly pactFullPath: string };
}

const findProgram = (): string => {
  try {
    const require = createRequire(import.meta.url);
    return (require('@pact-foundation/pact-cli/src/pact-standalone.js') as Standalone).standalone().pactFullPath;
  } catch {
    throw new FaultlineError(
      'setup',
      'pact-cli is not installed for this system',
      'Install again with optional dependencies: npm ci, without --omit=optional.',
    );
  }
};

/**
 * Runs `pact broker …` against the broker. Address and credentials go through its environment, never its arguments; it
 * does not retry, as it would for 63 s, and is killed after EXCHANGE_MS. Errors: FaultlineError 'environment' then.
 */
export const pactCli = async (
  broker: Broker,
  args: readonly string[],
  options: { readonly cwd: string; readonly env: Readonly<Record<string, string | undefined>> },
): Promise<PactCliResult> => {
  const [program, ...rest] = dyingWithParent('KILL', [findProgram(), 'broker', ...args, '--retries', '0']);
  const passed = PASSED_ON.flatMap((name) => (options.env[name] === undefined ? [] : [[name, options.env[name]]]));
  const result = await execa(program, rest, {
    cwd: options.cwd,
    env: { ...Object.fromEntries(passed), ...broker.environment, PACT_DO_NOT_TRACK: 'true' },
    extendEnv: false,
    stdin: 'ignore',
    all: true,
    reject: false,
    timeout: EXCHANGE_MS,
    killSignal: 'SIGKILL',
  });
  if (result.timedOut)
    throw new FaultlineError(
      'environment',
      `the broker at ${broker.url} did not answer pact-cli within ${EXCHANGE_MS / 1000} s`,
      'Is it overloaded? Look at its log.',
    );
  return { succeeded: result.exitCode === 0, text: broker.clean(result.all) };
};

/** What pact-cli said went wrong, on one line. */
export const complaintOf = ({ text }: PactCliResult): string => {
  const lines = text.split('\n').map((line) => line.trim());
  const first = lines.findIndex((line) => line.startsWith('❌'));
  const said = (first === -1 ? lines : lines.slice(first)).filter((line) => line !== '').slice(0, 4);
  return said.join(' ').replaceAll('❌', '').replaceAll(/\s+/g, ' ').trim().slice(0, 400) || 'it said nothing';
};
