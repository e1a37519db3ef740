/** The reporters of `--reporter`: Faultline's own and vitest's, by the name a user writes. */
import type { VitestReporter } from '../runner/run-vitest.ts';
import { agentReporter } from './agent.ts';
import { dotReporter } from './dot.ts';
import { githubReporter } from './github.ts';
import { listReporter } from './list.ts';
import type { TextOptions } from './list.ts';
import type { Reporter } from './types.ts';

interface OwnReporter {
  readonly kind: 'own';
  readonly create: (options: TextOptions) => Reporter;
}

interface ForeignReporter {
  readonly kind: 'vitest';
  readonly name: VitestReporter[0];
  /** File under the folder of runs when standard output is taken. */
  readonly file: string;
}

/** A file of Faultline's own, written at the end of a run. */
interface FileReporter {
  readonly kind: 'file';
  /** Under the folder of runs, unless the user names another. */
  readonly file: string;
}

export const REPORTERS = {
  list: { kind: 'own', create: listReporter },
  dot: { kind: 'own', create: dotReporter },
  json: { kind: 'vitest', name: 'json', file: 'vitest.json' },
  junit: { kind: 'vitest', name: 'junit', file: 'junit.xml' },
  github: { kind: 'own', create: githubReporter },
  html: { kind: 'file', file: 'report.html' },
  ctrf: { kind: 'file', file: 'ctrf.json' },
  agent: { kind: 'own', create: agentReporter },
} as const satisfies Readonly<Record<string, OwnReporter | ForeignReporter | FileReporter>>;

export type ReporterId = keyof typeof REPORTERS;

export const REPORTER_IDS = Object.keys(REPORTERS) as readonly ReporterId[];

export const DEFAULT_REPORTER: ReporterId = 'list';
