/** Whether a trial came out the same with settling ended early and waited out. */
import { codeOfDoubt } from '../../harness/verdict/codes.ts';
import type { JsonScenario } from '../../harness/reporters/json-document.ts';

export type Judged = Pick<JsonScenario, 'name' | 'verdict' | 'attempts' | 'invariants' | 'during'>;

/** Whether a worker has died of its missing topic yet, when causes are looked for, is chance. */
const causesOf = ({ during }: Judged): string =>
  during.causes
    .filter(({ consequenceOf }) => consequenceOf === undefined)
    .map(({ id, rank, undecided }) => [`${rank}. ${id}`, ...(undecided === true ? ['(undecided)'] : [])].join(' '))
    .join(', ');

/** Something went on unseen in the trial: what it did, or kept from being done, is chance. */
const isSpoilt = ({ verdict, attempts = [] }: Judged): boolean =>
  verdict === 'unknown' &&
  (attempts.at(-1)?.unknown ?? []).some((why) => ['FL401', 'FL409'].includes(codeOfDoubt(why) ?? ''));

/** All that a verdict says, by what it says it of. `withCauses`: the scenario expects some. */
const conclusionsOf = (row: Judged, withCauses: boolean): ReadonlyMap<string, string> =>
  new Map([
    ['verdict', row.verdict],
    ...(isSpoilt(row)
      ? []
      : [
          ...(withCauses ? [['causes', causesOf(row)] as const] : []),
          ...row.invariants.map(({ id, verdict }) => [id, verdict] as const),
        ]),
  ]);

/** What differs, in words; empty: nothing. */
export const differencesOf = (early: Judged, waitedOut: Judged, withCauses: boolean): readonly string[] => {
  const [left, right] = [conclusionsOf(early, withCauses), conclusionsOf(waitedOut, withCauses)];
  return [...new Set([...left.keys(), ...right.keys()])].flatMap((what) => {
    const [one = 'nothing', other = 'nothing'] = [left.get(what), right.get(what)];
    return one === other ? [] : [`${what}: ${one} when ended early, ${other} when waited out`];
  });
};
