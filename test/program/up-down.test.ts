/** An environment kept for an engineer: `up` says where everything is, `down` ends it. */
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Kafka, logLevel } from 'kafkajs';
import pg from 'pg';
import { beforeAll, describe, expect, it } from 'vitest';
import { reservePort } from '../../harness/environment/embedded/ports.ts';
import { TOPICS } from '../../harness/pipeline/testing.ts';
import { faultline, leftOf, ownCache, startFaultline, temporaryFolder } from '../support/cli.ts';
import type { RunningCli } from '../support/cli.ts';
import { descendantsOf, eventually, leftAfter, survivorsOf } from '../support/processes.ts';

/** Where nobody listens. */
const closedPort = async (): Promise<{ readonly address: string }> => {
  const { port, release } = await reservePort();
  await release();
  return { address: `127.0.0.1:${port}` };
};

const SLOW = { timeout: 300_000 };

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

  it('all are watched: what changed is told in a line, with one that has it', SLOW, async () => {
    const watching = startFaultline(['diagnose', '--all', '--watch', '1'], { env: variables });
    const shows = (pattern: RegExp) => (): boolean => pattern.test(watching.stdout());
    await expect.poll(shows(/^every payment: /m), { timeout: 120_000, interval: 200 }).toBe(true);
    const [payment, student, course] = [randomUUID(), randomUUID(), randomUUID()];
    const client = new pg.Client({ connectionString: variables['DATABASE_URL'] });
    await client.connect();
    // Old enough to be no work of somebody's.
    await client.query(
      `INSERT INTO payments (id, student_id, amount_cents, provider, status, metadata, confirmed_at)
       VALUES ($1, $2, 100, 'razorpay', 'succeeded', $3, now() - interval '1 hour')`,
      [payment, student, JSON.stringify({ courseId: course })],
    );
    await client.query(
      `INSERT INTO student_course_purchases (id, student_id, course_id, purchase_tier, purchase_date, metadata, is_active, created_at)
       VALUES ($1, $2, $3, 10, now() - interval '1 hour', '{}', true, now() - interval '1 hour')`,
      [randomUUID(), student, course],
    );
    await client.end();
    const told = new RegExp(String.raw`^\d\d:\d\d:\d\d {2}FL0103 event-not-emitted: \d+, such as ${payment}`, 'm');
    await expect.poll(shows(told), { timeout: 120_000, interval: 200 }).toBe(true);
    watching.interrupt();
    const { code, stdout, stderr } = await watching.ended;
    expect(code, stdout + stderr).toBe(1);
    expect(stdout.match(/^every payment: /gm)).toHaveLength(1);
  });

  it('what a fallback writes that tells nobody is diagnosed as that, kept, and judged again', SLOW, async () => {
    const [payment, student, course] = [randomUUID(), randomUUID(), randomUUID()];
    const client = new pg.Client({ connectionString: variables['DATABASE_URL'] });
    await client.connect();
    await client.query(
      `INSERT INTO payments (id, student_id, amount_cents, provider, status, metadata, confirmed_at)
       VALUES ($1, $2, 100, 'razorpay', 'succeeded', $3, now())`,
      [payment, student, JSON.stringify({ courseId: course })],
    );
    await client.query(
      `INSERT INTO student_course_purchases (id, student_id, course_id, purchase_tier, purchase_date, metadata, is_active)
       VALUES ($1, $2, $3, 10, now(), '{"note": "said by a person"}', true)`,
      [randomUUID(), student, course],
    );
    const asked = (...more: readonly string[]) =>
      faultline(['diagnose', '--payment', payment, ...more], { env: variables });
    const folder = join(await temporaryFolder(), 'kept');
    const found = await asked('--json', '--save', folder);
    expect(found.code, found.stdout + found.stderr).toBe(1);
    const { causes } = JSON.parse(found.stdout) as { causes: readonly { code: string }[] };
    expect(causes.map(({ code }) => code)).toEqual(['FL0103', 'FL0101']);
    const judged = await faultline(['judge', folder]);
    expect(judged.code, judged.stderr).toBe(1);
    expect(judged.stdout).toContain('✗ FL0103 event-not-emitted: purchase ');
    const stored = readFileSync(join(folder, 'history.ndjson'), 'utf8');
    const { password } = new URL(variables['DATABASE_URL'] ?? '');
    for (const text of [found.stdout, found.stderr, stored]) expect(text).not.toContain(password);
    expect(stored).not.toContain('said by a person');

    const watching = startFaultline(['diagnose', '--payment', payment, '--watch', '1'], { env: variables });
    const lines = startFaultline(['diagnose', '--payment', payment, '--watch', '1', '--json'], { env: variables });
    const shows = (one: RunningCli, text: string) => (): boolean => one.stdout().includes(text);
    await expect.poll(shows(watching, '✗ FL0103'), { timeout: 120_000, interval: 200 }).toBe(true);
    await expect.poll(shows(lines, '"FL0103"'), { timeout: 120_000, interval: 200 }).toBe(true);
    await client.query(
      `INSERT INTO trainer_allocations (id, student_id, course_id, trainer_id, status, requested_by, requested_at)
       VALUES ($1, $2, $3, $4, 'approved', $2, now())`,
      [randomUUID(), student, course, randomUUID()],
    );
    await client.end();
    await expect
      .poll(shows(watching, 'in short: nothing is wrong: the payment has come'), { timeout: 120_000, interval: 200 })
      .toBe(true);
    await expect.poll(shows(lines, '"nothing-wrong"'), { timeout: 120_000, interval: 200 }).toBe(true);
    for (const one of [watching, lines]) one.interrupt();
    // The last pass has found nothing wrong.
    const [watched, told] = await Promise.all([watching.ended, lines.ended]);
    expect([watched.code, told.code], watched.stderr + told.stderr).toEqual([0, 0]);
    // The report once, and then what changed, with the time of it.
    expect(watched.stdout.match(/^What was read$/gm)).toHaveLength(1);
    expect(watched.stdout).toMatch(/^\d\d:\d\d:\d\d {2}FL0103 event-not-emitted: no more$/m);
    for (const line of told.stdout.trim().split('\n')) expect(JSON.parse(line)).toHaveProperty('outcome');
    expect([...leftOf(watching), ...leftOf(lines)]).toEqual([]);
    const done = await asked('--markdown');
    expect(done.code, done.stdout).toBe(0);
    expect(done.stdout).toContain('nothing is wrong: the payment has come to its end');
    // What one of both would have told is not known, and the other is asked all the same.
    const { address } = await closedPort();
    const whose = ['--student', student, '--course', course];
    const alone = await faultline(['diagnose', ...whose, '--brokers', address], { env: variables });
    expect(alone.code, alone.stdout).toBe(0);
    expect(alone.stdout).toMatch(/\? records in Kafka: Kafka: Kafka cannot be reached: .*ECONNREFUSED/);
    const unknown = await faultline(['diagnose', '--payment', randomUUID()], { env: variables });
    expect([unknown.code, unknown.stdout]).toEqual([
      3,
      expect.stringContaining('is in the table payments and the topics'),
    ]);
    expect((await faultline(['diagnose', '--payment', payment])).code).toBe(2);
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
