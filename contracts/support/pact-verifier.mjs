// Pact's own verifier for messages, in a process of its own: it prints its report to stdout whatever it is told.
import { Verifier, providerWithMetadata } from '@pact-foundation/pact';

process.on('message', async ({ file, provider, messages }) => {
  const verifier = new Verifier({
    provider,
    pactUrls: [file],
    logLevel: 'error',
    messageProviders: Object.fromEntries(
      messages.map(({ description, contents, metadata }) => [
        description,
        providerWithMetadata(() => Promise.resolve(contents), metadata),
      ]),
    ),
  });
  const answer = await verifier.verifyProvider().then(String, (error) => String(error?.message ?? error));
  process.send({ file, answer });
});
