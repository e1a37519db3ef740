/** `npm run contracts:mutants`: prints the table; exit code 1 when a mutant is missed or a harmless change is alarmed about. */
import { join } from 'node:path';
import { packageRoot } from '../../harness/base/package-root.ts';
import { resolveConfig } from '../../harness/config/resolve.ts';
import { startEmbedded } from '../../harness/environment/embedded/embedded.ts';
import { openStubProvider } from '../../harness/pact/provider/stub-provider.ts';
import { openVerifier } from '../../harness/pact/provider/verifier.ts';
import { ANSWER_MUTANTS } from './answers.ts';
import { EVENT_MUTANTS } from './events.ts';
import { answerRow, answersPact, checkUnchanged, eventRow } from './run.ts';
import { complete, tableText } from './table.ts';
import type { Row } from './types.ts';

const environment = await startEmbedded({
  cacheDir: join(packageRoot, '.faultline'),
  env: process.env,
  progress: (line) => process.stderr.write(`${line}\n`),
});
const rows: Row[] = [];
try {
  const stub = await openStubProvider({
    environment,
    config: resolveConfig({}, packageRoot, null),
    provider: 'admin-service',
    schema: { file: join(packageRoot, 'fixtures/schema.sql') },
    env: {},
  });
  const verifier = await openVerifier();
  try {
    const document = answersPact();
    await checkUnchanged({ verifier, stub }, document);
    for (const mutant of ANSWER_MUTANTS) rows.push(await answerRow({ verifier, stub }, document, mutant));
    for (const mutant of EVENT_MUTANTS) rows.push(await eventRow(mutant));
  } finally {
    await verifier.close();
    await stub.close();
  }
} finally {
  await environment.stop();
}
process.stdout.write(tableText(rows));
process.exit(complete(rows) ? 0 : 1);
