/**
 * What other machines run: GitHub's workflow and Kubernetes' manifests. `npm run check:ci` finds what is wrong with them.
 * Not in `npm test`: the first fetch of its tools needs Python's pip.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '../../harness/base/package-root.ts';

const checkout = mkdtempSync(join(tmpdir(), 'faultline-ci-'));
afterAll(() => rmSync(checkout, { recursive: true, force: true }));
beforeAll(() => {
  for (const folder of ['.github', 'deploy', 'examples', 'templates'])
    cpSync(join(packageRoot, folder), join(checkout, folder), { recursive: true });
  // By this actionlint knows where local actions are looked for.
  mkdirSync(join(checkout, '.git'));
});

const check = (): { readonly said: string; readonly status: number | null } => {
  const script = join(packageRoot, 'scripts/check-ci.mjs');
  const { stdout, stderr, status } = spawnSync(process.execPath, [script, checkout], { encoding: 'utf8' });
  return { said: stdout + (status === 0 ? '' : stderr), status };
};

/** Replaces one text in a file of the copy. */
const damage = (file: string, from: string, to: string): void => {
  const path = join(checkout, file);
  const whole = readFileSync(path, 'utf8');
  expect(whole).toContain(from);
  writeFileSync(path, whole.replace(from, to));
};

const WORKFLOW = '.github/workflows/chaos.yml';
const ACTION = '.github/actions/set-up/action.yml';
const SHARDS = 'deploy/kubernetes/shards.yaml';

// The first one fetches the tools.
describe('npm run check:ci', { timeout: 600_000 }, () => {
  it('finds nothing wrong with this checkout', () => {
    expect(check()).toEqual({
      said: 'passed  workflows (actionlint)\npassed  manifests (kubeconform, Kubernetes 1.33.0)\npassed  what must agree\n3 passed, 0 failed\n',
      status: 0,
    });
  });

  it('finds everything that is wrong in a damaged one', () => {
    const damages = [
      [
        'a job that nobody knows',
        WORKFLOW,
        'needs: shard',
        'needs: shards',
        /FAILED {2}workflows[^]*job "verdict" needs job "shards" which does not exist/,
      ],
      [
        'a job that nobody knows, in the example',
        'examples/own-workers/.github/workflows/faultline.yml',
        'needs: shard',
        'needs: shrad',
        /FAILED {2}workflows[^]*job "verdict" needs job "shrad" which does not exist/,
      ],
      [
        'an expression that is none, in what init writes',
        'templates/github/.github/workflows/faultline.yml',
        'github.run_number',
        'github.run_numberr',
        /FAILED {2}workflows[^]*property "run_numberr" is not defined/,
      ],
      [
        'an input that the action does not have',
        WORKFLOW,
        "environment: 'false'",
        "environments: 'false'",
        /FAILED {2}workflows[^]*input "environments" is not defined/,
      ],
      [
        'an action that is not pinned',
        ACTION,
        'actions/setup-node@49933ea5288caeca8642d1e84afbd3f7d6820020 #',
        'actions/setup-node@v4.4.0 #',
        /FAILED {2}what must agree[^]*setup-node@v4\.4\.0 # v4\.4\.0 is not pinned/,
      ],
      [
        'a commit that is another elsewhere',
        ACTION,
        'actions/cache@5a3ec84eff668545956fd18022155c47e93e2684',
        'actions/cache@5a3ec84eff668545956fd18022155c47e93e2685',
        /FAILED {2}what must agree[^]*actions\/cache v4\.2\.3 is 5a3\w+5, and 5a3\w+4 elsewhere/,
      ],
      [
        'a checkout that keeps its credentials',
        WORKFLOW,
        'persist-credentials: false',
        'persist-credentials: true',
        /FAILED {2}what must agree[^]*the checkout of prepare keeps its credentials/,
      ],
      [
        'a secret that a whole job has',
        WORKFLOW,
        "PACT_DO_NOT_TRACK: 'true'",
        'PACT_BROKER_TOKEN: ${{ secrets.PACT_BROKER_TOKEN }}',
        /FAILED {2}what must agree[^]*a secret is given to all of contracts/,
      ],
      [
        'a token that may write where the checkout runs',
        WORKFLOW,
        '      # There only when there is a verdict.',
        '      - uses: ./.github/actions/set-up',
        /FAILED {2}what must agree[^]*comment may write, and runs what was checked out/,
      ],
      [
        'a field that Kubernetes does not have',
        SHARDS,
        'backoffLimitPerIndex: 0',
        'backOffLimitPerIndex: 0',
        /FAILED {2}manifests[^]*backOffLimitPerIndex/,
      ],
      [
        'a value of another type',
        SHARDS,
        'runAsNonRoot: true',
        "runAsNonRoot: 'yes'",
        /FAILED {2}manifests[^]*runAsNonRoot/,
      ],
      [
        'another number of shards',
        SHARDS,
        'completions: 4',
        'completions: 5',
        /FAILED {2}what must agree[^]*SHARDS is 4, and completions is 5/,
      ],
    ] as const;
    for (const [, file, from, to] of damages) damage(file, from, to);
    const { said, status } = check();
    for (const [what, , , , message] of damages) expect(said, what).toMatch(message);
    expect(said).toContain('0 passed, 3 failed');
    expect(status).toBe(1);
  });
});
