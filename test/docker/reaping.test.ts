/** What a run makes in the engine goes with it, or with the next start: that and nothing else. */
import { afterEach, expect, it } from 'vitest';
import { faultline, projectWith, startFaultline } from '../support/cli.ts';
import type { RunningCli } from '../support/cli.ts';
import { eventually } from '../support/processes.ts';
import { docker, madeBy, volumes } from './support/engine.ts';

const IMAGE = 'faultline-reference-workers:local';
/** For what must come about, ms: long, so that a busy machine changes nothing. */
const PATIENCE_MS = 200_000;
/** Longer than any test: a run in the background is ended by its test, not by its deadline. */
const BACKGROUND_MS = 600_000;

const strangers: string[] = [];
afterEach(() => {
  for (const name of strangers.splice(0)) docker('rm', '--force', '--volumes', name);
});

/** A container that no run made. */
const stranger = (...labels: readonly string[]): string => {
  const name = `faultline-test-stranger-${process.pid}-${strangers.length}`;
  docker('create', '--name', name, ...labels.flatMap((label) => ['--label', label]), IMAGE);
  strangers.push(name);
  return name;
};

const exists = (name: string): boolean => docker('ps', '--all', '--format', '{{.Names}}').split('\n').includes(name);

/** A run in the middle of its trials, with everything up. */
const begun = async (env: Readonly<Record<string, string>> = {}): Promise<RunningCli> => {
  const args = ['run', 'healthy', '--repeat', '10000', '--env', 'docker'];
  const run = startFaultline(args, { cwd: projectWith({}), env, timeoutMs: BACKGROUND_MS });
  const isUp = await eventually(() => run.stdout().includes('✓ healthy'), Boolean, PATIENCE_MS);
  expect(isUp, run.stdout() + run.stderr()).toBe(true);
  return run;
};

const killed = async (run: RunningCli): Promise<void> => {
  run.signal('SIGKILL');
  await run.ended;
};

const oneTrial = async (): Promise<void> => {
  const { code, stdout, stderr } = await faultline(['run', 'no-trainer-free', '--env', 'docker'], {
    cwd: projectWith({}),
    timeoutMs: PATIENCE_MS,
  });
  expect(code, stdout + stderr).toBe(0);
};

it('after SIGKILL the next start removes exactly what the killed run left', async () => {
  const before = volumes();
  const foreign = stranger();
  const elsewhere = stranger(
    'faultline.environment=x',
    'faultline.owner-pid=1',
    'faultline.owner-start=x',
    'faultline.owner-host=another-host',
  );
  const living = await begun();
  const dying = await begun();
  await killed(dying);
  const left = madeBy(dying.pid);
  expect(left).toHaveLength(4);
  const alive = madeBy(living.pid);
  expect(alive).toHaveLength(4);

  await oneTrial();
  expect(madeBy(dying.pid)).toEqual([]);
  expect(madeBy(living.pid)).toEqual(alive);
  expect([foreign, elsewhere].filter(exists)).toEqual([foreign, elsewhere]);

  living.signal('SIGINT');
  expect((await living.ended).code).toBe(130);
  expect(madeBy(living.pid)).toEqual([]);
  expect(volumes()).toEqual(before);
});

it('faultline down removes it too', async () => {
  const run = await begun();
  await killed(run);
  expect(madeBy(run.pid)).toHaveLength(4);
  const { code, stdout } = await faultline(['down'], { cwd: projectWith({}) });
  expect(code).toBe(0);
  expect(stdout).toMatch(/removed what gone runs left: .*kafka/);
  expect(madeBy(run.pid)).toEqual([]);
});

it('FAULTLINE_KEEP keeps it for a look, over the next start, until faultline down', async () => {
  const run = startFaultline(['run', 'no-trainer-free', '--env', 'docker'], {
    cwd: projectWith({}),
    env: { FAULTLINE_KEEP: '1' },
    timeoutMs: PATIENCE_MS,
  });
  const { code, stdout, stderr } = await run.ended;
  expect(code, stdout + stderr).toBe(0);
  expect(stderr).toMatch(/FAULTLINE_KEEP: kept faultline-\d+-\w+-\*; `faultline down` removes them/);
  const kept = madeBy(run.pid);
  expect(kept).toHaveLength(4);
  await oneTrial();
  expect(madeBy(run.pid)).toEqual(kept);
  await faultline(['down'], { cwd: projectWith({}) });
  expect(madeBy(run.pid)).toEqual([]);
});

it('its ports are open to this machine alone', async () => {
  const run = await begun();
  // What was asked for: the engine of these tests may publish nowhere else by itself.
  const asked = madeBy(run.pid)
    .filter((name) => /-(kafka|postgres|toxiproxy)$/.test(name))
    .map(
      (name) =>
        JSON.parse(
          docker('inspect', '--type', 'container', '--format', '{{json .HostConfig.PortBindings}}', name),
        ) as object,
    )
    .flatMap((bindings) => Object.values(bindings) as readonly (readonly { readonly HostIp: string }[])[])
    .flat();
  expect(asked.map(({ HostIp }) => HostIp)).toEqual(Array.from({ length: 9 }, () => '127.0.0.1'));
  run.signal('SIGTERM');
  await run.ended;
  expect(madeBy(run.pid)).toEqual([]);
});

it('a broker that dies is named, with what it said', async () => {
  const run = await begun();
  docker('kill', madeBy(run.pid).find((name) => name.endsWith('-kafka')) ?? '');
  const { code, stdout, stderr } = await run.ended;
  expect(code, stdout + stderr).toBe(4);
  expect(stdout + stderr).toContain('Kafka ended by itself (exit code 137)');
  expect(madeBy(run.pid)).toEqual([]);
});
