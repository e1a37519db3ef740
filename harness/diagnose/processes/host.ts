/** Processes of this machine whose command line fits an expression. Needs /proc. */
import { readFileSync, readdirSync } from 'node:fs';
import { readStat, stateOf } from '../../base/process-group.ts';
import { matchAll } from '../calls/pattern-lines.ts';
import type { WorkerSighting } from '../snapshot.ts';

interface Found {
  readonly pid: number;
  readonly command: string;
}

/** Of a command line. */
const MOST_CHARACTERS = 16 * 1024;

const commandOf = (pid: number): string => {
  try {
    const arguments_ = readFileSync(`/proc/${pid}/cmdline`, 'utf8').slice(0, MOST_CHARACTERS);
    return arguments_.split('\0').join(' ').trim();
  } catch {
    return '';
  }
};

/** Ourselves and whoever started us: the expression may stand in what was typed. */
const ownPids = (): ReadonlySet<number> => {
  const own = new Set<number>();
  for (let pid = process.pid; pid > 0 && !own.has(pid); pid = readStat(`/proc/${pid}/stat`)?.parent ?? 0) own.add(pid);
  return own;
};

/** Does it ask the same, at another terminal or through a shell? The expression stands in what was typed there. */
const isAsking = (command: string, pattern: string): boolean =>
  command.includes('--workers') && command.includes(`=${pattern}`);

/** Is somebody else's process kept from us? Then one that is not found may be there. */
const isHiding = (): boolean => {
  if (process.getuid?.() === 0) return false;
  const [, hiding] = /^proc \/proc proc \S*hidepid=(\w+)/m.exec(readFileSync('/proc/mounts', 'utf8')) ?? [];
  return hiding !== undefined && !['0', 'off'].includes(hiding);
};

/** The kernel counts in these. */
const TICKS_PER_SECOND = 100;

const uptimeMs = (): number => Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]) * 1000;

/** What is seen of them. Errors: where they cannot be seen, or the expression takes for ever. */
export const onThisHost = (pattern: string): WorkerSighting => {
  if (process.platform !== 'linux') throw new Error('processes of this machine are seen on Linux alone');
  const own = ownPids();
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name): Found => ({ pid: Number(name), command: commandOf(Number(name)) }))
    .filter(({ pid, command }) => command !== '' && !own.has(pid) && !isAsking(command, pattern));
  const matches = matchAll(
    new RegExp(pattern),
    all.map(({ command }) => command),
  );
  if (matches === undefined) throw new Error('the expression takes too long on a command line');
  const stats = all.flatMap(({ pid }, i) => (matches[i] === null ? [] : (readStat(`/proc/${pid}/stat`) ?? [])));
  const living = stats.filter(({ letter }) => stateOf(letter) !== 'absent');
  if (living.length === 0 && isHiding()) throw new Error("others' processes are hidden from us (hidepid)");
  if (living.length === 0) return { state: 'absent', detail: `no process of this machine fits ${pattern}` };
  const youngest = Math.max(...living.map(({ started }) => started));
  return {
    state: living.every(({ letter }) => stateOf(letter) === 'stopped') ? 'stopped' : 'running',
    detail: `${living.length === 1 ? '1 process' : `${living.length} processes`} of this machine`,
    forMs: Math.max(0, uptimeMs() - (youngest * 1000) / TICKS_PER_SECOND),
  };
};
