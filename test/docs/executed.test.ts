/**
 * Every command of the pages, typed by a shell in a project as the page has it before its eyes. Some minutes: only with
 * FAULTLINE_NIGHTLY=1 (npm run nightly); that commands and options are there is held by pages.test.ts at every run.
 */
import { chmodSync, cpSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { EXIT } from '../../harness/base/errors.ts';
import { packageRoot } from '../../harness/base/package-root.ts';
import { ownCache, projectWith, startProgram } from '../support/cli.ts';
import type { Ended } from '../support/cli.ts';
import { PAGES, faultlineCommands } from './pages.ts';

const IS_NIGHTLY = process.env['FAULTLINE_NIGHTLY'] === '1';
const DEADLINE_MS = 900_000;

/** What a command needs that is not here; what it does is tested with a stand-in of that. */
const NEEDS: readonly (readonly [command: RegExp, what: string])[] = [
  [/[…<[]/, 'what the reader puts in'],
  [/^contracts (?:can-i-deploy|record-deployment|publish(?! --dry-run))|--publish/, 'a Pact Broker'],
  [/--provider-url/, 'an admin-service'],
  [/--env (?:docker|external)/, 'an engine for containers, or a cluster'],
  [/^up$/, 'somebody who ends it'],
  [
    /^(?:diagnose|capture|judge incident|run (?:incident\.ts|scenarios\/captured))/,
    'a live system: program/walk.test.ts',
  ],
  [/^run --workers faultline\.config\.ts$/, 'packages of pip'],
];

/** Pages whose lines are a list of what there is. */
const LISTS = ['docs/commands.md', 'docs/options.md'];

/** As npm installs the command. */
const bin = projectWith({
  faultline: `#!/bin/sh\nexec node '${join(packageRoot, 'dist/harness/cli/main.js')}' "$@"\n`,
});
chmodSync(join(bin, 'faultline'), 0o755);

const type = (cwd: string, line: string): Promise<Ended> =>
  startProgram(['/bin/sh', '-ec', line], {
    cwd,
    env: { PATH: `${bin}:${process.env['PATH']}`, FAULTLINE_HOME: ownCache(), INDEX: '1', COUNT: '1', BUILD: '5' },
    timeoutMs: DEADLINE_MS,
  }).ended;

const said = ({ stdout, stderr }: Ended): string => stdout + stderr;

/** A checkout of Faultline, as far as its pages name it. */
const checkout = (): string => {
  const folder = projectWith({});
  // Scenarios of an example import by where they stand.
  for (const name of ['examples', 'fixtures', 'harness']) symlinkSync(join(packageRoot, name), join(folder, name));
  return folder;
};

/** A workers' repository in which Faultline is installed, and another one beside it. */
const workersProject = (): string => {
  const folder = projectWith({});
  for (const name of ['ours', 'other']) {
    cpSync(join(packageRoot, 'examples/own-workers'), join(folder, name), { recursive: true });
    mkdirSync(join(folder, name, 'node_modules/.bin'), { recursive: true });
    symlinkSync(packageRoot, join(folder, name, 'node_modules/faultline'));
    for (const used of ['kafkajs', 'pg'])
      symlinkSync(join(packageRoot, 'node_modules', used), join(folder, name, 'node_modules', used));
  }
  return join(folder, 'ours');
};

const COMMITTED =
  'git init -q && git add worker.mjs && git -c user.name=a -c user.email=a@example.org commit -qm "Workers"';

/** Where a page's commands are typed, and what its reader has done before. */
const BEFORE: Readonly<Record<string, { readonly folder: () => string; readonly line?: string }>> = {
  'docs/ci.md': { folder: workersProject },
  'docs/contracts.md': { folder: workersProject, line: COMMITTED },
  'docs/known-findings.md': { folder: checkout, line: 'faultline run api-silent-failure --workers incident || true' },
  'docs/reading-a-failure.md': {
    folder: checkout,
    line: 'faultline run healthy && cp -r runs results-1 && cp -r runs main-results',
  },
  'docs/your-workers.md': {
    folder: workersProject,
    line: 'mkdir kept && mv faultline.config.ts scenarios .github .gitlab-ci.yml kept',
  },
  'examples/own-workers/README.md': { folder: workersProject },
};

const tried = PAGES.filter(({ name }) => !LISTS.includes(name)).flatMap((page) => {
  const commands = faultlineCommands(page).filter((command) => !NEEDS.some(([pattern]) => pattern.test(command)));
  return commands.length === 0 ? [] : [{ name: page.name, commands }];
});

test('most pages have a command that can be typed here', () => {
  expect(tried.length).toBeGreaterThan(7);
});

describe.runIf(IS_NIGHTLY)('typed as they stand', () => {
  test.each(tried)('$name', { timeout: DEADLINE_MS }, async ({ name, commands }) => {
    const { folder = checkout, line = 'true' } = BEFORE[name] ?? {};
    const cwd = folder();
    const before = await type(cwd, line);
    expect(before.code, said(before)).toBe(0);
    for (const command of commands) {
      const ended = await type(cwd, `faultline ${command}`);
      const expected = /--workers (?:incident|tells-first)/.test(command) ? EXIT.failed : EXIT.ok;
      expect(ended.code, `faultline ${command}\n${said(ended)}`).toBe(expected);
    }
  });
});
