/** Processes of this machine whose command line fits an expression. Needs /proc. */
import { readFileSync, readdirSync } from 'node:fs';
import { basename } from 'node:path';
import { oneLine } from '../../base/presentable.ts';
import { readStat, stateOf } from '../../base/process-group.ts';
import { matchAll } from '../calls/pattern-lines.ts';
import type { WorkerSighting } from '../snapshot.ts';

interface Found {
  readonly pid: number;
  /** Its arguments, the program first. */
  readonly words: readonly string[];
}

/** Are told of those that fit. */
const MOST_NAMED = 3;

/** Of a command line. */
const MOST_CHARACTERS = 16 * 1024;

const wordsOf = (pid: number): readonly string[] => {
  try {
    const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').slice(0, MOST_CHARACTERS).split('\0');
    return words.join('').trim() === '' ? [] : words;
  } catch {
    return [];
  }
};

const commandOf = ({ words }: Found): string => words.join(' ').trim();

const SCRIPT = /\.(?:[cm]?[jt]s|py|rb|jar|php)$/;

/** Its number, program and script: nothing else of what was typed may be shown. */
const nameOf = ({ pid, words: [program = '', ...others] }: Found): string => {
  const script = others.find((word) => SCRIPT.test(word));
  return oneLine([String(pid), basename(program), ...(script === undefined ? [] : [basename(script)])].join(' '));
};

/** Ourselves and whoever started us: the expression may stand in what was typed. */
const ownPids = (): ReadonlySet<number> => {
  const own = new Set<number>();
  for (let pid = process.pid; pid > 0 && !own.has(pid); pid = readStat(`/proc/${pid}/stat`)?.parent ?? 0) own.add(pid);
  return own;
};

/** Does it ask the same, at another terminal or through a shell, or is it Faultline's own? The expression may stand in what was typed there. */
const isAsking = (found: Found, pattern: string): boolean => {
  const command = commandOf(found);
  const isFaultline = found.words
    .slice(0, 3)
    .some((word) => /(?:^|\/)(?:faultline(?:\.[cm]?js)?|harness\/cli\/main\.[jt]s)$/.test(word));
  return isFaultline || (command.includes('--workers') && command.includes(`=${pattern}`));
};

/** The kernel counts in these. */
const TICKS_PER_SECOND = 100;

const uptimeMs = (): number => Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]) * 1000;

/** What is seen of them. Errors: where none is seen, which does not say that there is none, or the expression takes for ever. */
export const onThisHost = (pattern: string): WorkerSighting => {
  if (process.platform !== 'linux') throw new Error('processes of this machine are seen on Linux alone');
  const own = ownPids();
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name): Found => ({ pid: Number(name), words: wordsOf(Number(name)) }))
    .filter((found) => found.words.length > 0 && !own.has(found.pid) && !isAsking(found, pattern));
  const matches = matchAll(new RegExp(pattern), all.map(commandOf));
  if (matches === undefined) throw new Error('the expression takes too long on a command line');
  const living = all.flatMap((found, i) => {
    const stat = matches[i] === null ? undefined : readStat(`/proc/${found.pid}/stat`);
    return stat === undefined || stateOf(stat.letter) === 'absent' ? [] : [{ found, ...stat }];
  });
  // It may be called otherwise, run on another machine or beside this container, or be hidden from us.
  if (living.length === 0) throw new Error(`no process that is seen from here fits ${pattern}`);
  const youngest = Math.max(...living.map(({ started }) => started));
  const named = living.slice(0, MOST_NAMED).map(({ found }) => nameOf(found));
  const others = living.length > named.length ? ', …' : '';
  return {
    state: living.every(({ letter }) => stateOf(letter) === 'stopped') ? 'stopped' : 'running',
    detail: `${living.length === 1 ? '1 process' : `${living.length} processes`} of this machine (${named.join(', ')}${others})`,
    forMs: Math.max(0, uptimeMs() - (youngest * 1000) / TICKS_PER_SECOND),
  };
};
