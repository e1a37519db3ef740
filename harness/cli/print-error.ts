/** Errors as a user reads them. */
import { FaultlineError } from '../base/errors.ts';
import { redact } from '../base/redact.ts';
import { coloursFor } from '../reporters/style.ts';

/**
 * A FaultlineError as its message and its way out; anything else as a bug of ours, with its stack. Credentials are
 * hidden. Ends with a line break.
 */
export const formatError = (error: unknown, colour: boolean): string => {
  const colours = coloursFor(colour);
  if (error instanceof FaultlineError) {
    const hint = error.hint === undefined ? '' : `\n${redact(error.hint)}`;
    return `${colours.red('error:')} ${redact(error.message)}${hint}\n`;
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const cause = error instanceof Error && error.cause !== undefined ? `\ncaused by: ${String(error.cause)}` : '';
  return `${colours.red('a bug in Faultline:')} ${redact(stack + cause)}\nPlease report it with the command you ran and this text.\n`;
};
