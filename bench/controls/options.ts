/** What the bench of the controls was asked for. */
import { parseArgs } from 'node:util';
import { CONTROLS } from '../../fixtures/controls/catalogue.ts';
import { list, listOf, positive } from '../command-line.ts';

interface Options {
  readonly controls: readonly string[];
  /** Names or globs; empty: all. */
  readonly scenarios: readonly string[];
  /** At least so many trials. */
  readonly trials: number;
  readonly seed: number;
}

const USAGE = `npm run bench:controls -- [--controls a,b] [--scenarios 'x,api-*'] [--trials 500] [--seed 1]
controls: ${CONTROLS.map(({ name }) => name).join(', ')}`;

/** @throws Error with the usage. */
export const readOptions = (args: readonly string[]): Options => {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        controls: { type: 'string', default: CONTROLS.map(({ name }) => name).join(',') },
        scenarios: { type: 'string', default: '' },
        trials: { type: 'string', default: '500' },
        seed: { type: 'string', default: '1' },
      },
    });
    const controls = listOf('control', values.controls, CONTROLS);
    return {
      controls,
      scenarios: list(values.scenarios),
      trials: positive(values.trials),
      seed: positive(values.seed),
    };
  } catch (error) {
    throw new Error(`${(error as Error).message}\n${USAGE}`, { cause: error });
  }
};
