/** Exit codes of the command line. */
export const EXIT = { ok: 0, failed: 1, usage: 2, unknown: 3, environment: 4, interrupted: 130 } as const;

export type ErrorCode =
  'usage' | 'config' | 'scenario' | 'setup' | 'environment' | 'worker' | 'history' | 'fault' | 'interrupted';

/**
 * An error a user can act on: what happened, the value that caused it, and what to do next.
 * Anything else that reaches the top is a bug in Faultline and shows its stack.
 */
export class FaultlineError extends Error {
  readonly code: ErrorCode;
  /** What to do next. */
  readonly hint: string | undefined;

  constructor(code: ErrorCode, message: string, hint?: string) {
    super(message);
    this.name = 'FaultlineError';
    this.code = code;
    this.hint = hint;
  }
}
