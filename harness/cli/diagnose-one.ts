/** One payment of a live system: looked at once, or again and again. */
import { join, resolve } from 'node:path';
import { EXIT, FaultlineError } from '../base/errors.ts';
import { makeFolder } from '../base/make-folder.ts';
import { jsonText, oneLine } from '../base/presentable.ts';
import type { Redactor } from '../base/redact.ts';
import { replaceFile, requireWritable } from '../base/replace-file.ts';
import { changesBetween } from '../diagnose/changes.ts';
import { chosenChecks, partsOf } from '../diagnose/chosen.ts';
import type { Unfound } from '../diagnose/find.ts';
import { readLive } from '../diagnose/read.ts';
import type { AskedLive } from '../diagnose/read.ts';
import { reportOf } from '../diagnose/report.ts';
import type { DiagnosisReport } from '../diagnose/report.ts';
import type { Snapshot } from '../diagnose/snapshot.ts';
import { toHistory } from '../diagnose/to-history.ts';
import { withoutPersonal } from '../diagnose/without-personal.ts';
import type { HistoryEvent } from '../history/events.ts';
import { formatEvent } from '../history/file.ts';
import { pipelineOf } from '../pipeline/queries.ts';
import { askedAgain, tellCapture } from './capture-hint.ts';
import type { Command } from './context.ts';
import { looking } from './diagnose-looking.ts';
import type { DiagnoseOptions, Looking } from './diagnose-looking.ts';
import { endedAtOnce } from './ended-at-once.ts';
import { writeLines } from './io.ts';
import type { Io } from './io.ts';
import { createProgress } from './progress.ts';
import type { Progress } from './progress.ts';
import { diagnosisAs, diagnosisLine, exitCodeOfDiagnosis } from './tell-diagnosis.ts';
import { watch } from './watching.ts';

export const isUnfound = (found: Snapshot | Unfound): found is Unfound => 'unfound' in found;

export const unfoundText = ({ looked, unanswered, several }: Unfound, what: string): string => {
  if (several !== undefined)
    return `${several.length} are of ${what}; name one of them with --payment: ${several.join(', ')}\n`;
  return [
    looked.length === 0 ? `whose ${what} is could not be asked` : `nothing of ${what} is in ${looked.join(' and ')}`,
    ...unanswered.map((why) => `  not asked: ${why}`),
    '',
  ].join('\n');
};

const isGiven = (id: string | undefined): id is string => id !== undefined && id.trim() !== '';

/** Errors: FaultlineError 'usage' where nothing, or not enough, is given. */
export const aboutOf = ({
  payment,
  student,
  course,
}: Pick<DiagnoseOptions, 'payment' | 'student' | 'course'>): AskedLive['about'] => {
  if (isGiven(payment)) return { payment };
  if (isGiven(student) && isGiven(course)) return { pair: { studentId: student, courseId: course } };
  throw new FaultlineError(
    'usage',
    'nothing says which one is meant',
    'Give --payment ID, or --student ID and --course ID, or --all.',
  );
};

/** What was asked about, in words. */
export const inWords = (about: AskedLive['about'], called: string): string =>
  'payment' in about
    ? `${called} ${about.payment}`
    : `a ${called} of student ${about.pair.studentId} and course ${about.pair.courseId}`;

/** Errors: FaultlineError 'environment' where nothing can be written, before anything is asked. */
const prepareSaving = (folder: string): string => {
  try {
    makeFolder(folder);
  } catch (error) {
    throw new FaultlineError(
      'environment',
      `cannot make the folder ${folder}: ${(error as Error).message}`,
      'Name another one with --save.',
    );
  }
  const file = join(folder, 'history.ndjson');
  requireWritable(file);
  return file;
};

const save = (file: string, events: readonly HistoryEvent[], clean: Redactor): void =>
  replaceFile(file, events.map((event) => clean(formatEvent(event))).join(''));

const QUIET: Pick<Progress, 'say' | 'clear'> = { say: () => undefined, clear: () => undefined };

interface Pass {
  readonly io: Io;
  readonly options: DiagnoseOptions;
  readonly progress: Pick<Progress, 'say' | 'clear'>;
  /** Where what was read is kept; undefined: nowhere. */
  readonly file: string | undefined;
  readonly signal: AbortSignal;
}

/** What one pass found of the payment: a report, or why there is none, in words and for programs. */
type Found =
  { readonly report: DiagnosisReport } | { readonly unfound: { readonly text: string; readonly document: object } };

const lookOnce = async (
  { config, settings, where, since, clean }: Looking,
  { io, options, progress, file, signal }: Pass,
): Promise<Found> => {
  const about = aboutOf(options);
  const checks = chosenChecks(options.only, options.skip);
  const { called } = config.pipeline.subject;
  const found = await readLive({
    pipeline: config.pipeline,
    settings,
    about,
    parts: partsOf(checks),
    bytesPerSecond: options.bytesPerSecond,
    since,
    progress: progress.say,
    programs: { env: io.env, cwd: io.cwd },
    signal,
  });
  progress.clear();
  if (isUnfound(found)) {
    const document = { outcome: 'not-known', ...found };
    return { unfound: { text: unfoundText(found, inWords(about, called)), document } };
  }
  const events = toHistory(found);
  if (file !== undefined) save(file, withoutPersonal(events, pipelineOf(config.pipeline)), clean);
  return { report: reportOf(events, where, checks) };
};

const codeOf = (found: Found): number => ('report' in found ? exitCodeOfDiagnosis(found.report) : EXIT.unknown);

const textOf = (found: Found, { form }: DiagnoseOptions, called: string, io: Io): string => {
  if ('report' in found) return diagnosisAs(form, found.report, called, io);
  const { text, document } = found.unfound;
  return form === 'json' ? `${jsonText(document)}\n` : text;
};

/** After the first pass: what changed, or all where there was or is no report. */
const changedText = (before: Found | undefined, found: Found, whole: string, now: Date): string => {
  if (before !== undefined && 'unfound' in before && 'unfound' in found && before.unfound.text === found.unfound.text)
    return '';
  if (before === undefined || 'unfound' in before || 'unfound' in found) return whole;
  const at = now.toISOString().slice(11, 19);
  return changesBetween(before.report, found.report)
    .map((line) => `${at}  ${oneLine(line)}\n`)
    .join('');
};

export const diagnoseOne: Command<[options: DiagnoseOptions]> = async (context, options) => {
  const { io } = context;
  // Nothing is read, or made, for options that are wrong.
  aboutOf(options);
  chosenChecks(options.only, options.skip);
  const place = await looking(io, options);
  const file = options.save === undefined ? undefined : prepareSaving(resolve(io.cwd, options.save));
  const { called } = place.config.pipeline.subject;
  const progress = createProgress(io.stderr);
  let before: Found | undefined;
  // Where each line stays, one for every step of every pass would bury what changed.
  const isQuiet = (): boolean => before !== undefined && io.stderr.isTTY !== true;
  const pass = async (signal: AbortSignal): Promise<number> => {
    const since = options.sinceMs === undefined ? undefined : Date.now() - options.sinceMs;
    const found = await lookOnce(
      { ...place, since },
      { io, options, progress: isQuiet() ? QUIET : progress, file, signal },
    );
    const isLine = options.watchMs !== undefined && options.form === 'json';
    const whole = isLine
      ? diagnosisLine('report' in found ? found.report : found.unfound.document)
      : textOf(found, options, called, io);
    io.stdout.write(place.clean(isLine ? whole : changedText(before, found, whole, context.now())));
    if (before === undefined && 'report' in found)
      tellCapture(
        io,
        options.form,
        found.report,
        askedAgain(options, found.report.payment.correlationId).map((word) => place.clean(word)),
      );
    before = found;
    return codeOf(found);
  };
  try {
    if (options.watchMs === undefined) return await endedAtOnce(context, pass);
    writeLines(io.stderr, `again ${options.watchMs / 1000} s after each pass, until Ctrl-C`);
    return await watch(context, { everyMs: options.watchMs, pass });
  } finally {
    progress.clear();
  }
};
