/** `faultline diagnose`: asks a live system about one payment, or about all, changes nothing, and says what is wrong and what repairs it. */
import { FaultlineError } from '../../base/errors.ts';
import { readAll } from '../../diagnose/all/read-all.ts';
import { reportOfAll } from '../../diagnose/all/report-all.ts';
import type { Command } from '../context.ts';
import { looking } from '../diagnose-looking.ts';
import type { DiagnoseOptions } from '../diagnose-looking.ts';
import { diagnoseOne } from '../diagnose-one.ts';
import { endedAtOnce } from '../ended-at-once.ts';
import { createProgress } from '../progress.ts';
import { allAs, exitCodeOfDiagnosis } from '../tell-diagnosis.ts';

/** Where many are looked through, what is younger is in work, ms. */
const RIPE_MS = 30_000;

/** Errors: FaultlineError 'usage' where an option is given that is of one payment. */
const requireForAll = ({
  payment,
  student,
  course,
  calls,
  only,
  skip,
  save: folder,
  watchMs,
}: DiagnoseOptions): void => {
  const given = Object.entries({
    payment,
    student,
    course,
    calls: calls[0],
    only,
    skip,
    save: folder,
    watch: watchMs,
  }).filter(([, value]) => value !== undefined);
  if (given.length > 0)
    throw new FaultlineError(
      'usage',
      `--all does not go with ${given.map(([name]) => `--${name}`).join(', ')}`,
      'Those are of one payment: look at one that it names.',
    );
};

const diagnoseAll: Command<[options: DiagnoseOptions]> = async (context, options) => {
  const { io } = context;
  requireForAll(options);
  const { config, settings, clean, where, since } = await looking(io, options);
  const { called } = config.pipeline.subject;
  const progress = createProgress(io.stderr);
  try {
    const { bytesPerSecond } = options;
    const seen = await endedAtOnce(context, (signal) =>
      readAll({
        pipeline: config.pipeline,
        settings,
        bytesPerSecond,
        since,
        ripeMs: RIPE_MS,
        progress: progress.say,
        programs: { env: io.env, cwd: io.cwd, signal },
      }),
    );
    progress.clear();
    const report = reportOfAll(seen, where, called);
    io.stdout.write(clean(allAs(options.form, report, called, io)));
    return exitCodeOfDiagnosis(report);
  } finally {
    progress.clear();
  }
};

export const diagnose: Command<[options: DiagnoseOptions]> = (context, options) =>
  options.all ? diagnoseAll(context, options) : diagnoseOne(context, options);
