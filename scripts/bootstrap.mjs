/**
 * Brings a checkout to the point where Faultline can run: dependencies as in the lock file, dist/ as in the sources. What is right already
 * is left alone, and looking costs some 20 ms. Plain Node: nothing is installed yet when this runs.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildReport } from './build-report.mjs';
import { whileLocked } from './lock.mjs';

/** The checkout. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

const SOURCES = ['harness', 'pipelines', 'scenarios', 'fixtures', 'report'];
const SETTINGS = ['tsconfig.json', 'tsconfig.build.json', 'scripts/build-report.mjs'];
const STAMP = '.built-from';

const fail = (message, hint) => {
  process.stderr.write(`faultline: ${message}\n${hint ? `${hint}\n` : ''}`);
  process.exit(1);
};

const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'));

/** What npm wrote down last when it was done, compared with what it was to install. */
export const installedAsLocked = (folder = root) => {
  try {
    const wanted = readJson(join(folder, 'package-lock.json')).packages;
    const installed = readJson(join(folder, 'node_modules', '.package-lock.json')).packages;
    return Object.entries(wanted).every(([path, entry]) => {
      if (path === '') return true;
      const found = installed[path];
      // Another platform's binaries are not installed, and need not be.
      return found === undefined ? entry.optional === true : found.version === entry.version;
    });
  } catch {
    return false;
  }
};

const install = () => {
  process.stderr.write('installing dependencies from the lock file\n');
  const npm = process.env.npm_execpath;
  const args = [
    'ci',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
    '--include=dev',
    '--include=optional',
  ];
  const options = { cwd: root, stdio: ['ignore', 2, 2] };
  const result = npm ? spawnSync(process.execPath, [npm, ...args], options) : spawnSync('npm', args, options);
  if (result.status !== 0) fail('npm ci failed (its messages are above)', 'is the npm registry reachable?');
};

const sourceFiles = (folder) =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sourceFiles(path);
    return /\.(?:tsx?|css)$/.test(entry.name) && !entry.name.endsWith('.test.ts') ? [path] : [];
  });

/** Hash of everything that dist/ is made from. */
const sourcesHash = () => {
  const files = [
    ...SETTINGS.map((name) => join(root, name)),
    ...SOURCES.flatMap((name) => sourceFiles(join(root, name))),
  ];
  const hash = createHash('sha256').update(readJson(join(root, 'node_modules/typescript/package.json')).version);
  for (const file of files.sort()) hash.update(`\0${relative(root, file)}\0`).update(readFileSync(file));
  return hash.digest('hex');
};

const builtFrom = () => {
  const stamp = join(root, 'dist', STAMP);
  return existsSync(stamp) ? readFileSync(stamp, 'utf8') : '';
};

const build = async (hash) => {
  process.stderr.write('building dist\n');
  const unfinished = join(root, `dist.${process.pid}`);
  const old = join(root, `dist.${process.pid}.old`);
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const result = spawnSync(process.execPath, [tsc, '-p', 'tsconfig.build.json', '--outDir', unfinished], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  if (result.status !== 0) {
    rmSync(unfinished, { recursive: true, force: true });
    fail('the sources do not compile (messages above)', 'npm run check shows everything that is wrong');
  }
  await buildReport(unfinished);
  writeFileSync(join(unfinished, STAMP), hash);
  if (existsSync(join(root, 'dist'))) renameSync(join(root, 'dist'), old);
  renameSync(unfinished, join(root, 'dist'));
  rmSync(old, { recursive: true, force: true });
};

/** What builds that were killed left behind; under the lock nobody else is building. */
const discardUnfinished = () => {
  for (const name of readdirSync(root))
    if (name.startsWith('dist.')) rmSync(join(root, name), { recursive: true, force: true });
};

const locked = (work) => {
  mkdirSync(join(root, '.faultline'), { recursive: true });
  return whileLocked(join(root, '.faultline', 'bootstrap.lock'), work);
};

/** Installs the dependencies if they are not as in the lock file. */
export const ensureInstalled = async () => {
  if (!installedAsLocked()) await locked(() => installedAsLocked() || install());
};

/** Installs and builds what is not as it should be. Ends the process with a message when that fails. */
export const bootstrap = async () => {
  await ensureInstalled();
  if (builtFrom() === sourcesHash()) return;
  await locked(async () => {
    const hash = sourcesHash();
    if (builtFrom() === hash) return;
    discardUnfinished();
    await build(hash);
  });
};

/**
 * Runs a Node program of the checkout in the foreground; resolves to its exit code, 128 and the signal's number when a signal ended it.
 * A Ctrl-C reaches the whole foreground group: the program decides what it means. A SIGTERM reaches this process only, and is passed on.
 */
export const runNode = (args) =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd: root, stdio: 'inherit' });
    const ignore = () => undefined;
    const passOn = () => child.kill('SIGTERM');
    process.on('SIGINT', ignore).on('SIGTERM', passOn);
    child.on('close', (code, signal) => {
      process.off('SIGINT', ignore).off('SIGTERM', passOn);
      resolve(code ?? 128 + constants.signals[signal]);
    });
  });

/** The same, and all that an environment needs. Ends the process with the exit code of what fails. */
export const bootstrapAndSetUp = async () => {
  await bootstrap();
  const code = await runNode([join(root, 'dist/harness/cli/main.js'), 'setup']);
  if (code !== 0) process.exit(code);
};

if (process.argv[1] === fileURLToPath(import.meta.url)) await bootstrap();
