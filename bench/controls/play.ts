/** Plays scenarios with one set of the fixtures through the command line, as a team would. */
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../harness/base/package-root.ts';
import { EXIT } from '../../harness/base/errors.ts';
import { folderOf } from '../../fixtures/catalogue.ts';
import type { Fixture } from '../../fixtures/catalogue.ts';
import type { JsonDocument, JsonScenario } from '../../harness/reporters/json-document.ts';

/** Exit codes of a run that came to verdicts. */
const JUDGED: readonly number[] = [EXIT.ok, EXIT.failed, EXIT.unknown];

const main = join(packageRoot, 'dist/harness/cli/main.js');

export interface Play {
  readonly fixture: Pick<Fixture, 'name' | 'config'>;
  /** Names or globs; empty: all that apply. */
  readonly scenarios: readonly string[];
  readonly seed: number;
  /** A folder of its own. */
  readonly folder: string;
  /** What else `faultline run` is told. */
  readonly options?: readonly string[];
  /** Told of the process that plays them. */
  readonly started?: (pid: number) => void;
}

/** @throws Error with what it said when the run came to no verdicts. */
export const play = async ({
  fixture,
  scenarios,
  seed,
  folder,
  options: more = [],
  started,
}: Play): Promise<readonly JsonScenario[]> => {
  mkdirSync(folder, { recursive: true });
  const json = join(folder, 'run.json');
  const args = [
    'run',
    ...scenarios,
    '--workers',
    fixture.name,
    '--seed',
    String(seed),
    '--out',
    folder,
    '--json',
    json,
    ...more,
  ];
  const { code, said } = await new Promise<{ code: number; said: string }>((resolve) => {
    const env = { FAULTLINE_HOME: join(packageRoot, '.faultline'), ...process.env };
    const options = { cwd: join(packageRoot, folderOf(fixture)), env, maxBuffer: 256 * 1024 * 1024 };
    const { pid } = execFile(process.execPath, [main, ...args], options, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : -1, said: stdout + stderr }),
    );
    if (pid !== undefined) started?.(pid);
  });
  if (!JUDGED.includes(code)) throw new Error(`faultline ${args.join(' ')} ended with exit code ${code}:\n${said}`);
  return (JSON.parse(readFileSync(json, 'utf8')) as JsonDocument).scenarios;
};

/** Ids of what a verdict accuses the workers of, or why it is none. */
export const complaintOf = ({ verdict, invariants, during }: JsonScenario): string => {
  const violated = invariants.filter((one) => one.verdict === 'violated').map(({ id }) => id);
  const causes = during.causes.map(({ id }) => id);
  return [verdict, ...violated, ...(causes.length > 0 ? [`causes: ${causes.join(', ')}`] : [])].join('; ');
};
