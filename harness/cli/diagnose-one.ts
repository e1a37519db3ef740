/** One payment of a live system: looked at once, or again and again. */
import { join, resolve } from 'node:path';
import { EXIT, FaultlineError } from '../base/errors.ts';
import { makeFolder } from '../base/make-folder.ts';
import { jsonText } from '../base/presentable.ts';
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
import { makePasses } from './diagnose-passes.ts';
import type { Pass } from './diagnose-passes.ts';
import type { Io } from './io.ts';
import { diagnosisAs, exitCodeOfDiagnosis } from './tell-diagnosis.ts';

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

/** What one pass found of the payment: a report, or why there is none, in words and for programs. */
type Found =
  { readonly report: DiagnosisReport } | { readonly unfound: { readonly text: string; readonly document: object } };

const lookOnce = async (
  { config, settings, where, clean }: Looking,
  io: Io,
  options: DiagnoseOptions,
  /** Where what was read is kept; undefined: nowhere. */
  file: string | undefined,
  { progress, since, signal }: Pass,
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
  if (isUnfound(found)) {
    const document = { outcome: 'not-known', ...found };
    return { unfound: { text: unfoundText(found, inWords(about, called)), document } };
  }
  const events = toHistory(found);
  if (file !== undefined) save(file, withoutPersonal(events, pipelineOf(config.pipeline)), clean);
  return { report: reportOf(events, where, checks) };
};

const wholeOf = (found: Found, { form }: DiagnoseOptions, called: string, io: Io): string => {
  if ('report' in found) return diagnosisAs(form, found.report, called, io);
  const { text, document } = found.unfound;
  return form === 'json' ? `${jsonText(document)}\n` : text;
};

/** All is told anew where there was or is no report. */
const changesIn = (before: Found, found: Found): readonly string[] | undefined => {
  if ('report' in before) return 'report' in found ? changesBetween(before.report, found.report) : undefined;
  return 'unfound' in found && before.unfound.text === found.unfound.text ? [] : undefined;
};

export const diagnoseOne: Command<[options: DiagnoseOptions]> = async (context, options) => {
  const { io } = context;
  // Nothing is read, or made, for options that are wrong.
  aboutOf(options);
  chosenChecks(options.only, options.skip);
  const place = await looking(io, options);
  const file = options.save === undefined ? undefined : prepareSaving(resolve(io.cwd, options.save));
  const { clean } = place;
  return makePasses<Found>(context, options, clean, {
    look: (pass) => lookOnce(place, io, options, file, pass),
    codeOf: (found) => ('report' in found ? exitCodeOfDiagnosis(found.report) : EXIT.unknown),
    whole: (found) => wholeOf(found, options, place.config.pipeline.subject.called, io),
    documentOf: (found) => ('report' in found ? found.report : found.unfound.document),
    changes: changesIn,
    afterFirst: (found) => {
      if (!('report' in found)) return;
      const again = askedAgain(options, found.report.payment.correlationId).map((word) => clean(word));
      tellCapture(io, options.form, found.report, again);
    },
  });
};
