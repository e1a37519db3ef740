/** The way from a diagnosis to a scenario. */
import { shellWord } from '../base/shell.ts';
import type { DiagnosisReport } from '../diagnose/report.ts';
import type { DiagnoseOptions } from './diagnose-looking.ts';
import type { DiagnosisForm } from './tell-diagnosis.ts';
import { writeLines } from './io.ts';
import type { Io } from './io.ts';
import { sinceText } from './values.ts';

type AskedBefore = Pick<DiagnoseOptions, 'save' | 'calls' | 'workers' | 'sinceMs' | 'brokers'>;

/**
 * The options by which `capture` is asked what the diagnosis was: of what it kept, or else of the same places. Never the database,
 * whose address may hold a password.
 */
export const askedAgain = (
  { save, calls, workers, sinceMs, brokers }: AskedBefore,
  correlationId: string,
): readonly string[] => {
  if (save !== undefined) return ['--from', save];
  return [
    ...['--payment', correlationId],
    ...calls.flatMap((each) => ['--calls', each]),
    ...workers.flatMap((each) => ['--workers', each]),
    ...(sinceMs === undefined ? [] : ['--since', sinceText(sinceMs)]),
    ...(brokers === undefined ? [] : ['--brokers', brokers]),
  ];
};

/** Said where people read it, and a cause was found. `how`: what it is captured by, such as `--payment ID`. */
export const tellCapture = (
  io: Io,
  form: DiagnosisForm,
  { causes }: Pick<DiagnosisReport, 'causes'>,
  how: readonly string[],
): void => {
  if (form !== 'text' || causes.length === 0) return;
  writeLines(
    io.stdout,
    `Bring it about on your own machine: npx faultline capture ${how.map((word) => shellWord(word)).join(' ')}`,
  );
};
