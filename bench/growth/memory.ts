/** How much memory another process has held at most, and how much CPU time it took. */
import { readFileSync } from 'node:fs';

const LOOK_EVERY_MS = 200;
const PEAK = /^VmHWM:\s+(\d+) kB$/m;

/** Of Linux: in such ticks it tells a process's CPU time. */
const TICK_MS = 10;
/** Of what follows the command's name in /proc/PID/stat. */
const [USER, SYSTEM] = [11, 12];

export interface Peak {
  /** MB; NaN: it was never seen. */
  readonly mb: number;
  /** ms, its own and not that of processes it started; NaN as well. */
  readonly cpuMs: number;
}

/** What `/proc/PID/stat` says of it, whatever the command is called. */
export const cpuMsOf = (stat: string): number => {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[USER]) + Number(fields[SYSTEM])) * TICK_MS;
};

/** Looks until it ends. Linux only. */
export const peakOf = (pid: number): Peak => {
  const peak = { mb: NaN, cpuMs: NaN };
  const look = (): void => {
    try {
      const [, kb] = PEAK.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
      if (kb === undefined) return clearInterval(timer);
      peak.mb = Math.round(Number(kb) / 1024);
      peak.cpuMs = cpuMsOf(readFileSync(`/proc/${pid}/stat`, 'utf8'));
    } catch {
      clearInterval(timer);
    }
  };
  const timer = setInterval(look, LOOK_EVERY_MS);
  look();
  return peak;
};
