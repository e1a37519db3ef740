/**
 * Pact's own verifier, in a process of its own: it prints its report to stdout whatever it is told, reads a dozen
 * variables of the environment (a broker's address adds pacts, PACT_DESCRIPTION leaves interactions out), and its proxy
 * ends the process when a provider breaks a connection.
 */
import { Verifier } from '@pact-foundation/pact';
import type { VerifierAnswer, VerifierJob } from './verifier.ts';

const answer = (given: VerifierAnswer): void => void process.send?.(given);

const verify = async ({ id, provider, providerUrl, stateUrl, file, timeoutMs }: VerifierJob): Promise<void> => {
  try {
    const verifier = new Verifier({
      provider,
      providerBaseUrl: providerUrl,
      // Pact's own state handlers answer "done" for a state nobody knows and for one that threw: ours do not.
      providerStatesSetupUrl: stateUrl,
      pactUrls: [file],
      timeout: timeoutMs,
      logLevel: 'error',
    });
    answer({ id, text: await verifier.verifyProvider() });
  } catch (error) {
    answer({ id, text: error instanceof Error ? error.message : String(error) });
  }
};

let last: Promise<void> = Promise.resolve();
process.on('message', (job: VerifierJob) => {
  last = last.then(() => verify(job));
});
process.on('disconnect', () => process.exit(0));
answer({ id: 0, text: 'ready' });
