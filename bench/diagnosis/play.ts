/** Brings a way about and asks: so many payments in one system, all of them at once. */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Environment } from '../../harness/environment/types.ts';
import { pipelineOf } from '../../harness/pipeline/queries.ts';
import { shippedPipeline } from '../../harness/pipeline/shipped.ts';
import { resolveSubjects } from '../../harness/scenario/subjects.ts';
import type { ResolvedSubject } from '../../harness/scenario/subjects.ts';
import { askHere, askProgram } from './ask.ts';
import type { Answer } from './ask.ts';
import { comeToItsEnd } from './beside.ts';
import { notBrought } from './done.ts';
import { judge } from './judge.ts';
import type { Judged } from './judge.ts';
import { openServiceLog } from './service-log.ts';
import { patternOf } from './sets.ts';
import type { Sets } from './sets.ts';
import { openSystem } from './system.ts';
import type { Way } from './types.ts';

export interface Ground {
  readonly environment: Environment;
  readonly sets: Sets;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** A folder without a configuration, from which it is asked. */
  readonly cwd: string;
}

export interface Case extends Judged {
  readonly way: Way;
  readonly seed: number;
  readonly answer: Answer;
}

/** What was asked in one system. */
export interface Played {
  readonly cases: readonly Case[];
  /** Of a payment of it that is at its end, where a cause was brought about for the others. */
  readonly besides: readonly Case[];
}

const ROLES = ['purchase-worker', 'allocation-worker'] as const;

const pipeline = pipelineOf(shippedPipeline);

/** Each seed's is the same in every run. */
const subjectsOf = ({ name }: Way, seed: number, names: readonly string[]): readonly ResolvedSubject[] =>
  resolveSubjects({ name, given: { subjects: Object.fromEntries(names.map((each) => [each, {}])) } }, seed, pipeline);

/** Nothing is to be said of it. */
const AT_ITS_END = { expects: [], outcome: 'nothing-wrong' } as const;

/** The first of the cases is asked of by the program itself. Errors: what kept the way from being brought about. */
export const playInOne = async (
  way: Way,
  seeds: readonly number[],
  { environment, sets, env, cwd }: Ground,
): Promise<Played> => {
  const cases = seeds.flatMap((seed) => subjectsOf(way, seed, ['it']));
  const names = Array.from({ length: way.others ?? 0 }, (_, i) => `other ${i}`);
  const others = subjectsOf(way, seeds[0] ?? 0, names);
  const beside = way.expects.length === 0 ? [] : subjectsOf(way, seeds[0] ?? 0, ['beside']);
  const subjects = [...cases, ...others, ...beside];
  const tag = randomUUID();
  const processes = way.processes === undefined ? [] : ROLES.map((role) => [role, patternOf(role, tag)] as const);
  const log = way.log === undefined ? undefined : openServiceLog(join(cwd, `${tag}.log`));
  const system = await openSystem({
    environment,
    config: sets.config,
    workers: sets.of(way.workers, tag),
    subjects,
    env,
    hears: (event) => log?.hear(event),
  });
  try {
    for (const one of beside) await comeToItsEnd(system, one);
    await way.bring(system, cases, others);
    const { recorded } = system;
    const asked = recorded.length();
    const askOf = async (who: ResolvedSubject, ask: typeof askHere) => {
      const answer = await ask({
        id: who.correlationId,
        log: log?.file,
        processes,
        env: { ...env, ...system.addresses },
        cwd,
      });
      const runs = (role: string): boolean => system.slot.workers.isRunning(role);
      const injected = way.injected ?? { at: 'allocation-worker' };
      return { answer, truth: { who, recorded, log: log !== undefined, runs, injected, asked } };
    };
    const answers = await Promise.all([
      ...cases.map(async (who, index) => ({
        ...(await askOf(who, index === 0 ? askProgram : askHere)),
        seed: seeds[index] ?? 0,
        like: way,
      })),
      ...beside.map(async (who) => ({ ...(await askOf(who, askHere)), seed: seeds[0] ?? 0, like: AT_ITS_END })),
    ]);
    const all = answers.map(({ answer, truth, seed, like }) => {
      const lacking = like === way ? notBrought(way, truth) : [];
      if (lacking.length > 0) throw new Error(lacking.join('; '));
      return { like, asked: { way, seed, answer, ...judge(like, answer, truth) } };
    });
    return {
      cases: all.flatMap(({ like, asked: one }) => (like === way ? [one] : [])),
      besides: all.flatMap(({ like, asked: one }) => (like === way ? [] : [one])),
    };
  } finally {
    log?.close();
    await system.close();
  }
};
