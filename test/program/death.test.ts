/** However the harness ends, nothing that it started outlives it. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runtimePlaces } from '../../harness/environment/embedded/runtime-folder.ts';
import { leftOf, projectWith, startFaultline } from '../support/cli.ts';
import type { Ended, RunningCli } from '../support/cli.ts';
import { descendantsOf, eventually, leftAfter, runningProcesses, survivorsOf } from '../support/processes.ts';
import type { RunningProcess } from '../support/processes.ts';
import { eventsIn, eventsOf, readJson, runFoldersIn } from '../support/run-output.ts';

/** For what must come about, ms: long, so that a busy machine changes nothing. */
const PATIENCE = 60_000;

/**
 * A project whose allocation-worker has a child of its own, and a scenario that stands still for half a minute with that worker stopped:
 * time enough to end the harness in the middle of it.
 */
const project = (): string =>
  projectWith({
    'faultline.config.ts': `
      import { defineConfig, referenceWorkers } from 'faultline';
      const { workers, ...rest } = referenceWorkers('hardened');
      const withChild = workers.map((worker) => ({
        ...worker,
        command: ['/bin/sh', '-c', 'sleep 3600 & exec "$0" "$@"', ...worker.command],
      }));
      export default defineConfig({ workers: { parents: { ...rest, workers: withChild } }, scenarios: ['scenarios'] });`,
    'scenarios/stands-still.ts': `
      import { defineScenario } from 'faultline';
      export const scenario = defineScenario({
        name: 'stands-still',
        title: 'The allocation-worker is stopped, and it is waited for what only it can do.',
        tags: [],
        given: { subjects: { ada: {} } },
        faults: [{ kind: 'worker-paused', worker: 'allocation-worker' }],
        act: [{ do: 'pay', subjects: ['ada'] }],
        observeUntil: { decided: { worker: 'allocation-worker' } },
        observeDeadlineMs: 30000,
      });`,
  });

interface Begun {
  readonly cwd: string;
  readonly run: RunningCli;
}

const begin = (...args: string[]): Begun => {
  const cwd = project();
  return { cwd, run: startFaultline(['run', ...args, '--json', 'run.json'], { cwd }) };
};

const runsOf = ({ cwd }: Begun): readonly string[] => runFoldersIn(join(cwd, 'runs'));

/** Waits until the history of the run says that this has happened. */
const untilHistory = async (begun: Begun, what: string, holds: (dir: string) => boolean): Promise<void> => {
  const seen = await eventually(() => runsOf(begun).some(holds), Boolean, PATIENCE);
  expect(seen, `${what} was never seen; it said:\n${begun.run.stdout()}${begun.run.stderr()}`).toBe(true);
};

const workerIsStopped = (dir: string): boolean =>
  eventsOf(eventsIn(dir), 'process.signalled').some(({ signal }) => signal === 'SIGSTOP');

const workersAreStarted = (dir: string): boolean => eventsOf(eventsIn(dir), 'process.started').length === 2;

const foldersOf = ({ run }: Begun): readonly string[] =>
  runtimePlaces().flatMap(({ folder }) =>
    readdirSync(folder)
      .filter((name) => name.includes(`faultline-${run.pid}-`))
      .map((name) => join(folder, name)),
  );

/** Processes that the run started (by their parents, by their environment, by its folder on their command line) and its folders. */
const remainsOf = (begun: Begun, tree: readonly RunningProcess[]): readonly string[] => {
  const named = runningProcesses().filter(({ command }) => command.includes(`faultline-${begun.run.pid}-`));
  const processes = [...survivorsOf(tree), ...leftOf(begun.run), ...named];
  return [...processes.map(({ pid, command }) => `${pid} ${command.slice(0, 100)}`), ...foldersOf(begun)];
};

const nothingRemains = async (begun: Begun, tree: readonly RunningProcess[]): Promise<void> => {
  const left = await leftAfter(() => remainsOf(begun, tree));
  expect(left).toEqual([]);
};

/** Everything that must be there in the middle of a run: what is looked for afterwards is known to have lived. */
const treeOf = ({ run }: Begun): readonly RunningProcess[] => {
  const tree = descendantsOf(run.pid);
  const commands = tree.map(({ command }) => command).join('\n');
  for (const part of [/kafka\.Kafka/, /bin\/postgres /, /toxiproxy-server/, /purchase-worker/, /allocation-worker/])
    expect(commands).toMatch(part);
  expect(tree.filter(({ command }) => command === 'sleep 3600')).toHaveLength(2);
  // The other way to find them works too: harness, reaper, broker, and what the worker's shell started.
  const marked = leftOf(run).map(({ command }) => command);
  expect(marked.filter((command) => /kafka\.Kafka|sleep 3600|-worker\/hardened/.test(command))).toHaveLength(5);
  return tree;
};

/** The trial that was running has been judged like any other; the rest were not begun. */
const drained = (begun: Begun, { code, stderr, stdout }: Ended, signal: string): void => {
  expect(code, stdout + stderr).toBe(130);
  expect(stderr).toContain(`${signal}: `);
  const { version, scenarios, totals } = readJson(join(begun.cwd, 'run.json'));
  expect(version).toBe(1);
  expect(totals).toEqual({ passed: scenarios.length, failed: 0, unknown: 0 });
  expect(scenarios.length).toBeGreaterThan(0);
  expect(scenarios.length).toBeLessThan(1000);
  expect(runsOf(begun)).toEqual(scenarios.map(({ runDir }) => runDir));
  expect(runsOf(begun).filter((dir) => !existsSync(join(dir, 'verdict.json')))).toEqual([]);
  expect(stdout).toMatch(
    new RegExp(`INCOMPLETE: ${scenarios.length} passed, .* not run \\(interrupted by ${signal}\\)`),
  );
};

describe('the harness', () => {
  it('killed by SIGKILL in the middle of a trial leaves nothing', { timeout: 3 * PATIENCE }, async () => {
    const begun = begin('stands-still');
    await untilHistory(begun, 'a stopped worker', workerIsStopped);
    const tree = treeOf(begun);
    expect(foldersOf(begun)).not.toEqual([]);
    begun.run.signal('SIGKILL');
    await nothingRemains(begun, tree);
    expect((await begun.run.ended).signal).toBe('SIGKILL');
  });

  it('at the first Ctrl-C finishes its trial, says so and ends', { timeout: 3 * PATIENCE }, async () => {
    const begun = begin('healthy', '--repeat', '1000');
    await untilHistory(begun, 'started workers', workersAreStarted);
    const tree = descendantsOf(begun.run.pid);
    begun.run.interrupt();
    drained(begun, await begun.run.ended, 'SIGINT');
    await nothingRemains(begun, tree);
  });

  it('at SIGTERM does the same', { timeout: 3 * PATIENCE }, async () => {
    const begun = begin('healthy', '--repeat', '1000');
    await untilHistory(begun, 'started workers', workersAreStarted);
    const tree = descendantsOf(begun.run.pid);
    begun.run.signal('SIGTERM');
    drained(begun, await begun.run.ended, 'SIGTERM');
    await nothingRemains(begun, tree);
  });

  it('at the second Ctrl-C ends at once', { timeout: 3 * PATIENCE }, async () => {
    const begun = begin('stands-still');
    await untilHistory(begun, 'a stopped worker', workerIsStopped);
    const tree = treeOf(begun);
    begun.run.interrupt();
    const heard = (): boolean => begun.run.stderr().includes('SIGINT: finishing stands-still');
    expect(await eventually(heard, Boolean, PATIENCE), begun.run.stderr()).toBe(true);
    begun.run.interrupt();
    const { code, stdout } = await begun.run.ended;
    expect(code).toBe(130);
    await nothingRemains(begun, tree);
    // It did not wait for the trial, which was in no state to be judged.
    const [dir = '', ...more] = runsOf(begun);
    expect(more).toEqual([]);
    expect(existsSync(join(dir, 'verdict.json'))).toBe(false);
    expect(stdout).toContain('unknown: stands-still: killed by SIGINT before it was judged');
    const { scenarios } = readJson(join(begun.cwd, 'run.json'));
    expect(scenarios).toMatchObject([{ name: 'stands-still', verdict: 'unknown', runDir: dir }]);
  });

  it('interrupted while its environment starts leaves nothing', { timeout: 3 * PATIENCE }, async () => {
    const begun = begin('healthy');
    expect(
      await eventually(
        () => foldersOf(begun),
        (found) => found.length > 0,
        PATIENCE,
      ),
    ).not.toEqual([]);
    begun.run.interrupt();
    expect((await begun.run.ended).code).toBe(130);
    await nothingRemains(begun, []);
    expect(readJson(join(begun.cwd, 'run.json')).totals.failed).toBe(0);
  });
});
