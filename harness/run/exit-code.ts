/** The exit code that the results of a run make; a shard keeps it with them. */
import { EXIT } from '../base/errors.ts';
import type { JudgedTrial } from '../verdict/findings.ts';
import { NO_PREMISES, countStandings, standingIn } from '../verdict/premises.ts';
import type { Premises, Standings } from '../verdict/premises.ts';

/** An expectation that failed outweighs one that could not be decided. */
export const exitCodeOfStandings = ({ failed, unknown }: Pick<Standings, 'failed' | 'unknown'>): number => {
  if (failed > 0) return EXIT.failed;
  return unknown > 0 ? EXIT.unknown : EXIT.ok;
};

/** Of a run: red for what is new. Without premises every finding is. */
export const exitCodeOfResults = (results: readonly JudgedTrial[], premises: Premises = NO_PREMISES): number =>
  exitCodeOfStandings(countStandings(results.map((result) => standingIn(premises, result))));
