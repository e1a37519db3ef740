import type { ChildProcess } from 'node:child_process';

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Lines the double wrote about itself. */
  readonly log: readonly string[];
}

export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  log(): readonly string[];
  stdout(): string;
  stderr(): string;
}

type Outcome = 'passed' | 'failed' | 'unknown';

export interface ScenarioOrder {
  /** A list: one for every attempt. */
  readonly outcome?: Outcome | readonly Outcome[];
  /** The first verdict becomes unknown a few ms after it was given. */
  readonly late?: boolean;
  readonly ms?: number;
  /** Hash of the pacts that judge it. */
  readonly pacts?: string;
  /** A file: the trial ends when it is there. */
  readonly until?: string;
  /** A code of FaultlineError, or 'bug'. */
  readonly throws?: string;
}

export declare const startDouble: (
  args: readonly string[],
  options: {
    readonly cwd: string;
    readonly orders?: {
      readonly open?: 'fails' | 'cannot' | { readonly until: string };
      readonly scenarios?: Readonly<Record<string, ScenarioOrder>>;
    };
    readonly env?: Readonly<Record<string, string>>;
  },
) => Running;
