/** `faultline explain` with real trials: what each failure came of, and from which event on it was certain. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Explanation } from '../../harness/cli/explanation.ts';
import { faultline, projectWith } from '../support/cli.ts';

const LOST = 'no-event-lost/allocation-worker/skipped';

/** By scenario: a fault, and what it is told of it for a finding. */
const EXPECTED = [
  ['guard-marked-early', LOST, 'caused by', 'broke'],
  ['api-silent-failure', LOST, 'caused by', 'broke'],
  ['emitter-pre-marks', 'payment-gets-purchase/purchase-worker/no-purchase', 'caused by', 'lost'],
] as const;

describe('explanations', () => {
  const cwd = projectWith({});

  it.each(EXPECTED)('%s: %s is %s its fault', { timeout: 600_000 }, async (scenario, finding, involvement, kind) => {
    const out = `runs-${scenario}`;
    const run = await faultline(['run', scenario, '--seed', '5', '--workers', 'incident', '--out', out], {
      cwd,
      timeoutMs: 300_000,
    });
    expect(run.code, run.stdout + run.stderr).toBe(1);
    const [folder = ''] = readdirSync(join(cwd, out)).filter((name) => name.endsWith(`-${scenario}`));
    const { stdout, stderr } = await faultline(['explain', join(out, folder), '--json'], { cwd, timeoutMs: 500_000 });
    const { findings, trials } = JSON.parse(stdout) as Explanation;
    const told = findings.find(({ id }) => id === finding);
    expect(told, stdout + stderr).toBeDefined();
    expect(told?.bakedIn.map((baked) => baked.kind)).toEqual([kind]);
    const { again, faults } = told!.proof;
    expect([again.decided > 0, again.shown]).toEqual([true, again.decided]);
    // A machine that is very busy leaves a trial undecided, and then nothing is told.
    const isDecided = trials.every(({ verdict }) => verdict !== 'unknown');
    expect(faults.map((fault) => fault.involvement)).toEqual([isDecided ? involvement : 'cannot tell']);
    expect(trials.length).toBeLessThanOrEqual(10);
    // The row is away long before there is an event that it stands for.
    if (scenario === 'guard-marked-early' && isDecided) expect(faults[0]?.healedAtOnce).toMatchObject({ shown: 0 });
  });
});
