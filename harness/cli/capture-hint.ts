/** The way from a diagnosis to a scenario. */
import { shellWord } from '../base/shell.ts';
import type { DiagnosisReport } from '../diagnose/report.ts';
import type { DiagnosisForm } from './tell-diagnosis.ts';
import { writeLines } from './io.ts';
import type { Io } from './io.ts';

/** Said where people read it, and a cause was found. `how`: what it is captured by, `--payment ID`. */
export const tellCapture = (
  io: Io,
  form: DiagnosisForm,
  { causes }: Pick<DiagnosisReport, 'causes'>,
  how: readonly [option: string, value: string],
): void => {
  if (form !== 'text' || causes.length === 0) return;
  writeLines(io.stdout, `Bring it about on your own machine: npx faultline capture ${how[0]} ${shellWord(how[1])}`);
};
