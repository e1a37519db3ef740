/** How much memory another process has held at most. */
import { readFileSync } from 'node:fs';

const LOOK_EVERY_MS = 200;
const PEAK = /^VmHWM:\s+(\d+) kB$/m;

export interface Peak {
  /** MB; NaN: it was never seen. */
  readonly mb: number;
}

/** Looks until it ends. Linux only. */
export const peakOf = (pid: number): Peak => {
  const peak = { mb: NaN };
  const look = (): void => {
    try {
      const [, kb] = PEAK.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
      if (kb !== undefined) peak.mb = Math.round(Number(kb) / 1024);
      else clearInterval(timer);
    } catch {
      clearInterval(timer);
    }
  };
  const timer = setInterval(look, LOOK_EVERY_MS);
  look();
  return peak;
};
