import type { Reaper } from '../../base/reaper.ts';
import type { Variables } from '../setup/parts.ts';
import type { RuntimeFolder } from './runtime-folder.ts';
import type { Part } from './part.ts';
import type { ReservedPort } from './ports.ts';

/** What starting a part needs besides its own files. */
export interface StartContext {
  readonly folder: RuntimeFolder;
  readonly env: Variables;
  readonly reaper: Reaper;
  /** Told of every process the moment it runs, so that a start that fails half-way ends it too. */
  readonly started: (part: Part) => void;
  /** Chooses a free port. */
  readonly reservePort: () => Promise<ReservedPort>;
  /** Rejects when the start is given up because another part failed. */
  readonly abandoned: Promise<never>;
}

/** ms until a part must have answered; some twenty times what it takes on an idle machine. */
export const ANSWER_WITHIN_MS = 60_000;

/** How often a start is tried again because somebody took the port between choosing and using it. */
const ATTEMPTS = 4;

/**
 * Starts a part whose ports may be taken by somebody else meanwhile.
 * @param attempt starts it once; rejects with an error whose message tells when the port was taken
 */
export const retryWhenPortTaken = async <T>(attempt: (number: number) => Promise<T>): Promise<T> => {
  for (let number = 1; ; number++) {
    try {
      return await attempt(number);
    } catch (error) {
      if (number >= ATTEMPTS || !/address already in use|BindException/i.test(String(error))) throw error;
    }
  }
};
