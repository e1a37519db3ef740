/**
 * Holds the import boundaries of the design: imports point downwards only, and what judges a history knows nothing of how it came about.
 * Tests may import what they like.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

const WORDS = ['pipeline', 'history', 'scenario', 'config'];
const PARTS = ['faults', 'workers', 'environment', 'services', 'wire', 'recorder', 'database'];
const JUDGES = ['invariants', 'diagnosis'];

/** What a pipeline is written with, and the places that take the shipped one. */
const WRITTEN_WITH = ['config', 'scenario'];
const DECLARED_WITH = [
  ...['acts', 'declaration', 'message', 'stub'].map((words) => `harness/pipeline/${words}.ts`),
  'harness/base/package-root.ts',
];
/** What takes the shipped one: its data, and what stands for its services and its workers. */
const SHIPPED = [
  'harness/pipeline/shipped.ts',
  'harness/config/resolve.ts',
  // The making of its pacts.
  'harness/pact/consumer/calls.ts',
  'harness/pact/consumer/emit.ts',
];

/** Which folders of harness/ a folder may import from, besides itself and those that everybody may. */
const EVERYBODYS = ['base', 'addresses'];
const MAY_IMPORT = {
  base: [],
  // Where things listen: data alone.
  addresses: ['base'],
  pipeline: [],
  contract: ['pipeline'],
  history: ['pipeline', 'contract'],
  invariants: ['history', 'pipeline', 'contract'],
  diagnosis: ['history', 'pipeline', 'contract'],
  scenario: ['history', 'pipeline'],
  // From a history to its verdict, and what is told of verdicts: pure, and knows nothing of how a trial is run.
  verdict: ['history', 'pipeline', 'contract', 'scenario', ...JUDGES],
  // What a trial that failed came of: which trials would tell, and what they told.
  explain: ['history', 'pipeline', 'contract', 'scenario', 'invariants', 'verdict'],
  config: ['scenario', 'pipeline'],
  // What a project begins with.
  init: ['config'],
  faults: WORDS,
  workers: WORDS,
  // Whether a broker answers is asked in its own protocol, and somebody's cluster is reached through gateways that speak it.
  environment: [...WORDS, 'wire'],
  services: WORDS,
  wire: WORDS,
  database: WORDS,
  // It reads what the wire and the database carry, in their own protocols.
  recorder: [...WORDS, 'wire', 'database'],
  slot: [...WORDS, ...PARTS],
  trial: [...WORDS, ...PARTS, 'slot', 'contract', 'invariants', 'verdict'],
  // A system that runs is read into a history, which is judged as a trial's is.
  diagnose: [...WORDS, 'environment', 'wire', 'recorder', 'database', ...JUDGES],
  // Making, verifying and publishing pacts with real parts.
  pact: [...WORDS, ...PARTS, 'slot', 'contract'],
  runner: [...WORDS, 'trial', 'environment', 'verdict'],
  reporters: [...WORDS, 'runner', 'contract', 'verdict'],
  // Its view and its difference know histories alone: the page has them inside.
  report: ['history', 'pipeline', 'contract', 'invariants', 'verdict', 'reporters'],
  // Which trials, running them, and what runs left read again; how it is asked for and told is the command line's.
  run: [...WORDS, 'environment', 'database', 'workers', 'trial', 'runner', 'reporters', 'report', 'verdict'],
  cli: [
    ...WORDS,
    ...PARTS,
    'diagnosis',
    'contract',
    'trial',
    'runner',
    'run',
    'reporters',
    'report',
    'pact',
    'verdict',
    'init',
    'diagnose',
    'explain',
  ],
};

const IMPORT =
  /^(?:import|export)\s+(type\s)?[^'";]*?from\s+'(\.[^']+)'|^import\s+'(\.[^']+)'|\bimport\('(\.[^']+)'\)/gm;

const filesBelow = (folder) =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'testing' ? [] : filesBelow(path);
    return entry.name.endsWith('.ts') && !entry.name.endsWith('.test.ts') ? [path] : [];
  });

/** What is wrong with one import; null when nothing is. Paths are relative to the checkout, with slashes. */
export const wrongWith = (importer, imported) => {
  const [top, from, ...below] = importer.split('/');
  const [toTop, to, ...toBelow] = imported.split('/');
  if (top === 'pipelines' || top === 'examples')
    return toTop === top || DECLARED_WITH.includes(imported) || (toTop === 'harness' && WRITTEN_WITH.includes(to))
      ? null
      : 'a pipeline is data in the words of harness/pipeline, harness/config and harness/scenario';
  if (SHIPPED.includes(importer) && toTop === 'pipelines') return null;
  if (top === 'fixtures') return toTop === 'fixtures' ? null : 'a reference worker stands alone: teams copy it';
  if (toTop !== 'harness') return toTop === top ? null : `the harness imports nothing from ${toTop}/`;
  // harness/index.ts: all that a user imports, so it may import everything, and scenarios may import it.
  if (toBelow.length === 0) return top === 'harness' ? 'harness/index.ts is for users' : null;
  if (top === 'scenarios')
    return ['scenario', 'pipeline'].includes(to) ? null : 'scenarios are data in the words of harness/scenario';
  if (below.length === 0 || from === to) return null;
  if (MAY_IMPORT[from] === undefined) return `harness/${from} has no entry in scripts/boundaries.mjs`;
  const allowed = [...MAY_IMPORT[from], ...(EVERYBODYS.includes(from) ? [] : EVERYBODYS)];
  return allowed.includes(to) ? null : `${from} may import ${allowed.join(', ') || 'nothing'}`;
};

/** Every import that crosses a boundary, as lines for a reader. */
export const brokenBoundaries = (folder = root) => {
  const found = [];
  for (const file of ['harness', 'pipelines', 'examples', 'scenarios', 'fixtures'].flatMap((name) =>
    filesBelow(join(folder, name)),
  )) {
    const text = readFileSync(file, 'utf8');
    for (const match of text.matchAll(IMPORT)) {
      const [, , ...targets] = match;
      const imported = relative(folder, join(dirname(file), targets.find(Boolean)))
        .split(sep)
        .join('/');
      const importer = relative(folder, file).split(sep).join('/');
      const wrong = wrongWith(importer, imported);
      const line = text.slice(0, match.index).split('\n').length;
      if (wrong !== null) found.push(`${importer}:${line} imports ${imported}: ${wrong}`);
    }
  }
  return found;
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const found = brokenBoundaries();
  for (const line of found) process.stdout.write(`${line}\n`);
  process.exit(found.length === 0 ? 0 : 1);
}
