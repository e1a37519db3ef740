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
  ...['acts', 'declaration', 'message', 'pact-rules', 'pacts', 'stub'].map((words) => `harness/pipeline/${words}.ts`),
  'harness/base/package-root.ts',
];
/** What takes the shipped one: its data, and what stands for its services and its workers. */
const SHIPPED = ['harness/pipeline/shipped.ts', 'harness/config/resolve.ts'];

/** Which folders of harness/ a folder may import from, besides itself and those that everybody may. */
const EVERYBODYS = ['base', 'addresses'];
const MAY_IMPORT = {
  base: [],
  // Where things listen: data alone.
  addresses: [],
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
  pact: [...WORDS, 'environment', 'services', 'recorder', 'database', 'slot', 'contract'],
  runner: [...WORDS, 'trial', 'environment', 'verdict'],
  reporters: [...WORDS, 'runner', 'contract', 'verdict'],
  // Its view and its difference know histories alone: the page has them inside.
  report: ['history', 'pipeline', 'contract', 'invariants', 'verdict', 'reporters'],
  // Which trials, running them, and what runs left read again; how it is asked for and told is the command line's.
  run: [...WORDS, 'environment', 'database', 'workers', 'trial', 'runner', 'reporters', 'report', 'verdict'],
  // It asks of parts whether they could be started, and plays with none of them itself.
  cli: [
    ...WORDS,
    'environment',
    'workers',
    'database',
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

const IMPORT = /^(?:import|export)\s[^'";]*?from\s+'(\.[^']+)'|^import\s+'(\.[^']+)'|\bimport\('(\.[^']+)'\)/gm;

const slashed = (path) => path.split(sep).join('/');

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

/** Files of the checkout with what each imports of it, also types, and where; paths with slashes. */
const importsBelow = (folder) =>
  ['harness', 'pipelines', 'examples', 'scenarios', 'fixtures']
    .flatMap((name) => filesBelow(join(folder, name)))
    .map((file) => {
      const text = readFileSync(file, 'utf8');
      const imports = [...text.matchAll(IMPORT)].map((match) => {
        const [, ...targets] = match;
        const path = join(dirname(file), targets.find(Boolean));
        return { path: slashed(relative(folder, path)), line: text.slice(0, match.index).split('\n').length };
      });
      return { path: slashed(relative(folder, file)), imports };
    });

/** Circles of imports, each from a file back to itself: nobody in one can be read, moved or tested without the rest. */
export const importCircles = (files) => {
  const importsOf = new Map(files.map(({ path, imports }) => [path, imports.map((each) => each.path)]));
  const found = [];
  const done = new Set();
  const follow = (path, way) => {
    const at = way.indexOf(path);
    if (at !== -1) return void found.push([...way.slice(at), path].join(' -> '));
    if (done.has(path)) return;
    for (const next of importsOf.get(path) ?? []) follow(next, [...way, path]);
    done.add(path);
  };
  for (const path of importsOf.keys()) follow(path, []);
  return found;
};

/** Every import that crosses a boundary, and every circle, as lines for a reader. */
export const brokenBoundaries = (folder = root) => {
  const files = importsBelow(folder);
  const crossing = files.flatMap(({ path, imports }) =>
    imports.flatMap((imported) => {
      const wrong = wrongWith(path, imported.path);
      return wrong === null ? [] : [`${path}:${imported.line} imports ${imported.path}: ${wrong}`];
    }),
  );
  return [...crossing, ...importCircles(files).map((circle) => `a circle of imports: ${circle}`)];
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const found = brokenBoundaries();
  for (const line of found) process.stdout.write(`${line}\n`);
  process.exit(found.length === 0 ? 0 : 1);
}
