/** An environment kept for an engineer: `up` says where everything is, `down` ends it. */
import { execFileSync } from 'node:child_process';
import { Kafka, logLevel } from 'kafkajs';
import pg from 'pg';
import { beforeAll, describe, expect, it } from 'vitest';
import { TOPICS } from '../../harness/pipeline/testing.ts';
import { faultline, leftOf, ownCache, startFaultline } from '../support/cli.ts';
import type { RunningCli } from '../support/cli.ts';
import { descendantsOf, eventually, leftAfter, survivorsOf } from '../support/processes.ts';

const SLOW = { timeout: 180_000 };

describe('up', () => {
  // Not the checkout's: there somebody may keep an environment up.
  const env = { FAULTLINE_HOME: ownCache() };
  let kept: RunningCli;
  let variables: Readonly<Record<string, string>>;
  beforeAll(async () => {
    kept = startFaultline(['up'], { env, timeoutMs: SLOW.timeout });
    const isUp = await eventually(() => kept.stdout().includes('faultline down'), Boolean, 60_000);
    expect(isUp, kept.stdout() + kept.stderr()).toBe(true);
    const exports = kept
      .stdout()
      .split('\n')
      .filter((line) => line.startsWith('export '));
    // What a shell makes of them, which is what they are for.
    const shell = execFileSync('/bin/sh', ['-c', `${exports.join('\n')}\nenv`], { encoding: 'utf8', env: {} });
    variables = Object.fromEntries(
      shell.split('\n').map((line) => line.split(/=(.*)/s).slice(0, 2) as [string, string]),
    );
  }, SLOW.timeout);

  it('prints shell exports by which everything can be reached', SLOW, async () => {
    const admin = new Kafka({ brokers: [variables['KAFKA_BROKERS'] ?? ''], logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
    expect((await admin.listTopics()).filter((name) => !name.startsWith('__')).sort()).toEqual([...TOPICS].sort());
    await admin.disconnect();

    expect(variables['POSTGRES_URL']).toBe(variables['DATABASE_URL']);
    const client = new pg.Client({ connectionString: variables['DATABASE_URL'] });
    await client.connect();
    expect((await client.query('select count(*)::int as rows from trainer_allocations')).rows).toEqual([{ rows: 0 }]);
    await client.end();

    const url = `${variables['ADMIN_SERVICE_URL']}/api/v1/admin/allocations/auto-assign`;
    expect((await fetch(url, { method: 'POST', body: '{}' })).status).toBe(400);
  });

  it('a second time says that it is up already', SLOW, async () => {
    const { code, stderr } = await faultline(['up'], { env });
    expect(code).toBe(2);
    expect(stderr).toContain(`kept by process ${kept.pid}`);
  });

  it('is ended by down, and nothing is left', SLOW, async () => {
    const tree = descendantsOf(kept.pid);
    expect(tree.length).toBeGreaterThan(3);
    const { code, stdout } = await faultline(['down'], { env });
    expect(code, stdout).toBe(0);
    expect(stdout).toContain(`ended process ${kept.pid}`);
    expect((await kept.ended).code).toBe(0);
    const left = await leftAfter(() => [...survivorsOf(tree), ...leftOf(kept)]);
    expect(left).toEqual([]);
    expect((await faultline(['down'], { env })).stdout).toContain('no environment is up');
  });
});
