/** What is wrong, told once: findings of trials, and of a run. Pure. */
import type { ExpectationResult, Finding, TrialVerdict } from '../history/verdict.ts';
import { idOf, idOfFinding, shapeOfSentence } from './finding-id.ts';
import { fold, foldedText } from './fold.ts';

/** One kind of thing that is wrong in one trial, with everything that shows it there. */
export interface TrialFinding {
  /** Stable over runs, seeds and scenarios: `mark-follows-effect/allocation-worker/before-effect`. */
  readonly id: string;
  /** The rule that broke: an invariant's id, `causes` or `after`. */
  readonly rule: string;
  /** At least one. */
  readonly shown: readonly [Finding, ...Finding[]];
}

/** A trial as far as findings need it. */
export interface JudgedTrial {
  /** The scenario's. */
  readonly name: string;
  readonly seed: number;
  readonly verdict: TrialVerdict;
  readonly runDir: string;
}

/** One finding over all trials of a run. */
export interface FindingGroup<T extends JudgedTrial = JudgedTrial> {
  readonly id: string;
  readonly rule: string;
  /** One sentence, as the first trial that shows it says it; where that shows it of several payments, with how many, and whose the next are. */
  readonly message: string;
  /** Names of the scenarios that show it, each once, in the order of the run. */
  readonly scenarios: readonly string[];
  /** The trials that show it, the first one first. */
  readonly trials: readonly [T, ...T[]];
}

const sentence = (message: string): Finding => ({ message, evidence: [] });

/** `api-failing (consequence of topic-missing) or not`: the cause's id. */
const causeId = (name: string): string => name.split(' ')[0] ?? name;

const isOptional = (name: string): boolean => name.endsWith(' or not');

/** A cause that was found and not expected is one thing that is wrong, one that was expected and not found another. */
const ofCauses = ({
  met,
  unjudged,
  expected,
  actual,
  message,
}: ExpectationResult): readonly (readonly [string, Finding])[] => {
  if (met || unjudged === true) return [];
  if (expected === null) return [[idOf('causes', 'no-case-applies'), sentence(message)]];
  const found = actual.map(causeId);
  const unexpected = [...new Set(found)].filter((id) => !expected.map(causeId).includes(id));
  const missing = expected.filter((name) => !isOptional(name) && !found.includes(causeId(name))).map(causeId);
  const all = [
    ...unexpected.map((id) => [idOf('causes', 'unexpected', id), sentence(`the cause ${id} is not expected`)] as const),
    ...missing.map(
      (id) => [idOf('causes', 'missing', id), sentence(`the cause ${id} is expected and was not found`)] as const,
    ),
  ];
  return all.length > 0 ? all : [[idOf('causes', 'otherwise', shapeOfSentence(message)), sentence(message)]];
};

const ofInvariants = ({ invariants }: TrialVerdict): readonly (readonly [string, string, Finding])[] =>
  invariants
    .filter(({ verdict }) => verdict === 'violated')
    .flatMap(({ id, findings }) =>
      // A rule that broke and says nothing is still a rule that broke.
      (findings.length === 0 ? [sentence(`${id} is violated`)] : findings).map(
        (finding) => [id, idOfFinding(id, finding), finding] as const,
      ),
    );

/**
 * What is wrong in a trial: violated invariants, causes that were not the expected ones, conditions at the end that do not hold.
 * Empty unless it failed: what is unknown accuses nobody.
 */
export const findingsOfTrial = (verdict: TrialVerdict): readonly TrialFinding[] => {
  if (verdict.outcome !== 'failed') return [];
  const all = [
    ...ofInvariants(verdict),
    ...ofCauses(verdict.during.expectation).map(([id, finding]) => ['causes', id, finding] as const),
    ...verdict.after
      .filter(({ met, unjudged }) => !met && unjudged !== true)
      .map(({ message }) => ['after', idOf('after', shapeOfSentence(message)), sentence(message)] as const),
  ];
  const byId = new Map<string, TrialFinding>();
  for (const [rule, id, finding] of all) {
    const before = byId.get(id);
    byId.set(id, { id, rule, shown: before === undefined ? [finding] : [...before.shown, finding] });
  }
  return [...byId.values()];
};

const messageOf = (shown: TrialFinding['shown']): string => {
  const [first] = fold(shown);
  return first === undefined ? shown[0].message : foldedText(first);
};

/** The findings of a run, those seen in most scenarios first. */
export const findingsOfRun = <T extends JudgedTrial>(trials: readonly T[]): readonly FindingGroup<T>[] => {
  const groups = new Map<string, FindingGroup<T>>();
  for (const trial of trials)
    for (const { id, rule, shown } of findingsOfTrial(trial.verdict)) {
      const before = groups.get(id);
      const scenarios = [...new Set([...(before?.scenarios ?? []), trial.name])];
      groups.set(
        id,
        before === undefined
          ? { id, rule, message: messageOf(shown), scenarios, trials: [trial] }
          : { ...before, scenarios, trials: [...before.trials, trial] },
      );
    }
  return [...groups.values()].sort((a, b) => b.scenarios.length - a.scenarios.length);
};
