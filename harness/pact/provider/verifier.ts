/** Runs Pact's own verifier, over and over, in one process beside the harness. */
import { fork } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FaultlineError } from '../../base/errors.ts';
import { packageRoot } from '../../base/package-root.ts';

/** What the process is asked. */
export interface VerifierJob {
  readonly id: number;
  readonly provider: string;
  readonly providerUrl: string;
  readonly stateUrl: string;
  readonly file: string;
  readonly timeoutMs: number;
}

/** What it answers: the verifier's result as JSON text, or what went wrong. Number 0: it is there. */
export interface VerifierAnswer {
  readonly id: number;
  readonly text: string;
}

/** One difference, in Pact's own words. */
export interface PactMismatch {
  readonly type: string;
  readonly path?: string;
  readonly key?: string;
  readonly expected?: unknown;
  readonly actual?: unknown;
  readonly mismatch?: string;
}

interface PactError {
  readonly interaction: string;
  readonly mismatch:
    | { readonly type: 'mismatches'; readonly mismatches: readonly PactMismatch[] }
    | { readonly type: string; readonly message?: string };
}

/** What Pact's verifier says of a whole pact. */
export interface PactResult {
  readonly result: boolean;
  readonly errors: readonly PactError[];
  readonly pendingErrors: readonly PactError[];
  readonly interactionResults: readonly { readonly description: string; readonly result: string }[];
}

export interface VerifierRequest {
  readonly provider: string;
  readonly providerUrl: string;
  /** Where Pact's state changes are posted. */
  readonly stateUrl: string;
  /** The pact, as JSON text. */
  readonly pact: string;
}

export interface PactVerifier {
  /** Verifies one pact. Throws FaultlineError 'environment' when Pact's verifier itself did not come to a result. */
  verify(request: VerifierRequest): Promise<PactResult>;
  close(): Promise<void>;
}

/** ms Pact waits for one answer: more than the proxy before the provider does, which then says what is missing. */
const ANSWER_TIMEOUT_MS = 30_000;

const PROGRAM = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? './verifier-process.ts' : './verifier-process.js', import.meta.url),
);

const broken = (what: string): FaultlineError =>
  new FaultlineError(
    'environment',
    `Pact's verifier gave no result: ${what}`,
    'It is a native program that comes with @pact-foundation/pact for Linux, macOS and Windows; `npm ci` installs it.',
  );

const resultOf = (text: string): PactResult => {
  try {
    const result = JSON.parse(text) as PactResult;
    if (typeof result.result === 'boolean' && Array.isArray(result.interactionResults)) return result;
  } catch {
    // Said below.
  }
  throw broken(text.slice(0, 500));
};

interface Waiting {
  readonly resolve: (text: string) => void;
  readonly reject: (error: Error) => void;
}

/** Starts the process; its first answer takes half a second, later ones tens of milliseconds an interaction. */
export const openVerifier = async (): Promise<PactVerifier> => {
  const folder = mkdtempSync(join(tmpdir(), 'faultline-pact-'));
  const waiting = new Map<number, Waiting>();
  let jobs = 0;
  let closing = false;
  let said = '';

  const child = fork(PROGRAM, {
    cwd: packageRoot,
    execArgv: PROGRAM.endsWith('.ts') ? ['--import', 'jiti/register'] : [],
    env: { PACT_DO_NOT_TRACK: 'true' },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => (said = (said + chunk).slice(-2000)));
  child.on('message', ({ id, text }: VerifierAnswer) => {
    waiting.get(id)?.resolve(text);
    waiting.delete(id);
  });
  const ended = new Promise<void>((resolve) => {
    const end = (why: string): void => {
      for (const { reject } of waiting.values()) reject(broken(`${why}\n${said.trim()}`.trim()));
      waiting.clear();
      closing = true;
      resolve();
    };
    child.once('error', (error) => end(error.message));
    child.once('close', (code, signal) => end(`its process ended with ${signal ?? code}`));
  });
  const answerTo = (id: number): Promise<string> =>
    new Promise((resolve, reject) => {
      if (closing) reject(broken('its process has ended'));
      else waiting.set(id, { resolve, reject });
    });
  const close = async (): Promise<void> => {
    if (!closing) child.kill('SIGKILL');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };

  try {
    await answerTo(0);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    verify: async ({ provider, providerUrl, stateUrl, pact }) => {
      const id = (jobs += 1);
      const file = join(folder, `${id}.json`);
      writeFileSync(file, pact);
      const answered = answerTo(id);
      const job: VerifierJob = { id, provider, providerUrl, stateUrl, file, timeoutMs: ANSWER_TIMEOUT_MS };
      if (!closing) child.send(job);
      return resultOf(await answered);
    },
    close,
  };
};
