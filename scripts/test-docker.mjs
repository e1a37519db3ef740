/**
 * `npm run test:docker [-- arguments for vitest]`: the tests on a real Docker engine. Builds stand-ins for images that are not there, and
 * starts an engine if none runs; ends every process and container that it started.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { bootstrapAndSetUp, root, runNode } from './bootstrap.mjs';
import { openEngine } from './docker/engine.mjs';

await bootstrapAndSetUp();

const engine = await openEngine(join(root, '.faultline')).catch((error) => {
  process.stderr.write(`faultline: ${error.message}\n`);
  process.exit(1);
});
process.env.DOCKER_HOST = engine.host;
let code = 1;
try {
  const built = spawnSync('bash', [join(root, 'scripts/docker/build-images.sh')], { stdio: 'inherit' });
  if (built.status === 0) {
    const vitest = join(root, 'node_modules/vitest/vitest.mjs');
    const config = join(root, 'vitest.docker.config.ts');
    code = await runNode([vitest, 'run', '--config', config, ...process.argv.slice(2)]);
  }
  // What a test that failed may have left.
  await runNode([join(root, 'dist/harness/cli/main.js'), 'down']);
} finally {
  await engine.stop();
}
process.exit(code);
