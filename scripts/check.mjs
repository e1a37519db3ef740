/** `npm run check`: everything that can be wrong without running anything. All checks run; exit code 1 if one fails. */
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { ensureInstalled, root } from './bootstrap.mjs';

const bin = (name, file) => join(root, 'node_modules', name, file);

const CHECKS = [
  { name: 'types', args: [bin('typescript', 'bin/tsc'), '--noEmit', '-p', 'tsconfig.json'] },
  { name: 'types of the report', args: [bin('typescript', 'bin/tsc'), '--noEmit', '-p', 'report/tsconfig.json'] },
  { name: 'lint', args: [bin('oxlint', 'bin/oxlint'), '--deny-warnings'] },
  { name: 'format', args: [bin('prettier', 'bin/prettier.cjs'), '--check', '--log-level=warn', '.'] },
  { name: 'dead exports', args: [bin('knip', 'bin/knip.js'), '--no-progress'] },
  { name: 'exports for tests alone', args: [bin('knip', 'bin/knip.js'), '--production', '--no-progress'] },
  { name: 'import boundaries', args: [join(root, 'scripts/boundaries.mjs')] },
];

const runCheck = ({ name, args }) =>
  new Promise((resolve) => {
    const begun = performance.now();
    const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (chunk) => (said += chunk));
    child.on('close', (code) =>
      resolve({ name, passed: code === 0, said, seconds: (performance.now() - begun) / 1000 }),
    );
  });

const report = ({ name, passed, said, seconds }) => {
  process.stdout.write(`${passed ? 'passed' : 'FAILED'}  ${name} (${seconds.toFixed(1)} s)\n`);
  if (!passed) process.stdout.write(`${said.trimEnd().replace(/^/gm, '    ')}\n`);
};

await ensureInstalled();
const waiting = [...CHECKS];
const results = [];
const work = async () => {
  for (let check = waiting.shift(); check; check = waiting.shift()) {
    const result = await runCheck(check);
    report(result);
    results.push(result);
  }
};
await Promise.all(Array.from({ length: Math.min(availableParallelism(), 4) }, work));
const failed = results.filter(({ passed }) => !passed);
process.stdout.write(`${results.length - failed.length} passed, ${failed.length} failed\n`);
process.exit(failed.length === 0 ? 0 : 1);
