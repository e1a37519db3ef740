/** The reporters that write a file of Faultline's own at the end of a run: the page, and documents for other programs. */
import { join } from 'node:path';
import { existsSync } from 'node:fs';
import { TEMPLATE } from '../report/pack.ts';
import { htmlReporter } from '../report/reporter.ts';
import { writeReport } from '../report/write.ts';
import { REPORTERS } from '../reporters/catalogue.ts';
import { ctrfReporter } from '../reporters/ctrf.ts';
import { replaceFile } from '../base/replace-file.ts';
import type { Reporter } from '../reporters/types.ts';
import type { CommandContext } from './context.ts';
import { fileOfReporter } from './prepare-outputs.ts';
import { findReference, readRecorded, readTags } from '../run/report-trials.ts';
import type { ReporterChoice } from './values.ts';
import { faultlineVersion } from '../base/version.ts';

export interface FileReporterOptions {
  readonly choices: readonly ReporterChoice[];
  /** The folder of runs; absolute. Trials that passed are looked for in it. */
  readonly outDir: string;
  /** A run that failed has its page also when nobody asked for it. */
  readonly pageOfFailures: boolean;
  readonly write: (text: string) => void;
}

type Named = readonly [name: string, reporter: Reporter];

export const fileReporters = ({ io, now }: CommandContext, options: FileReporterOptions): readonly Named[] => {
  const { choices, outDir, write } = options;
  const chosen = (id: 'html' | 'ctrf'): ReporterChoice | undefined => choices.find((choice) => choice.id === id);
  const fileOf = (id: 'html' | 'ctrf'): string =>
    fileOfReporter(chosen(id) ?? { id }, io.cwd, outDir) ?? join(outDir, REPORTERS[id].file);
  const page = (always: boolean): Named => [
    'html',
    htmlReporter({
      file: fileOf('html'),
      always,
      faultline: faultlineVersion(),
      now,
      recorded: readRecorded,
      tagsOf: readTags,
      referenceFor: (result) => findReference(io.cwd, [outDir], result),
      writePage: writeReport,
      write,
    }),
  ];
  const asked = chosen('html') !== undefined;
  return [
    ...(chosen('ctrf') === undefined
      ? []
      : [
          [
            'ctrf',
            ctrfReporter({
              version: faultlineVersion(),
              now,
              save: (text) => replaceFile(fileOf('ctrf'), text),
            }),
          ] as const,
        ]),
    // Run from its sources, Faultline has no page until it is built.
    ...(asked || (options.pageOfFailures && existsSync(TEMPLATE)) ? [page(asked)] : []),
  ];
};
