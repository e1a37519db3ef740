/** A program of its own that starts an environment, says so, and waits to be told to stop or killed. Arguments: cache folder. */
import { once } from 'node:events';
import { startEmbedded } from '../../harness/environment/embedded/embedded.ts';

const cacheDir = process.argv[2] ?? '';
const environment = await startEmbedded({
  cacheDir,
  env: process.env,
  progress: (line) => process.stdout.write(`${JSON.stringify({ progress: line })}\n`),
});
const { kafka, postgres, toxiproxy } = environment;
process.stdout.write(`${JSON.stringify({ kafka, postgres, toxiproxy })}\n`);
const [order] = (await once(process.stdin, 'data')) as [Buffer];
if (order.toString().trim() === 'stop') await environment.stop();
else environment.kill();
process.exit(0);
