/** What `faultline judge` of a long history takes, start and reading included, in a process of its own. */
import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../../harness/base/package-root.ts';
import { formatEvent } from '../../harness/history/file.ts';
import { paymentsAtOnce } from './many.ts';
import { recordedEvents } from './recorded.ts';

/** Written at once. */
const LINES = 1000;

const writeHistory = (file: string, length: number): number => {
  let [lines, events] = [[] as string[], 0];
  const flush = (): void => {
    appendFileSync(file, lines.join(''));
    lines = [];
  };
  for (const event of recordedEvents(length)) {
    lines.push(formatEvent(event));
    events += 1;
    if (lines.length === LINES) flush();
  }
  flush();
  return events;
};

/** Told by the process itself, as it ends. */
const TELL = `process.on('exit', () => {
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  require('node:fs').writeFileSync(process.env.FAULTLINE_GROWTH_USAGE, JSON.stringify({ maxRSS, userCPUTime, systemCPUTime }));
});
`;

interface Usage {
  /** KiB. */
  readonly maxRSS: number;
  /** µs. */
  readonly userCPUTime: number;
  readonly systemCPUTime: number;
}

export interface Judged {
  readonly events: number;
  /** Exit code; null: it was ended by a signal. */
  readonly code: number | null;
  readonly said: string;
  readonly ms: number;
  readonly cpuMs: number;
  readonly mostBytes: number;
}

/** As the process told it; NaN where it could not: it was killed. */
export const usedIn = (file: string): Pick<Judged, 'cpuMs' | 'mostBytes'> => {
  if (!existsSync(file)) return { cpuMs: NaN, mostBytes: NaN };
  const { maxRSS, userCPUTime, systemCPUTime } = JSON.parse(readFileSync(file, 'utf8')) as Usage;
  return { cpuMs: (userCPUTime + systemCPUTime) / 1000, mostBytes: maxRSS * 1024 };
};

/** Writes a run's folder with so many events, and judges it by the built command. */
export const judgedInAChild = (length: number): Judged => {
  const folder = mkdtempSync(join(tmpdir(), 'faultline-growth-'));
  try {
    const run = join(folder, 'run');
    mkdirSync(run);
    const events = writeHistory(join(run, 'history.ndjson'), length);
    const scenario = paymentsAtOnce(1);
    writeFileSync(join(run, 'scenario.json'), JSON.stringify({ scenario, seed: 1, workers: 'hardened' }));
    const [usage, tell] = [join(folder, 'usage.json'), join(folder, 'tell.cjs')];
    writeFileSync(tell, TELL);
    const began = performance.now();
    const main = join(packageRoot, 'dist/harness/cli/main.js');
    const { status, stdout, stderr } = spawnSync(process.execPath, ['--require', tell, main, 'judge', run], {
      cwd: packageRoot,
      env: { ...process.env, FAULTLINE_GROWTH_USAGE: usage },
      encoding: 'utf8',
    });
    const ms = performance.now() - began;
    return { events, code: status, said: `${stdout}${stderr}`, ms, ...usedIn(usage) };
  } finally {
    rmSync(folder, { recursive: true });
  }
};
