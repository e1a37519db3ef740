/** What the bench of diagnoses was asked for. */
import { parseArgs } from 'node:util';
import { list, positive } from '../command-line.ts';

interface Options {
  /** Ways whose name or code contains one of these; empty: all. */
  readonly ways: readonly string[];
  /** Of each way so many cases. */
  readonly seeds: number;
  /** The first. */
  readonly seed: number;
  /** So many environments at once. */
  readonly lanes: number;
  /** A file for the result; undefined: it is only printed. */
  readonly out: string | undefined;
}

const USAGE = `npm run bench:diagnosis -- [--ways FL0101,healthy] [--seeds 10] [--seed 1] [--lanes 2] [--out docs/measured/diagnosis.json]`;

/** @throws Error with the usage. */
export const readOptions = (args: readonly string[]): Options => {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        ways: { type: 'string', default: '' },
        seeds: { type: 'string', default: '10' },
        seed: { type: 'string', default: '1' },
        lanes: { type: 'string', default: '2' },
        out: { type: 'string' },
      },
    });
    return {
      ways: list(values.ways),
      seeds: positive(values.seeds),
      seed: positive(values.seed),
      lanes: positive(values.lanes),
      out: values.out,
    };
  } catch (error) {
    throw new Error(`${(error as Error).message}\n${USAGE}`, { cause: error });
  }
};
