/** What the comparison of early ends was asked for. */
import { parseArgs } from 'node:util';
import { list, listOf } from '../command-line.ts';
import { SETS } from './sets.ts';

interface Options {
  readonly sets: readonly string[];
  /** Names or globs, for every set; empty: those of each set. */
  readonly scenarios: readonly string[];
  /** As `--settle-deadline` takes it. */
  readonly deadline: string;
  readonly seed: string;
}

const USAGE = `npm run bench:early -- [--sets a,b] [--scenarios 'x,api-*'] [--settle-deadline 60s] [--seed 1]
sets: ${SETS.map(({ name }) => name).join(', ')}`;

/** @throws Error with the usage. */
export const readOptions = (args: readonly string[]): Options => {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        sets: { type: 'string', default: SETS.map(({ name }) => name).join(',') },
        scenarios: { type: 'string', default: '' },
        // Longer than the longest standstill, patience and the wait for a silent member's session.
        'settle-deadline': { type: 'string', default: '60s' },
        seed: { type: 'string', default: '1' },
      },
    });
    const sets = listOf('set', values.sets, SETS);
    return { sets, scenarios: list(values.scenarios), deadline: values['settle-deadline'], seed: values.seed };
  } catch (error) {
    throw new Error(`${(error as Error).message}\n${USAGE}`, { cause: error });
  }
};
