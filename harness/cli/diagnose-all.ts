/** Every payment of a live system: looked through once, or again and again. */
import { FaultlineError } from '../base/errors.ts';
import { changesInAll, knownFrom } from '../diagnose/all/changes-in-all.ts';
import type { KnownOfAll } from '../diagnose/all/changes-in-all.ts';
import { readAll } from '../diagnose/all/read-all.ts';
import { reportOfAll } from '../diagnose/all/report-all.ts';
import type { AllReport } from '../diagnose/all/report-all.ts';
import type { Command } from './context.ts';
import { looking } from './diagnose-looking.ts';
import type { DiagnoseOptions } from './diagnose-looking.ts';
import { makePasses } from './diagnose-passes.ts';
import { allAs, exitCodeOfDiagnosis } from './tell-diagnosis.ts';

/** Where many are looked through, what is younger is in work, ms. */
const RIPE_MS = 30_000;

/** Errors: FaultlineError 'usage' where an option is given that is of one payment. */
const requireForAll = ({ payment, student, course, calls, only, skip, save: folder }: DiagnoseOptions): void => {
  const given = Object.entries({ payment, student, course, calls: calls[0], only, skip, save: folder }).filter(
    ([, value]) => value !== undefined,
  );
  if (given.length > 0)
    throw new FaultlineError(
      'usage',
      `--all does not go with ${given.map(([name]) => `--${name}`).join(', ')}`,
      'Those are of one payment: look at one that it names.',
    );
};

export const diagnoseAll: Command<[options: DiagnoseOptions]> = async (context, options) => {
  requireForAll(options);
  const { io } = context;
  const { config, settings, clean, where } = await looking(io, options);
  const { called } = config.pipeline.subject;
  let known: KnownOfAll | undefined;
  return makePasses<AllReport>(context, options, clean, {
    look: async ({ progress, since, signal }) => {
      const seen = await readAll({
        pipeline: config.pipeline,
        settings,
        bytesPerSecond: options.bytesPerSecond,
        since,
        ripeMs: RIPE_MS,
        progress: progress.say,
        programs: { env: io.env, cwd: io.cwd },
        signal,
      });
      return reportOfAll(seen, where, called);
    },
    codeOf: exitCodeOfDiagnosis,
    whole: (report) => allAs(options.form, report, called, io),
    documentOf: (report) => report,
    changes: (before, report) => {
      const next = changesInAll(known ?? knownFrom(before), report);
      known = next.known;
      return next.changes;
    },
  });
};
