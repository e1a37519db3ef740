/** `faultline capture`: what is wrong with a payment of a live system as a scenario, which brings the same about anywhere. */
import { relative, resolve } from 'node:path';
import { EXIT, FaultlineError } from '../../base/errors.ts';
import { formatProblem } from '../../base/problems.ts';
import { redact } from '../../base/redact.ts';
import type { Redactor } from '../../base/redact.ts';
import { shellWord } from '../../base/shell.ts';
import { chooseCause } from '../../diagnose/capture/choose.ts';
import { fileText } from '../../diagnose/capture/file-text.ts';
import { isUnforced } from '../../diagnose/capture/forcing.ts';
import { scenarioOf } from '../../diagnose/capture/scenario-of.ts';
import { situationOf } from '../../diagnose/capture/situation.ts';
import { WHY_UNFORCED } from '../../diagnose/capture/unforced.ts';
import { ALL_CHECKS, partsOf } from '../../diagnose/chosen.ts';
import { readLive } from '../../diagnose/read.ts';
import { reportOf } from '../../diagnose/report.ts';
import { toHistory } from '../../diagnose/to-history.ts';
import type { Where } from '../../diagnose/tools.ts';
import { withoutPersonal } from '../../diagnose/without-personal.ts';
import { declarationHash } from '../../history/declared.ts';
import type { HistoryEvent } from '../../history/events.ts';
import { pipelineOf } from '../../pipeline/queries.ts';
import { shippedPipeline } from '../../pipeline/shipped.ts';
import { readStoredLive, workingOut } from '../../run/stored-run.ts';
import { freshSeed } from '../../runner/seeds.ts';
import { scenarioProblems } from '../../scenario/validate.ts';
import { requireFree, requireLoadable, usualFile, writeCaptured } from '../captured-file.ts';
import type { Command, CommandContext } from '../context.ts';
import { looking } from '../diagnose-looking.ts';
import type { DiagnoseOptions } from '../diagnose-looking.ts';
import { aboutOf, inWords, isUnfound, unfoundText } from '../diagnose-one.ts';
import { endedAtOnce } from '../ended-at-once.ts';
import { writeLines } from '../io.ts';
import type { Io } from '../io.ts';
import { createProgress } from '../progress.ts';
import { exitCodeOfDiagnosis } from '../tell-diagnosis.ts';

type OfALiveOne = Pick<
  DiagnoseOptions,
  'payment' | 'student' | 'course' | 'brokers' | 'database' | 'calls' | 'workers' | 'sinceMs' | 'bytesPerSecond'
>;

export interface CaptureOptions extends OfALiveOne {
  /** A folder of `diagnose --save`, in the place of a live system. */
  readonly from: string | undefined;
  /** A code or id; undefined: the first that was found. */
  readonly cause: string | undefined;
  /** Undefined: in the project's folder of scenarios, by the scenario's name. */
  readonly out: string | undefined;
  /** A file that is there is replaced. */
  readonly force: boolean;
}

/** What was read, and where; undefined: it was not found, which has been said. */
interface Read {
  readonly events: readonly HistoryEvent[];
  readonly where: Where;
  /** Hides credentials. */
  readonly clean: Redactor;
}

const usage = (message: string, hint: string): FaultlineError => new FaultlineError('usage', message, hint);

const readStored = (io: Io, folder: string, { payment, student, course }: CaptureOptions): Read => {
  if ([payment, student, course].some((each) => each !== undefined))
    throw usage('--from does not go with --payment, --student or --course', 'What was saved is of one payment.');
  const events = readStoredLive(io.cwd, folder);
  if (events === undefined)
    throw usage(`${folder} holds nothing that was read of a live system`, 'Name a folder of `diagnose --save`.');
  return { events, where: { brokers: 'HOST:PORT' }, clean: redact };
};

const readAsked = async (
  { io }: CommandContext,
  options: CaptureOptions,
  signal: AbortSignal,
): Promise<Read | undefined> => {
  const about = aboutOf(options);
  const { config, settings, clean, where, since } = await looking(io, options);
  const progress = createProgress(io.stderr);
  try {
    const found = await readLive({
      pipeline: config.pipeline,
      settings,
      about,
      parts: partsOf(ALL_CHECKS),
      bytesPerSecond: options.bytesPerSecond,
      since,
      programs: { env: io.env, cwd: io.cwd },
      signal,
      progress: progress.say,
    });
    progress.clear();
    if (!isUnfound(found)) return { events: toHistory(found), where, clean };
    io.stdout.write(clean(unfoundText(found, inWords(about, config.pipeline.subject.called))));
    return undefined;
  } finally {
    progress.clear();
  }
};

/** The declaration that the history is judged by. */
const openedPipeline = ([started]: readonly HistoryEvent[]) => {
  if (started?.kind !== 'trial.started') throw new Error('a history begins with the start');
  return started.pipeline;
};

/** Two captures of the same payment are two scenarios, and neither name leads to it. */
const drawnBy = ({ random }: CommandContext): string => freshSeed(random).toString(16).padStart(8, '0');

const captureFrom = async (context: CommandContext, { events, where, clean }: Read, options: CaptureOptions) => {
  const { io } = context;
  const kept = withoutPersonal(events, pipelineOf(openedPipeline(events)));
  const situation = situationOf(kept);
  const chosen = chooseCause(situation, options.cause);
  const { called } = situation.pipeline.subject;
  if (chosen === undefined) {
    const report = reportOf(events, where);
    const wrong = situation.findings.find(({ accuses }) => accuses);
    const why = wrong === undefined ? 'there is no cause to bring about' : WHY_UNFORCED[wrong.id];
    writeLines(io.stdout, clean(report.inShort), `No scenario was written: ${why}.`);
    return exitCodeOfDiagnosis(report);
  }
  const captured = scenarioOf(situation, chosen, drawnBy(context));
  if (isUnforced(captured)) {
    writeLines(io.stdout, `No scenario was written: ${captured.unforced}.`);
    return EXIT.failed;
  }
  const [problem] = scenarioProblems(captured.scenario, situation.pipeline);
  if (problem !== undefined)
    throw new FaultlineError(
      'history',
      `what was read makes no scenario: ${formatProblem(problem, captured.scenario)}`,
      'Read it again, or capture it from the live system.',
    );
  const file =
    options.out === undefined
      ? await usualFile(io, captured.scenario.name, openedPipeline(events))
      : resolve(io.cwd, options.out);
  requireFree(io, file, options.force);
  const isShipped = declarationHash(openedPipeline(events)) === declarationHash(shippedPipeline);
  writeCaptured(file, fileText(captured, called, isShipped), options.force);
  writeLines(
    io.stdout,
    `${captured.cause}${captured.doubt === undefined ? '' : ` (${captured.doubt})`}`,
    `wrote ${relative(io.cwd, file)}`,
    ...captured.kept.map((each) => `  kept: ${each}`),
    ...captured.otherwise.map((each) => `  otherwise than it was: ${each}`),
    '',
    `Bring it about: npx faultline run ${shellWord(relative(io.cwd, file))}`,
  );
  return EXIT.ok;
};

export const capture: Command<[CaptureOptions]> = async (context, options) => {
  const { io } = context;
  const { from, out, force } = options;
  if (out !== undefined) {
    requireLoadable(out);
    requireFree(io, resolve(io.cwd, out), force);
  }
  if (from === undefined) {
    const read = await endedAtOnce(context, (signal) => readAsked(context, options, signal));
    return read === undefined ? EXIT.unknown : captureFrom(context, read, options);
  }
  const read = readStored(io, from, options);
  return workingOut([resolve(io.cwd, from)], () => captureFrom(context, read, options));
};
