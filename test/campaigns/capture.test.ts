/**
 * From a system that somebody else keeps to a scenario on a laptop: what went wrong there is captured, and a run of the file gives the
 * same cause. The causes share the system, so that what each asks of a group is arranged one after the other.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { faultline, ownCache, projectWith, startFaultline } from '../support/cli.ts';
import type { RunningCli } from '../support/cli.ts';
import { PERSONAL, newPayment, openLiveSystem } from '../support/live-system.ts';
import type { LiveSystem, Payment } from '../support/live-system.ts';
import { eventually } from '../support/processes.ts';

const SLOW = { timeout: 400_000 };
const [CONFIRMED, CREATED] = ['purchase-confirmed', 'purchase-created'];
const [PURCHASE_GROUP, ALLOCATION_GROUP] = ['purchase-creation-workers', 'trainer-allocation-workers'];

/** As `run --json` has it. */
interface Row {
  readonly name: string;
  readonly verdict: string;
  readonly during: { readonly causes: readonly { readonly id: string }[] };
}

/** What the workers of the incident make of each file. */
const BROUGHT_ABOUT: Readonly<Record<string, readonly [verdict: string, ...causes: readonly string[]]>> = {
  FL0101: ['passed', 'worker-not-running'],
  FL0102: ['passed', 'topic-missing', 'worker-not-running'],
  FL0103: ['passed', 'event-not-emitted', 'worker-not-running'],
  // They trust the guard.
  FL0104: ['failed', 'guard-marked-without-allocation'],
  FL0105: ['passed', 'event-not-consumed'],
  'FL0105 new group': ['passed', 'event-not-consumed'],
  FL0106: ['passed', 'api-not-called'],
  FL0107: ['passed', 'api-failing'],
  'FL0107 of a log': ['passed', 'api-failing'],
};

describe('capture', () => {
  const env = { FAULTLINE_HOME: ownCache() };
  const cwd = projectWith({});
  let kept: RunningCli;
  let addresses: Readonly<Record<string, string>>;
  let system: LiveSystem;
  /** Captured files by cause. */
  const files = new Map<string, string>();
  const payments: Payment[] = [];

  const payment = (): Payment => {
    const made = newPayment();
    payments.push(made);
    return made;
  };

  const capture = async (cause: string, ...more: readonly string[]): Promise<void> => {
    const { code, stdout, stderr } = await faultline(['capture', ...more], { cwd, env: addresses });
    expect(code, `${cause}: ${stdout}${stderr}`).toBe(0);
    expect(stdout).toContain(cause.slice(0, 'FL0107'.length));
    const [, file = ''] = /^wrote (.+)$/m.exec(stdout) ?? [];
    files.set(cause, file);
  };

  beforeAll(async () => {
    kept = startFaultline(['up'], { env, timeoutMs: SLOW.timeout });
    const isUp = await eventually(() => kept.stdout().includes('faultline down'), Boolean, 60_000);
    expect(isUp, kept.stdout() + kept.stderr()).toBe(true);
    const exports = kept.stdout().split('\n');
    const shell = execFileSync('/bin/sh', [
      '-c',
      `${exports.filter((line) => line.startsWith('export ')).join('\n')}\nenv`,
    ]);
    addresses = Object.fromEntries(
      shell
        .toString()
        .split('\n')
        .map((line) => line.split(/=(.*)/s).slice(0, 2) as [string, string]),
    );
    system = await openLiveSystem(addresses);
  }, SLOW.timeout);

  afterAll(async () => {
    await system.close();
    await faultline(['down'], { env });
  }, SLOW.timeout);

  it('while nobody runs: what was passed, what waits, and what was never told', SLOW, async () => {
    const [marked, done, given, failed] = [payment(), payment(), payment(), payment()];
    const [silent, waits] = [payment(), payment()];
    for (const each of [marked, done, given, failed]) {
      await system.pay(each);
      await system.confirm(each);
      await system.purchase(each);
      if (each === marked) await system.mark(each, 'PURCHASE_CREATED', 'payment-service');
      await system.create(each);
    }
    await system.letter(given, CREATED);
    await system.passAll(PURCHASE_GROUP, CONFIRMED);
    await system.passAll(ALLOCATION_GROUP, CREATED);
    await system.pay(silent);
    await system.purchase(silent);
    await system.pay(waits);
    await system.confirm(waits);
    await system.purchase(waits);
    await system.create(waits);
    const saved = join(cwd, 'saved');
    const call = {
      time: new Date().toISOString(),
      req: {
        method: 'POST',
        url: '/api/v1/admin/allocations/auto-assign',
        headers: { 'x-correlation-id': failed.payment },
        body: { studentId: failed.student, courseId: failed.course, notes: PERSONAL },
      },
      res: { statusCode: 503 },
    };
    writeFileSync(join(cwd, 'admin.log'), `${JSON.stringify(call)}\n`);
    await Promise.all([
      capture('FL0107 of a log', '--payment', failed.payment, '--calls', 'admin-service=admin.log'),
      capture('FL0104', '--payment', marked.payment),
      capture('FL0107', '--payment', given.payment),
      capture('FL0103', '--student', silent.student, '--course', silent.course),
      capture('FL0101', '--payment', waits.payment),
      faultline(['diagnose', '--payment', done.payment, '--save', saved], { cwd, env: addresses }),
    ]);
    await capture('FL0106', '--from', 'saved', '--cause', 'FL0106');
    await capture('FL0105', '--from', 'saved', '--cause', 'event-not-consumed', '--out', 'new-group.ts');
    files.set('FL0105 new group', files.get('FL0105') ?? '');
  });

  it('while the group reads another topic, and without the topic', SLOW, async () => {
    const waits = payment();
    await system.confirm(waits);
    await system.purchase(waits);
    await system.create(waits);
    const member = await system.join(ALLOCATION_GROUP, CONFIRMED);
    await capture('FL0105', '--payment', waits.payment);
    await member.leave();
    const lost = payment();
    await system.confirm(lost);
    await system.remove(CREATED);
    await capture('FL0102', '--payment', lost.payment);
  });

  it('nothing of anybody is in the files', () => {
    expect(files.size).toBe(9);
    expect(readFileSync(join(cwd, files.get('FL0107 of a log') ?? ''), 'utf8')).toContain('status: 503');
    const texts = [...files.values()].map((file) => readFileSync(join(cwd, file), 'utf8')).join('\n');
    expect(texts).not.toContain(PERSONAL);
    for (const id of payments.flatMap((each) => Object.values(each))) expect(texts).not.toContain(id);
  });

  const played = async (workers: string): Promise<Readonly<Record<string, Row | undefined>>> => {
    const { stdout, stderr } = await faultline(
      ['run', ...files.values(), '--workers', workers, '--seed', '7', '--json', 'results.json'],
      { cwd, env, timeoutMs: SLOW.timeout },
    );
    const { scenarios = [] } = JSON.parse(readFileSync(join(cwd, 'results.json'), 'utf8')) as {
      readonly scenarios?: readonly Row[];
    };
    expect(scenarios.length, stdout + stderr).toBe(files.size);
    return Object.fromEntries(
      [...files].map(([cause, file]) => {
        const text = readFileSync(join(cwd, file), 'utf8');
        return [cause, scenarios.find(({ name }) => text.includes(`name: '${name}'`))];
      }),
    );
  };

  it('a run of each gives the cause that was captured', SLOW, async () => {
    const rows = await played('incident');
    const found = Object.entries(rows).map(([cause, row]) => [
      cause,
      [row?.verdict, ...(row?.during.causes ?? []).map(({ id }) => id)],
    ]);
    expect(Object.fromEntries(found)).toEqual(BROUGHT_ABOUT);
  });

  it('and is green with workers that were repaired', SLOW, async () => {
    const rows = await played('hardened');
    expect(Object.values(rows).map((row) => row?.verdict)).toEqual([...files].map(() => 'passed'));
  });
});
