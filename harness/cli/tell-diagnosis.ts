/** How a diagnosis is told, and what it ends with. */
import { EXIT } from '../base/errors.ts';
import { jsonText } from '../base/presentable.ts';
import type { DiagnosisReport } from '../diagnose/report.ts';
import type { AllReport } from '../diagnose/all/report-all.ts';
import { allMarkdown, allText } from './all-text.ts';
import { colourOn, widthOf } from './context.ts';
import { diagnosisMarkdown } from './diagnosis-markdown.ts';
import { diagnosisText } from './diagnosis-text.ts';
import type { Io } from './io.ts';

export type DiagnosisForm = 'text' | 'json' | 'markdown';

const EXIT_OF: Readonly<Record<DiagnosisReport['outcome'], number>> = {
  'nothing-wrong': EXIT.ok,
  'cause-found': EXIT.failed,
  'not-known': EXIT.unknown,
};

/** `called`: what the pipeline calls its subjects. */
export const diagnosisAs = (form: DiagnosisForm, report: DiagnosisReport, called: string, io: Io): string => {
  if (form === 'json') return `${jsonText(report, 2)}\n`;
  return form === 'markdown'
    ? diagnosisMarkdown(report, called)
    : diagnosisText(report, called, colourOn(io), widthOf(io));
};

/** One line. */
export const diagnosisLine = (report: object): string => `${jsonText(report)}\n`;

export const allAs = (form: DiagnosisForm, report: AllReport, called: string, io: Io): string => {
  if (form === 'json') return `${jsonText(report, 2)}\n`;
  return form === 'markdown' ? allMarkdown(report, called) : allText(report, called, colourOn(io), widthOf(io));
};

export const exitCodeOfDiagnosis = ({ outcome }: Pick<DiagnosisReport, 'outcome'>): number => EXIT_OF[outcome];
