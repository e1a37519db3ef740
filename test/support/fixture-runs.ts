/** Controls and mutants through the command line, two runs at a time: they wait more than they compute. */
import { join } from 'node:path';
import { folderOf } from '../../fixtures/catalogue.ts';
import type { Fixture } from '../../fixtures/catalogue.ts';
import { packageRoot } from '../../harness/base/package-root.ts';
import type { JsonScenario } from '../../harness/reporters/json-document.ts';
import { faultline, temporaryFolder } from './cli.ts';
import { readJson } from './run-output.ts';

const AT_ONCE = 2;

const waiting: (() => void)[] = [];
let running = 0;

/** Runs the work as soon as one of the places is free. */
const inTurn = async <T>(work: () => Promise<T>): Promise<T> => {
  if (running >= AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve));
  else running += 1;
  try {
    return await work();
  } finally {
    const next = waiting.shift();
    if (next) next();
    else running -= 1;
  }
};

export interface Played {
  readonly rows: readonly JsonScenario[];
  /** What the run printed, for a test that fails. */
  readonly said: string;
}

/** The set of that name, in these scenarios. */
export const playFixture = (fixture: Fixture, scenarios: readonly string[]): Promise<Played> =>
  inTurn(async () => {
    const folder = await temporaryFolder();
    const json = join(folder, 'run.json');
    const args = ['run', ...scenarios, '--workers', fixture.name, '--seed', '11', '--out', folder, '--json', json];
    const { stdout, stderr } = await faultline(args, {
      cwd: join(packageRoot, folderOf(fixture)),
      timeoutMs: 240_000,
    });
    return { rows: readJson(json).scenarios, said: stdout + stderr };
  });
