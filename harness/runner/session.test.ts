import { describe, expect, it } from 'vitest';
import { defineScenario } from '../scenario/define.ts';
import type { TrialOutcome } from '../history/verdict.ts';
import type { TrialResult } from '../verdict/result.ts';
import { planTrials } from './plan.ts';
import type { PlannedTrial } from './plan.ts';
import { createSession } from './session.ts';
import type { Session } from './session.ts';

const source = (name: string): Parameters<typeof planTrials>[0][number] => ({
  scenario: defineScenario({
    name,
    title: name,
    tags: [],
    given: { subjects: { ada: {} } },
    faults: [],
    act: [{ do: 'pay', subjects: ['ada'] }],
    during: [{ when: { always: true }, causes: [] }],
  }),
  file: `/nowhere/${name}.ts`,
});

const verdict = (outcome: TrialOutcome): TrialResult['verdict'] => ({
  outcome,
  unknown: outcome === 'unknown' ? ['the fault did not fire'] : [],
  during: { causes: [], expectation: { met: true, case: 0, expected: [], actual: [], message: '' } },
  after: [],
  invariants: [],
  faults: [],
});

interface Told {
  readonly session: Session;
  /** What the session did, in order. */
  readonly said: readonly string[];
  readonly results: readonly TrialResult[];
  /** What the host gave, in order. */
  readonly given: readonly TrialResult[];
}

type Order = TrialOutcome | 'throws';

/** A session over one trial per name, whose host answers with the outcomes in order. */
const sessionOf = (names: readonly string[], outcomes: readonly Order[], bail = false): Told => {
  const said: string[] = [];
  const results: TrialResult[] = [];
  const given: TrialResult[] = [];
  const plan = planTrials(names.map(source), { seed: 7, repeat: 1 });
  const session = createSession({
    plan,
    bail,
    host: Promise.resolve({
      run: async ({ scenario, seed }) => {
        const outcome = outcomes[given.length] ?? 'passed';
        if (outcome === 'throws') throw new Error('the environment is gone');
        const result: TrialResult = {
          name: scenario.name,
          title: scenario.title,
          seed,
          workers: 'hardened',
          verdict: verdict(outcome),
          runDir: `/runs/${given.length + 1}`,
          timings: { prepareMs: 0, actMs: 0, settleMs: 0, judgeMs: 0, totalMs: 0 },
        };
        given.push(result);
        return result;
      },
    }),
    onStart: (trial) => said.push(`start ${trial.label} ${trial.seed}`),
    onAgain: (trial) => said.push(`again ${trial.label}`),
    onResult: (trial, result) => {
      said.push(`${result.verdict.outcome} ${trial.label}`);
      results.push(result);
    },
    onReplaced: (result) => said.push(`replaced by ${result.verdict.outcome}`),
    onError: (trial: PlannedTrial, _error, earlier) => said.push(`error ${trial.label} after ${earlier.length}`),
    describe: () => 'why',
    excuse: () => undefined,
  });
  return { session, said, results, given };
};

describe('an unknown trial', () => {
  it.each(['passed', 'failed', 'unknown'] as const)(
    'is run once more with the same seed: then %s counts',
    async (then) => {
      const { session, said, results, given } = sessionOf(['a'], ['unknown', then, 'passed']);
      const reply = await session.desk.run(0);
      expect(said).toEqual(['start a 7', 'again a', 'start a 7', `${then} a`]);
      expect(results).toEqual([{ ...given[1], earlier: [given[0]] }]);
      expect(reply).toMatchObject({
        kind: 'judged',
        message: then === 'passed' ? '' : 'why',
        meta: {
          verdict: then,
          attempts: [
            { verdict: 'unknown', runDir: '/runs/1' },
            { verdict: then, runDir: '/runs/2' },
          ],
        },
        note: expect.stringContaining('attempt 1 of the same seed: unknown (the fault did not fire)') as string,
      });
    },
  );

  it('is not run again once somebody asked to stop', async () => {
    const { session, said } = sessionOf(['a'], ['unknown']);
    const running = session.desk.run(0);
    while (session.running === undefined) await Promise.resolve();
    session.stop('interrupted');
    await running;
    expect(said).toEqual(['start a 7', 'unknown a']);
  });

  it('keeps its first attempt when the second ends without a verdict', async () => {
    const { session, said } = sessionOf(['a', 'b'], ['unknown', 'throws']);
    expect((await session.desk.run(0)).kind).toBe('skipped');
    expect(said.at(-1)).toBe('error a after 1');
    expect(session.fatal).toBeDefined();
  });

  it('does not bail when the second attempt passes', async () => {
    const { session } = sessionOf(['a'], ['unknown', 'passed'], true);
    await session.desk.run(0);
    expect(session.stopped).toBeUndefined();
    const other = sessionOf(['a'], ['unknown', 'unknown'], true);
    await other.session.desk.run(0);
    expect(other.session.stopped).toBe('stopped after a (--bail)');
  });
});

describe('a failed or a passed trial', () => {
  it.each(['failed', 'passed'] as const)('%s: is never run again', async (outcome) => {
    const { session, said, results } = sessionOf(['a'], [outcome]);
    const reply = await session.desk.run(0);
    await session.finish();
    expect(said).toEqual(['start a 7', `${outcome} a`]);
    expect(results[0]).not.toHaveProperty('earlier');
    expect(reply).not.toHaveProperty('note');
  });
});

describe('a result that becomes unknown afterwards', () => {
  const revisedFrom = (result: TrialResult | undefined): TrialResult =>
    ({ ...result, verdict: verdict('unknown') }) as TrialResult;

  it('is run once more before the next trial, or at the end, when it had passed', async () => {
    const { session, said, given } = sessionOf(['a', 'b'], ['passed', 'passed', 'failed', 'unknown']);
    await session.desk.run(0);
    session.revised(revisedFrom(given[0]));
    await session.desk.run(1);
    expect(said.slice(2)).toEqual(['start a 7', 'replaced by passed', 'start b 7', 'failed b']);
    await session.finish();
    expect(said).toHaveLength(6);
  });

  it('stays unknown when it had failed, or was a second attempt', async () => {
    const failed = sessionOf(['a'], ['failed']);
    await failed.session.desk.run(0);
    failed.session.revised(revisedFrom(failed.given[0]));
    await failed.session.finish();
    expect(failed.given).toHaveLength(1);

    const second = sessionOf(['a'], ['unknown', 'passed']);
    await second.session.desk.run(0);
    second.session.revised(revisedFrom(second.results[0]));
    await second.session.finish();
    expect(second.given).toHaveLength(2);
  });

  it('is run at the end when no trial follows; an error then ends the run and the result stays', async () => {
    const { session, said, given } = sessionOf(['a'], ['passed', 'throws']);
    await session.desk.run(0);
    session.revised(revisedFrom(given[0]));
    await session.finish();
    expect(said).toEqual(['start a 7', 'passed a', 'start a 7']);
    expect(session.fatal).toBeDefined();
  });
});
