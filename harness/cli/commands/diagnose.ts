/** `faultline diagnose`: asks a live system about one payment, or about all, changes nothing, and says what is wrong and what repairs it. */
import { join, resolve } from 'node:path';
import { EXIT, FaultlineError } from '../../base/errors.ts';
import { hostAndPort } from '../../base/host-and-port.ts';
import { makeFolder } from '../../base/make-folder.ts';
import { createRedactor, secretsOf } from '../../base/redact.ts';
import { jsonText } from '../../base/presentable.ts';
import type { Redactor } from '../../base/redact.ts';
import { replaceFile, requireWritable } from '../../base/replace-file.ts';
import { liveSettings } from '../../config/external.ts';
import { withCalls } from '../../config/live-logs.ts';
import { withWorkers } from '../../config/live-workers.ts';
import type { LiveSettings } from '../../config/types.ts';
import { chosenChecks, partsOf } from '../../diagnose/chosen.ts';
import { readLive } from '../../diagnose/read.ts';
import type { Unfound } from '../../diagnose/find.ts';
import type { AskedLive } from '../../diagnose/read.ts';
import { readAll } from '../../diagnose/all/read-all.ts';
import { reportOfAll } from '../../diagnose/all/report-all.ts';
import { reportOf } from '../../diagnose/report.ts';
import type { Snapshot } from '../../diagnose/snapshot.ts';
import { toHistory } from '../../diagnose/to-history.ts';
import type { Where } from '../../diagnose/tools.ts';
import { withoutPersonal } from '../../diagnose/without-personal.ts';
import type { HistoryEvent } from '../../history/events.ts';
import { formatEvent } from '../../history/file.ts';
import { pipelineOf } from '../../pipeline/queries.ts';
import { tellCapture } from '../capture-hint.ts';
import type { Command } from '../context.ts';
import type { Io } from '../io.ts';
import { loadOwnConfig } from '../own-config.ts';
import { createProgress } from '../progress.ts';
import { allAs, diagnosisAs, exitCodeOfDiagnosis } from '../tell-diagnosis.ts';
import type { DiagnosisForm } from '../tell-diagnosis.ts';

export interface DiagnoseOptions {
  /** Or student and course, both; or all. */
  readonly payment: string | undefined;
  readonly student: string | undefined;
  readonly course: string | undefined;
  readonly all: boolean;
  readonly brokers: string | undefined;
  readonly database: string | undefined;
  /** `name=log`. */
  readonly calls: readonly string[];
  /** `role=where`. */
  readonly workers: readonly string[];
  /** No records that are older than this, ms; undefined: all. */
  readonly sinceMs: number | undefined;
  readonly bytesPerSecond: number;
  /** Names of checks with commas between them. */
  readonly only: string | undefined;
  readonly skip: string | undefined;
  readonly form: DiagnosisForm;
  /** A folder for what was read. */
  readonly save: string | undefined;
}

/** Where many are looked through, what is younger is in work, ms. */
const RIPE_MS = 30_000;

/** Passwords, wherever they came from. */
const secretsIn = ({ kafka, postgres }: LiveSettings): readonly string[] =>
  [kafka?.sasl?.password, kafka?.tls?.key, postgres?.password, postgres?.tls?.key].flatMap((one) => one ?? []);

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

type WhereToLook = Pick<DiagnoseOptions, 'brokers' | 'database' | 'calls' | 'workers' | 'sinceMs'>;

/** Where to look, and what is not to be shown of it. */
export interface Looking {
  readonly config: Awaited<ReturnType<typeof loadOwnConfig>>;
  readonly settings: LiveSettings;
  readonly clean: Redactor;
  readonly where: Where;
  /** ms since the epoch. */
  readonly since: number | undefined;
}

export const looking = async (
  { cwd, env: own }: Io,
  { brokers, database, calls, workers, sinceMs }: WhereToLook,
): Promise<Looking> => {
  const config = await loadOwnConfig(cwd);
  const env = {
    ...own,
    ...(brokers === undefined ? {} : { KAFKA_BROKERS: brokers }),
    ...(database === undefined ? {} : { DATABASE_URL: database }),
  };
  const services = withCalls(config.live?.services, calls, { pipeline: pipelineOf(config.pipeline), cwd });
  const seen = withWorkers(config.live?.workers, workers, pipelineOf(config.pipeline));
  const settings = liveSettings({ ...config.live, services, workers: seen }, env, config.root);
  const { kafka } = settings;
  return {
    config,
    settings,
    clean: createRedactor([...secretsIn(settings), ...secretsOf(env)]),
    where: {
      brokers: kafka?.brokers.map(hostAndPort).join(',') ?? 'HOST:PORT',
      secured: kafka?.tls !== undefined || kafka?.sasl !== undefined,
    },
    since: sinceMs === undefined ? undefined : Date.now() - sinceMs,
  };
};

/** Errors: FaultlineError 'usage' where an option is given that is of one payment. */
const requireForAll = ({
  payment,
  student,
  course,
  calls,
  workers,
  only,
  skip,
  save: folder,
}: DiagnoseOptions): void => {
  const given = Object.entries({
    payment,
    student,
    course,
    calls: calls[0],
    workers: workers[0],
    only,
    skip,
    save: folder,
  }).filter(([, value]) => value !== undefined);
  if (given.length > 0)
    throw new FaultlineError(
      'usage',
      `--all does not go with ${given.map(([name]) => `--${name}`).join(', ')}`,
      'Those are of one payment: look at one that it names.',
    );
};

const diagnoseAll: Command<[options: DiagnoseOptions]> = async ({ io }, options) => {
  requireForAll(options);
  const { config, settings, clean, where, since } = await looking(io, options);
  const { called } = config.pipeline.subject;
  const progress = createProgress(io.stderr);
  try {
    const { bytesPerSecond } = options;
    const seen = await readAll({
      pipeline: config.pipeline,
      settings,
      bytesPerSecond,
      since,
      ripeMs: RIPE_MS,
      progress: progress.say,
    });
    progress.clear();
    const report = reportOfAll(seen, where, called);
    io.stdout.write(clean(allAs(options.form, report, called, io)));
    return exitCodeOfDiagnosis(report);
  } finally {
    progress.clear();
  }
};

const diagnoseOne: Command<[options: DiagnoseOptions]> = async ({ io }, options) => {
  const { form } = options;
  const about = aboutOf(options);
  const checks = chosenChecks(options.only, options.skip);
  const { config, settings, clean, where, since } = await looking(io, options);
  const file = options.save === undefined ? undefined : prepareSaving(resolve(io.cwd, options.save));
  const { called } = config.pipeline.subject;
  const progress = createProgress(io.stderr);
  try {
    const found = await readLive({
      pipeline: config.pipeline,
      settings,
      about,
      parts: partsOf(checks),
      bytesPerSecond: options.bytesPerSecond,
      since,
      progress: progress.say,
      env: io.env,
    });
    progress.clear();
    if (isUnfound(found)) {
      const text = unfoundText(found, inWords(about, called));
      io.stdout.write(clean(form === 'json' ? `${jsonText({ outcome: 'not-known', ...found })}\n` : text));
      return EXIT.unknown;
    }
    const events = toHistory(found);
    if (file !== undefined) save(file, withoutPersonal(events, pipelineOf(config.pipeline)), clean);
    const report = reportOf(events, where, checks);
    io.stdout.write(clean(diagnosisAs(form, report, called, io)));
    tellCapture(io, form, report, ['--payment', report.payment.correlationId]);
    return exitCodeOfDiagnosis(report);
  } finally {
    progress.clear();
  }
};

export const diagnose: Command<[options: DiagnoseOptions]> = (context, options) =>
  options.all ? diagnoseAll(context, options) : diagnoseOne(context, options);
