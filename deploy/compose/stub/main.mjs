/** The stub's container: what `faultline stub` does, bundled by stub.Dockerfile into one file. DATABASE_URL, HOST, PORT. */
import { dataApart } from '../../../dist/harness/pipeline/code.js';
import { openStub } from '../../../dist/harness/trial/stub.js';
import { purchaseToTrainer } from '../../../dist/pipelines/purchase-to-trainer/pipeline.js';

const { DATABASE_URL: databaseUrl = '', HOST: host = '0.0.0.0', PORT: port = '3010' } = process.env;
const say = (line) => process.stdout.write(`${line}\n`);

try {
  const { declaration: pipeline, stubs } = dataApart(purchaseToTrainer);
  const stub = await openStub({ config: { pipeline, stubs }, databaseUrl, host, port: Number(port), say });
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void stub.close().then(() => process.exit(0)));
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exit(4);
}
