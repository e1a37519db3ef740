import { FaultlineError } from './errors.ts';
import type { ErrorCode } from './errors.ts';

/** The same promise, or after `ms` an error that says what was waited for. The work itself is not ended. */
export const withDeadline = async <T>(
  work: Promise<T>,
  ms: number,
  what: string,
  code: ErrorCode = 'environment',
): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () =>
        reject(
          new FaultlineError(
            code,
            `${what} took longer than ${ms / 1000} s`,
            'Is the machine overloaded? `faultline doctor` shows it.',
          ),
        ),
      ms,
    );
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
};
