/** For the tests of single causes. */
import type { Cause } from '../history/verdict.ts';
import { build } from '../history/testing/build.ts';
import type { Build, BuildOptions } from '../history/testing/build.ts';
import { flow } from '../history/testing/flow.ts';
import type { FlowOptions } from '../history/testing/flow.ts';
import { diagnose } from './diagnose.ts';

/** The causes at the observation of one payment's course; `seen` replaces what the trial saw of its workers then. */
export const causesOf = (
  options: FlowOptions,
  seen: (b: Build) => void = () => {},
  subject: BuildOptions = {},
): readonly Cause[] => {
  const b = flow(build(subject), options);
  b.observed(() => seen(b));
  return diagnose(b.history());
};

/** `topic-missing, worker-not-running<topic-missing`; a question mark for an undecided one. */
export const inShort = (causes: readonly Cause[]): string =>
  causes
    .map(({ id, consequenceOf, undecided }) => {
      const consequence = consequenceOf === undefined ? '' : `<${consequenceOf}`;
      return `${id}${undecided === true ? '?' : ''}${consequence}`;
    })
    .join(', ');

/** The worker's process is gone and its group empty. */
export const gone =
  (role: 'purchase-worker' | 'allocation-worker' = 'allocation-worker') =>
  (b: Build): void => {
    b.seen(role, 'absent');
    b.members(role, 0);
  };
