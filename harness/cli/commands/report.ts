/** `faultline report <folders…>`: the page of stored trials. Runs nothing. */
import { isAbsolute, join, resolve } from 'node:path';
import { EXIT } from '../../base/errors.ts';
import { writeReport } from '../../report/write.ts';
import { counted } from '../../reporters/style.ts';
import type { Command } from '../context.ts';
import { writeLines } from '../io.ts';
import { readPremises } from '../../run/premises.ts';
import { believedWorkers, replayCommand } from '../replay-command.ts';
import { findReference, readReportTrials, runsAround } from '../../run/report-trials.ts';
import { faultlineVersion } from '../../base/version.ts';
import { loadOwnConfig } from '../own-config.ts';

export interface ReportOptions {
  readonly folders: readonly string[];
  /** The file to write; undefined: report.html in the first folder. */
  readonly out: string | undefined;
  /** Run folders or folders of runs with trials that passed; those beside the given ones are looked through as well. */
  readonly passing: readonly string[];
  readonly known: string | undefined;
}

export const report: Command<[ReportOptions]> = async (context, options) => {
  const { io } = context;
  const trials = readReportTrials(io.cwd, options.folders, (trial) =>
    replayCommand(trial.name, { seed: trial.seed, workers: believedWorkers(trial.workers), fresh: false }, io.env),
  );
  const workers = [...new Set(trials.map(({ result }) => result.workers))];
  const config = await loadOwnConfig(io.cwd);
  const premises = readPremises(config, io.cwd, context.now(), {
    known: options.known,
    against: undefined,
    workers,
    whole: false,
  });
  const places = [...options.passing.map((folder) => resolve(io.cwd, folder)), ...runsAround(trials)];
  const out = options.out ?? join(options.folders[0] ?? '.', 'report.html');
  const file = isAbsolute(out) ? out : resolve(io.cwd, out);
  writeReport(file, {
    title: `${counted(trials.length, 'trial')}, workers ${workers.join(', ')}`,
    made: context.now(),
    faultline: faultlineVersion(),
    trials,
    premises,
    notApplicable: [],
    referenceFor: ({ result }) => findReference(io.cwd, places, result),
  });
  writeLines(io.stdout, `${counted(trials.length, 'trial')} in ${file}`);
  return EXIT.ok;
};
