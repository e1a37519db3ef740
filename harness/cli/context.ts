/** What every command is given. */
import { wantsColour } from '../reporters/style.ts';
import type { Io } from './io.ts';
import type { Parts } from './parts.ts';
import type { SignalSource } from '../run/signals.ts';

export interface CommandContext {
  readonly io: Io;
  readonly parts: Parts;
  readonly signals: SignalSource;
  /** Ends the process at once: for the second Ctrl-C. */
  readonly exitNow: (code: number) => void;
  /** A number in [0, 1): for the seed of a run that was given none. */
  readonly random: () => number;
  /** ms; only differences count. */
  readonly clock: () => number;
  /** The day decides whether a known finding is still known. */
  readonly now: () => Date;
}

/** A command's work: returns the exit code. */
export type Command<Arguments extends readonly unknown[]> = (
  context: CommandContext,
  ...given: Arguments
) => Promise<number>;

export const colourOn = (io: Io): boolean => wantsColour(io.stdout.isTTY === true, io.env);

/** Columns to write in: the terminal's, within reason. */
export const widthOf = (io: Io): number => Math.min(Math.max(io.stdout.columns ?? 120, 60), 160);
