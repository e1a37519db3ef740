/** For tests only: the commands that speak with a broker, run in this process against the stand-in, in a repository of their own. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { packageRoot } from '../../base/package-root.ts';
import { startStandIn } from '../../pact/broker/testing/stand-in.ts';
import type { SeenRequest, StandIn, Trouble } from '../../pact/broker/testing/stand-in.ts';
import { runHere } from './run-here.ts';
import type { Ended } from './run-here.ts';

export const TOKEN = 'tok-7f3a9c51-very-secret';
export const COMMITTED = join(packageRoot, 'contracts/pacts');

/** `faultline contracts …` in this process. */
export const runContracts = (
  args: readonly string[],
  { cwd, env }: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
): Promise<Ended> =>
  runHere(['contracts', ...args], {
    cwd,
    env: { PATH: process.env['PATH'], ...env },
    signals: { on: () => undefined, off: () => undefined },
  });

/** git in a folder; its trimmed output. */
export const gitIn = (folder: string, ...args: readonly string[]): string =>
  execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.org', '-C', folder, ...args], {
    encoding: 'utf8',
  }).trim();

/** Three of the committed pacts: each costs a few runs of pact-cli. */
const FEW = [
  'allocation-worker-admin-service.json',
  'allocation-worker-purchase-worker.json',
  'purchase-worker-payment-service.json',
];

/** The pairs of these pacts, as the broker has them. */
export const TEAM = [
  'allocation-worker → admin-service',
  'allocation-worker → purchase-worker',
  'purchase-worker → payment-service',
];

/** A repository of a team: committed pacts, made by workers of its own, on the branch trunk. */
const makeRepository = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'faultline-broker-'));
  const pacts = join(folder, 'contracts/pacts');
  mkdirSync(pacts, { recursive: true });
  for (const file of FEW) {
    const document = JSON.parse(readFileSync(join(COMMITTED, file), 'utf8')) as { metadata: object };
    document.metadata = { ...document.metadata, faultline: { workers: 'ours' } };
    writeFileSync(join(pacts, file), JSON.stringify(document));
  }
  gitIn(folder, 'init', '-q', '-b', 'trunk');
  gitIn(folder, 'add', '.');
  gitIn(folder, 'commit', '-q', '-m', 'pacts');
  return folder;
};

interface BrokerBench {
  readonly standIn: StandIn;
  /** The team's repository, a copy of the template. */
  readonly cwd: string;
  /** Where temporary files go meanwhile. */
  readonly temporary: string;
  faultline(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Ended>;
  git(...args: readonly string[]): string;
  /** Changes a pact file of the repository. */
  editPact(file: string, edit: (document: { interactions: unknown[] }) => void): void;
  /** The pacts that the broker has: "consumer → provider". */
  published(): readonly string[];
  close(): Promise<void>;
}

/** Opens one for a test. With `authorization`, the broker takes that header only; otherwise TOKEN's. */
const openBrokerBench = async (template: string, authorization: string = `Bearer ${TOKEN}`): Promise<BrokerBench> => {
  const standIn = await startStandIn({ authorization });
  const cwd = mkdtempSync(join(tmpdir(), 'faultline-broker-'));
  const temporary = mkdtempSync(join(tmpdir(), 'faultline-broker-tmp-'));
  const before = process.env['TMPDIR'];
  process.env['TMPDIR'] = temporary;
  cpSync(template, cwd, { recursive: true });
  return {
    standIn,
    cwd,
    temporary,
    faultline: (args, env = {}) =>
      runContracts(args, { cwd, env: { PACT_BROKER_BASE_URL: standIn.url, PACT_BROKER_TOKEN: TOKEN, ...env } }),
    git: (...args) => gitIn(cwd, ...args),
    editPact: (file, edit) => {
      const path = join(cwd, 'contracts/pacts', file);
      const document = JSON.parse(readFileSync(path, 'utf8')) as { interactions: unknown[] };
      edit(document);
      writeFileSync(path, JSON.stringify(document));
    },
    published: () => standIn.store.pacts.map(({ consumer, provider }) => `${consumer} → ${provider}`).sort(),
    close: async () => {
      if (before === undefined) delete process.env['TMPDIR'];
      else process.env['TMPDIR'] = before;
      await standIn.close();
      for (const folder of [cwd, temporary]) rmSync(folder, { recursive: true, force: true });
    },
  };
};

/** Registers the hooks: one repository for the test file, a bench over a copy of it for each test. */
export const useBrokerBench = () => {
  let template: string;
  let bench: BrokerBench | undefined;
  const now = (): BrokerBench => {
    if (!bench) throw new Error('the bench is there only inside a test');
    return bench;
  };
  beforeAll(() => {
    template = makeRepository();
  });
  afterAll(() => rmSync(template, { recursive: true, force: true }));
  beforeEach(async () => {
    bench = await openBrokerBench(template);
  });
  afterEach(() => now().close());
  return {
    now,
    /** Another bench for this test, whose broker takes that header only. */
    reopen: async (authorization: string): Promise<void> => {
      await now().close();
      bench = await openBrokerBench(template, authorization);
    },
  };
};

/** One error, readable, without a stack and without the token. */
export const expectOneError = (stderr: string): void => {
  expect(stderr.match(/^error:/gm)).toHaveLength(1);
  expect(stderr).not.toContain('    at ');
  expect(stderr).not.toContain(TOKEN);
};

export const json = (status: number, value: unknown): Trouble => ({
  status,
  type: 'application/json',
  text: JSON.stringify(value),
});

export const LOGIN_PAGE: Trouble = { status: 200, type: 'text/html', text: '<html>Log in</html>' };

export type Choose = (request: SeenRequest, nth: number) => Trouble | undefined;

/** That trouble for these requests, from the nth of the same method and path on. */
export const at =
  (wanted: (request: SeenRequest) => boolean, trouble: Trouble, from = 1): Choose =>
  (request, nth) =>
    wanted(request) && nth >= from ? trouble : undefined;

export const isIndex = ({ path }: SeenRequest): boolean => path === '/';
export const isPost = ({ method }: SeenRequest): boolean => method === 'POST';

/** All files below a folder. */
export const filesBelow = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
