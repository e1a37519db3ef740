/** The reporters that a command was asked for, in the order in which they are told: of a run, of shards, of a replay. */
import { isAbsolute, resolve } from 'node:path';
import { REPORTERS } from '../reporters/catalogue.ts';
import { jsonFileReporter } from '../reporters/json-file.ts';
import type { JsonFileOptions } from '../reporters/json-file.ts';
import { markdownReporter } from '../reporters/markdown.ts';
import { formatSummary } from '../reporters/summary.ts';
import type { Reporter } from '../reporters/types.ts';
import { writeDurations } from '../runner/durations.ts';
import type { CommandContext } from './context.ts';
import { fileReporters } from './file-reporters.ts';
import type { FileReporterOptions } from './file-reporters.ts';
import type { AskedFiles } from './prepare-outputs.ts';
import { textOptionsOf } from './text-options.ts';

export type NamedReporter = readonly [name: string, reporter: Reporter];

export interface AskedReporters extends Omit<FileReporterOptions, 'choices'> {
  readonly asked: AskedFiles & { readonly verbose: boolean };
  /** For the document of --json. */
  readonly document: JsonFileOptions;
  /** Told after the reporters that write text. */
  readonly further?: readonly NamedReporter[];
}

export const askedReporters = (context: CommandContext, options: AskedReporters): readonly NamedReporter[] => {
  const { io } = context;
  const { asked, document, further = [], write } = options;
  const text = textOptionsOf(io, { write, premises: document.premises, verbose: asked.verbose });
  const given = (file: string | undefined, make: (file: string) => NamedReporter): readonly NamedReporter[] =>
    file === undefined ? [] : [make(isAbsolute(file) ? file : resolve(io.cwd, file))];
  return [
    ...asked.reporters.flatMap(({ id }): NamedReporter[] => {
      const entry = REPORTERS[id];
      return entry.kind === 'own' ? [[id, entry.create(text)]] : [];
    }),
    ...further,
    ...given(asked.json, (file) => ['json file', jsonFileReporter(file, document)]),
    ...given(asked.summary, (file) => ['summary file', markdownReporter(file)]),
    ...given(asked.durations, (file) => [
      'durations',
      {
        onEnd: ({ results }) =>
          writeDurations(file, Object.fromEntries(results.map(({ name, timings }) => [name, timings.totalMs]))),
      },
    ]),
    ...fileReporters(context, { ...options, choices: asked.reporters }),
    // Who asked for no reporter tells it in own words.
    ...(asked.reporters.length === 0
      ? []
      : [['summary', { onEnd: (end) => write(formatSummary(end, text)) }] as NamedReporter]),
  ];
};
