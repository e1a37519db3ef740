/** Starts vitest over scenario files in this process; the trials themselves run on the caller's desk. */
import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Writable } from 'node:stream';
import type { InlineConfig, TestSequencer, TestSpecification } from 'vitest/node';
import { presentable } from '../base/presentable.ts';
import { serveDesk } from './channel.ts';
import type { TrialDesk } from './channel.ts';
import { withoutNewSignalListeners } from './signal-listeners.ts';
import { trialOptions } from './vitest-options.ts';

/** vitest's own reporters, by its names, each with the file it writes to; null: standard output. */
export type VitestReporter = readonly [name: 'json' | 'junit', outputFile: string | null];

export interface VitestRunOptions {
  /** Absolute scenario files. */
  readonly files: readonly string[];
  readonly reporters: readonly VitestReporter[];
  /** Where vitest's reporters write. */
  readonly stdout: Writable;
  readonly stderr: Writable;
}

export interface PreparedVitest {
  /** Runs every file's trials. Errors that belong to no trial are returned. */
  start(desk: TrialDesk): Promise<readonly unknown[]>;
  close(): Promise<void>;
}

/** Deepest folder above all files: vitest names a test file relative to its root. */
export const commonFolder = (files: readonly string[]): string => {
  const [first, ...rest] = files.map((file) => dirname(file).split('/'));
  const shared = (first ?? ['']).filter((_, i, all) =>
    rest.every((other) => other.slice(0, i + 1).join('/') === all.slice(0, i + 1).join('/')),
  );
  return shared.join('/') || '/';
};

// An empty list of reporters would bring vitest's default one, which prints over ours.
const SILENT = { onInit: (): void => undefined };

const reporterOptions = (reporters: readonly VitestReporter[]): NonNullable<InlineConfig['reporters']> => [
  SILENT,
  ...reporters.map(([name, outputFile]): [string, Record<string, unknown>] => [
    name,
    outputFile === null ? {} : { outputFile },
  ]),
];

// vitest would begin with the largest file.
class KeepOrder implements TestSequencer {
  sort(files: TestSpecification[]): TestSpecification[] {
    return files;
  }

  shard(files: TestSpecification[]): TestSpecification[] {
    return files;
  }
}

/** vitest writes JSON as it is: what acts on a terminal is escaped in it, as in ours. */
const escapeInJson = (file: string): void => {
  if (statSync(file, { throwIfNoEntry: false })?.isFile() !== true) return;
  const text = readFileSync(file, 'utf8');
  const safe = presentable(text);
  if (safe !== text) writeFileSync(file, safe);
};

let runs = 0;

/** Creates vitest (0.2 s of imports and set-up: do it while the environment starts). */
export const prepareVitest = async (options: VitestRunOptions): Promise<PreparedVitest> => {
  const channelName = `faultline-${process.pid}-${++runs}`;
  const { createVitest } = await import('vitest/node');
  const vitest = await withoutNewSignalListeners(() =>
    createVitest(
      'test',
      {
        ...trialOptions(),
        config: false,
        watch: false,
        root: commonFolder(options.files),
        // Files are handed over one by one below: as patterns, brackets in a path would be read as such.
        include: [],
        sequence: { sequencer: KeepOrder },
        reporters: reporterOptions(options.reporters),
        provide: { faultlineChannel: channelName },
        // The one file vitest would write of its own accord, beside the scenarios.
        cache: false,
      },
      { logLevel: 'error', clearScreen: false, plugins: [] },
      { stdout: options.stdout, stderr: options.stderr },
    ),
  );
  return {
    start: async (desk) => {
      const server = serveDesk(channelName, desk);
      const made = options.reporters.flatMap(([, file]) => (file === null || existsSync(file) ? [] : [file]));
      try {
        await vitest.standalone();
        const project = vitest.getRootProject();
        const run = await vitest.runTestSpecifications(options.files.map((file) => project.createSpecification(file)));
        const broken = run.testModules.flatMap((module) => [...module.errors()]);
        return [...run.unhandledErrors, ...broken];
      } finally {
        server.close();
        // They tell what workers wrote, as our own do.
        for (const file of made) if (existsSync(file)) chmodSync(file, 0o600);
        for (const [name, file] of options.reporters) if (name === 'json' && file !== null) escapeInJson(file);
      }
    },
    close: () => vitest.close(),
  };
};
