/**
 * `npm run bench:early`: does a proof that settling will never come end a trial as the full wait would? The reference workers, wrong
 * and right designs, each twice. Nightly: hours. Exit code 1 when a verdict, an invariant or a cause differs.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JsonScenario } from '../harness/reporters/json-document.ts';
import type { TrialResult } from '../harness/verdict/result.ts';
import { optionsBy } from './command-line.ts';
import { play } from './controls/play.ts';
import { differencesOf } from './early/compare.ts';
import { readOptions } from './early/options.ts';
import { SETS } from './early/sets.ts';
import type { PlayedSet } from './early/sets.ts';

const say = (line: string): void => void process.stdout.write(`${line}\n`);

const options = optionsBy(readOptions);

const out = mkdtempSync(join(tmpdir(), 'faultline-early-'));
const totals = { trials: 0, ended: 0, differ: 0 };

const endedEarly = ({ runDir }: JsonScenario): boolean => {
  const file = join(runDir, 'history.ndjson');
  return existsSync(file) && readFileSync(file, 'utf8').includes('"kind":"trial.ended-early"');
};

/** Causes count only where the scenario expects some; elsewhere they are shown as they were at an arbitrary moment. */
const expectsCauses = ({ runDir }: JsonScenario): boolean =>
  (JSON.parse(readFileSync(join(runDir, 'verdict.json'), 'utf8')) as TrialResult).verdict.during.expectation
    .expected !== null;

const playSet = (set: PlayedSet, way: string, more: readonly string[]): Promise<readonly JsonScenario[]> =>
  play({
    fixture: set,
    scenarios: options.scenarios.length > 0 ? options.scenarios : set.scenarios,
    seed: Number(options.seed),
    folder: join(out, set.name, way),
    options: ['--settle-deadline', options.deadline, ...more],
  });

const compare = async (set: PlayedSet): Promise<void> => {
  const began = Date.now();
  const early = await playSet(set, 'early', []);
  const waitedOut = await playSet(set, 'waited-out', ['--wait-out']);
  const ended = early.filter(endedEarly).length;
  const wrong = early.flatMap((row) => {
    const other = waitedOut.find(({ name }) => name === row.name);
    const found =
      other === undefined
        ? ['not played when waited out']
        : [
            ...(endedEarly(other) ? ['it ended early although it was to be waited out'] : []),
            ...differencesOf(row, other, expectsCauses(row)),
          ];
    return found.length === 0 ? [] : [{ row, other, found }];
  });
  for (const { row, other, found } of wrong) {
    say(`  ${set.name}: ${row.name}: ${found.join('; ')}`);
    say(`    ${row.runDir}\n    ${other?.runDir ?? '-'}`);
  }
  totals.trials += early.length;
  totals.ended += ended;
  totals.differ += wrong.length;
  const seconds = Math.round((Date.now() - began) / 1000);
  say(`${set.name}: ${early.length - wrong.length} of ${early.length} the same, ${ended} ended early, in ${seconds} s`);
};

for (const set of SETS.filter(({ name }) => options.sets.includes(name))) await compare(set);

const { trials, ended, differ } = totals;
if (differ === 0) rmSync(out, { recursive: true });
else say(`everything is in ${out}`);
say(`early ends ${trials - differ}/${trials} as when waited out, ${ended} of them ended early`);
process.exit(differ === 0 && trials > 0 ? 0 : 1);
