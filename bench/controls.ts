/**
 * `npm run bench:controls`: right designs that do it differently, through every scenario that applies, in rounds: every other round
 * while all cores are busy. Nightly: an hour or so. Exit code 1 when one of them is accused, or a verdict is none.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CONTROLS } from '../fixtures/controls/catalogue.ts';
import type { Control } from '../fixtures/controls/catalogue.ts';
import { optionsBy } from './command-line.ts';
import { whileBusy } from './controls/busy.ts';
import { readOptions } from './controls/options.ts';
import { complaintOf, play } from './controls/play.ts';

const say = (line: string): void => void process.stdout.write(`${line}\n`);

const options = optionsBy(readOptions);

const { controls, scenarios, trials, seed } = options;
const chosen = CONTROLS.filter(({ name }) => controls.includes(name));
const out = mkdtempSync(join(tmpdir(), 'faultline-controls-'));
const accused = new Set<string>();
let played = 0;

const playOne = async (control: Control, round: number): Promise<void> => {
  const { name } = control;
  const began = Date.now();
  const folder = join(out, `${name}-${round}`);
  const rows = await play({ fixture: control, scenarios, seed: seed + round, folder });
  played += rows.length;
  const complaints = rows.filter(
    ({ verdict }) => verdict !== 'passed' && (verdict === 'failed' || control.mayBeUnknown !== true),
  );
  for (const row of complaints) {
    accused.add(name);
    say(`  ${name}: ${row.name}, seed ${row.seed}: ${complaintOf(row)}\n    ${row.runDir}`);
  }
  const seconds = Math.round((Date.now() - began) / 1000);
  say(`round ${round}, ${name}: ${rows.length - complaints.length} of ${rows.length} passed in ${seconds} s`);
};

const playAll = async (round: number): Promise<void> => {
  for (const control of chosen) await playOne(control, round);
};

// At least two rounds, and as many busy ones as quiet ones.
for (let round = 1; round <= 2 || played < trials || round % 2 === 0; round += 1)
  await (round % 2 === 0 ? whileBusy(() => playAll(round)) : playAll(round));

if (accused.size === 0) rmSync(out, { recursive: true });
else say(`everything is in ${out}`);
say(`controls ${chosen.length - accused.size}/${chosen.length} clear in ${played} trials`);
process.exit(accused.size === 0 ? 0 : 1);
