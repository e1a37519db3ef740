/** Findings that are known or were there before: what is red, and what is said. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { PATIENCE, useDouble } from './testing/double-bench.ts';

const { cwd, faultline } = useDouble('known');

const LOST = 'purchase-gets-allocation/allocation-worker/no-allocation';
const CAUSE = 'causes/unexpected/api-failing';
const FAILED = { outcome: 'failed' } as const;
const file = join(cwd, 'faultline.known.json');
const ANSWER = ['--owner', 'allocations', '--reason', 'FL-1', '--until', '2999-12-31'] as const;

const lastLine = (stdout: string): string => stdout.trimEnd().split('\n').at(-1) ?? '';
const known = (): { known: { finding: string; scenarios: string[] }[] } =>
  JSON.parse(readFileSync(file, 'utf8')) as ReturnType<typeof known>;

beforeEach(() => {
  rmSync(file, { force: true });
  rmSync(join(cwd, 'runs'), { recursive: true, force: true });
});

describe('faultline accept', PATIENCE, () => {
  it('what was accepted is not red any more, elsewhere it is, and unknowns stay', async () => {
    expect((await faultline(['run', 'healthy', 'worker-down'], { 'worker-down': FAILED })).code).toBe(1);
    const accepted = await faultline(['accept', '--all', ...ANSWER]);
    expect(accepted.code, accepted.stderr).toBe(0);
    expect(accepted.stdout).toContain(
      `known until 2999-12-31: ${LOST} in worker-down with the workers hardened (allocations)\n`,
    );
    expect(known()).toMatchObject({
      known: [
        { finding: CAUSE, scenarios: ['worker-down'] },
        { finding: LOST, scenarios: ['worker-down'], owner: 'allocations', reason: 'FL-1', until: '2999-12-31' },
      ],
    });

    const again = await faultline(['run', 'worker-down', '--json', 'again.json', '--bail'], { 'worker-down': FAILED });
    expect(again.code).toBe(0);
    expect(lastLine(again.stdout)).toBe('NOTHING NEW: 1 of 1 trial shows what is known: worker-down');
    expect(JSON.parse(readFileSync(join(cwd, 'again.json'), 'utf8'))).toMatchObject({
      scenarios: [{ verdict: 'failed', standing: 'known' }],
      totals: { failed: 1 },
    });

    const elsewhere = await faultline(['run', 'worker-*'], { 'worker-down': FAILED, 'worker-hung': FAILED });
    expect(elsewhere.code).toBe(1);
    expect(elsewhere.stdout).toContain('not known in worker-hung');
    expect(lastLine(elsewhere.stdout)).toMatch(
      /^FAILED: 1 of \d+ trials: worker-hung \(1 more trial shows nothing but/,
    );

    const undecided = await faultline(['run', 'worker-down', 'healthy'], {
      'worker-down': FAILED,
      healthy: { outcome: 'unknown' },
    });
    expect(undecided.code).toBe(3);
    expect((await faultline(['run', 'worker-down'], { 'worker-down': { throws: 'bug' } })).code).toBe(70);

    const mended = await faultline(['run', 'worker-down']);
    expect(mended.code).toBe(0);
    expect(mended.stdout).toContain(`Known, and not seen any more\n  ${CAUSE}\n`);
  });

  it('is red again when its date is over', async () => {
    const entry = { scenarios: ['*'], owner: 'allocations', reason: 'FL-1', until: '2020-01-01' };
    writeFileSync(file, JSON.stringify({ version: 1, known: [LOST, CAUSE].map((finding) => ({ finding, ...entry })) }));
    const { code, stdout } = await faultline(['run', 'worker-down'], { 'worker-down': FAILED });
    expect(code).toBe(1);
    expect(stdout).toContain('was known to allocations until 2020-01-01, which is over: FL-1');
  });

  it('takes findings by id, from another run, for the scenarios named', async () => {
    const failed = { 'worker-down': FAILED, 'worker-hung': FAILED };
    await faultline(['run', 'worker-down', 'worker-hung', '--json', 'kept.json'], failed);
    await faultline(['run', 'healthy']);
    const args = ['accept', LOST, ...ANSWER, '--scenarios', 'worker-down,worker-hung,healthy', '--from', 'kept.json'];
    expect((await faultline(args)).code).toBe(0);
    expect(known().known).toMatchObject([{ finding: LOST, scenarios: ['healthy', 'worker-down', 'worker-hung'] }]);
    expect((await faultline(['accept', LOST, ...ANSWER, '--scenarios', '*', '--from', 'kept.json'])).code).toBe(0);
    expect(known().known.map(({ scenarios }) => scenarios)).toEqual([['*']]);
  });

  it('takes back what was accepted, in one scenario or wherever it is known', async () => {
    await faultline(['run', 'worker-down', 'worker-hung'], { 'worker-down': FAILED, 'worker-hung': FAILED });
    await faultline(['accept', '--all', ...ANSWER]);
    const one = await faultline(['accept', '--remove', LOST, '--scenarios', 'worker-hung']);
    expect([one.code, one.stdout], one.stderr).toEqual([
      0,
      expect.stringContaining(`not known any more: ${LOST} in worker-hung\n`),
    ]);
    expect(known().known).toMatchObject([
      { finding: CAUSE, scenarios: ['worker-down', 'worker-hung'] },
      { finding: LOST, scenarios: ['worker-down'] },
    ]);
    expect((await faultline(['accept', '--remove', LOST, CAUSE])).code).toBe(0);
    expect(known().known).toEqual([]);
    expect((await faultline(['run', 'worker-down'], { 'worker-down': FAILED })).code).toBe(1);
    for (const [args, message] of [
      [['--remove'], /no finding was named/],
      [['--remove', LOST], /has no finding/],
      [['--remove', LOST, '--until', '2999-12-31'], /cannot be used with option '--until/],
    ] as const) {
      const { code, stderr } = await faultline(['accept', ...args]);
      expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
    }
    writeFileSync(
      file,
      JSON.stringify({
        version: 1,
        known: [{ finding: LOST, scenarios: ['*'], owner: 'a', reason: 'b', until: '2999-12-31' }],
      }),
    );
    expect((await faultline(['accept', '--remove', LOST, '--scenarios', 'healthy'])).stderr).toContain(
      `${LOST} is not known in healthy by itself`,
    );
  });

  it('what cannot be accepted is refused, and nothing is written', async () => {
    await faultline(['run', 'worker-down'], { 'worker-down': FAILED });
    for (const [args, message] of [
      [['accept', 'no-such', ...ANSWER], /shows no finding no-such/],
      [['accept', ...ANSWER], /no finding was named/],
      [['accept', '--all', LOST, ...ANSWER], /--all leaves no findings to name/],
      [['accept', LOST, '--owner', 'a', '--reason', 'b'], /--until/],
      [['accept', LOST, '--owner', ' ', '--reason', 'b', '--until', '2999-12-31'], /--owner is empty/],
      [
        ['accept', LOST, '--owner', 'a', '--reason', 'b', '--until', '2020-01-01'],
        /--until 2020-01-01 is over already/,
      ],
      [
        ['accept', LOST, '--owner', 'a', '--reason', 'b', '--until', 'soon'],
        /--until soon is not allowed\n.*2026-12-31/,
      ],
      [['accept', LOST, ...ANSWER, '--scenarios', 'healty'], /no such scenario \(did you mean healthy/],
      [['accept', LOST, ...ANSWER, '--from', 'nowhere'], /there are no results at .*nowhere/],
    ] as const) {
      const { code, stderr } = await faultline(args);
      expect(stderr, args.join(' ')).toMatch(message);
      expect(code, args.join(' ')).toBe(2);
      expect(existsSync(file), args.join(' ')).toBe(false);
    }
  });

  it('a file that is not valid stops a run before it begins, with every line', async () => {
    writeFileSync(file, JSON.stringify({ version: 1, known: [{ finding: LOST, scenarios: [], until: 'x' }] }));
    const { code, stderr, log } = await faultline(['run', 'healthy']);
    expect({ code, log }).toEqual({ code: 2, log: [] });
    expect(stderr).toMatch(
      /faultline\.known\.json are not valid:\n {2}known\[0\]\.scenarios: .*\n {2}known\[0\]\.owner/,
    );
    expect((await faultline(['run', 'healthy', '--known', 'none.json'])).stderr).toContain('there is no file of known');
  });
});

describe('--against', PATIENCE, () => {
  it('only what is new against the base is red', async () => {
    await faultline(['run', 'worker-down', 'healthy', '--json', 'base.json'], { 'worker-down': FAILED });
    const still = await faultline(['run', 'worker-down', '--against', 'base.json'], { 'worker-down': FAILED });
    expect(still.code).toBe(0);
    expect(still.stdout).toContain(`Against base.json\n  still there    ${LOST}\n`);
    const wider = await faultline(['run', 'healthy', '--against', 'base.json'], { healthy: FAILED });
    expect(wider.code).toBe(1);
    expect(wider.stdout).toContain(`  new            ${LOST} (healthy)\n`);
    const mended = await faultline(['run', 'worker-down', '--against', 'base.json']);
    expect(mended.code).toBe(0);
    expect(mended.stdout).toContain(`  fixed          ${LOST} (worker-down)\n`);
    const refused = await faultline(['run', 'healthy', '--against', 'package.json']);
    expect([refused.code, refused.log]).toEqual([2, []]);
  });

  it('shards say what was known to them, and their merge holds it against its own', async () => {
    await faultline(['run', 'worker-down', 'healthy'], { 'worker-down': FAILED });
    await faultline(['accept', '--all', ...ANSWER]);
    const shard = await faultline(['run', 'worker-down', 'healthy', '--shard', '1/1', '--out', 's'], {
      'worker-down': FAILED,
    });
    expect(shard.code).toBe(0);
    const merged = await faultline(['merge', 's']);
    expect([merged.code, lastLine(merged.stdout)]).toEqual([
      0,
      'NOTHING NEW: 1 of 2 trials shows what is known: worker-down',
    ]);
    rmSync(file);
    expect((await faultline(['merge', 's'])).code).toBe(1);
    expect((await faultline(['merge', 's', '--against', 'base.json'])).code).toBe(0);
  });
});

describe("vitest's reporters", PATIENCE, () => {
  it('JUnit skips what is known, with who answers for it', async () => {
    await faultline(['run', 'worker-down'], { 'worker-down': FAILED });
    await faultline(['accept', '--all', ...ANSWER]);
    const { code, stdout } = await faultline(['run', 'worker-down', '--reporter', 'junit'], { 'worker-down': FAILED });
    expect(code).toBe(0);
    expect(stdout).toContain('tests="1" failures="0"');
    expect(stdout).toContain('<skipped/>');
    const github = await faultline(['run', 'worker-*', '--reporter', 'github'], {
      'worker-down': FAILED,
      'worker-hung': FAILED,
    });
    expect(github.stdout.match(/^::error title=[^,]*::/gm)).toHaveLength(2);
    expect(github.stdout.match(/^::error /gm)).toHaveLength(2);
  });
});
