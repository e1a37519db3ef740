/**
 * Everything that a process of the team's has started (a worker, a migration), wherever it went: it may have left the process group (a session of its
 * own, a double fork). Found by what it does not shed by that: a mark in its environment, the outputs it was given, its
 * parent. Needs /proc: elsewhere nothing is found outside the group.
 */
import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { groupIsGone, readStat, stateOf } from './process-group.ts';
import type { Stat } from './process-group.ts';
import { TCP_STATE, tcpRows } from './tcp-table.ts';

/** The variable by which such processes are known, with another value at every start. */
export const MARK = 'FAULTLINE_WORKER_ID';

/** What the processes of one start have in common. */
export interface Kin {
  /** The group's leader. */
  readonly pid: number;
  /** Nobody who was started before it is of its family. */
  readonly since: number;
  /** The value of MARK. */
  readonly mark: string;
  /** The outputs it was given. */
  readonly outputs: ReadonlySet<string>;
  /** Ports on which only this worker is listened to. */
  readonly ports: readonly number[];
}

export interface Outsiders {
  /** Living processes of the family outside the leader's group. */
  readonly pids: readonly number[];
  /** Open connections to its ports that are neither the family's nor ours. */
  readonly strangers: number;
}

const NOBODY: Outsiders = { pids: [], strangers: 0 };

const read = (path: string): string => {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    // It is gone, or somebody else's.
    return '';
  }
};

const link = (path: string): string => {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
};

const outputsOf = (pid: number): readonly string[] =>
  [1, 2].map((fd) => link(`/proc/${pid}/fd/${fd}`)).filter((target) => /^(socket|pipe):/.test(target));

/** Of a process that was started this moment. `ports`: those of its addresses. */
export const kinOf = (pid: number, mark: string, ports: readonly number[]): Kin => ({
  pid,
  mark,
  ports,
  since: readStat(`/proc/${pid}/stat`)?.started ?? 0,
  outputs: new Set(outputsOf(pid)),
});

const living = (since: number): ReadonlyMap<number, Stat> => {
  const found = new Map<number, Stat>();
  for (const name of readdirSync('/proc')) {
    const stat = /^\d+$/.test(name) ? readStat(`/proc/${name}/stat`) : undefined;
    if (stat !== undefined && stat.started >= since && stateOf(stat.letter) !== 'absent') found.set(Number(name), stat);
  }
  found.delete(process.pid);
  return found;
};

const isKin = (pid: number, { mark, outputs }: Kin): boolean =>
  read(`/proc/${pid}/environ`).split('\0').includes(`${MARK}=${mark}`) ||
  outputsOf(pid).some((target) => outputs.has(target));

/**
 * Is the leader's number its family's alone? While it is there (also when it has ended and was not waited for), and while its group has
 * somebody: no number is given out that a group still has. Somebody else who has it says that the group had come to its end before, so
 * that only what a process has tells then.
 */
const isLed = ({ pid, since }: Kin): boolean => [undefined, since].includes(readStat(`/proc/${pid}/stat`)?.started);

/** Is this process of the family: in the leader's group, known by what it has, or started by one that is? */
export const isOfFamily = (pid: number, kin: Kin): boolean => {
  const led = isLed(kin);
  for (let at = pid; at > 1;) {
    const stat = readStat(`/proc/${at}/stat`);
    if (stat === undefined || stat.started < kin.since) return false;
    if ((led && (at === kin.pid || stat.group === kin.pid)) || isKin(at, kin)) return true;
    at = stat.parent;
  }
  return false;
};

/** Inodes of the open sockets whose other end is one of these ports: the clients' own. */
const clientSockets = (ports: readonly number[]): Set<string> => {
  const wanted = new Set(ports.map((port) => port.toString(16).toUpperCase().padStart(4, '0')));
  const inodes = new Set<string>();
  for (const family of ['tcp', 'tcp6'] as const)
    for (const { remote, state, inode } of tcpRows(read(`/proc/net/${family}`)))
      if (state === TCP_STATE.established && inode !== '0' && wanted.has(remote.slice(-4))) inodes.add(inode);
  return inodes;
};

const socketsOf = (pid: number): readonly string[] => {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap(
      (fd) => /^socket:\[(\d+)\]$/.exec(link(`/proc/${pid}/fd/${fd}`))?.[1] ?? [],
    );
  } catch {
    return [];
  }
};

/** Who is of the family and outside the group, and how many others talk on its wires. One look, some milliseconds. */
export const outsidersOf = (kin: Kin): Outsiders => {
  if (process.platform !== 'linux') return NOBODY;
  const all = living(kin.since);
  const led = isLed(kin);
  const inside = new Set(
    [...all].flatMap(([pid, { group }]) =>
      (group === kin.pid || pid === kin.pid) && (led || isKin(pid, kin)) ? [pid] : [],
    ),
  );
  const family = new Set(inside);
  for (const pid of all.keys()) if (!inside.has(pid) && isKin(pid, kin)) family.add(pid);
  for (let grown = true; grown;) {
    grown = false;
    for (const [pid, { parent }] of all)
      if (!family.has(pid) && family.has(parent)) {
        family.add(pid);
        grown = true;
      }
  }
  const sockets = clientSockets(kin.ports);
  if (sockets.size > 0)
    for (const pid of [...family, process.pid]) for (const inode of socketsOf(pid)) sockets.delete(inode);
  return { pids: [...family].filter((pid) => !inside.has(pid)), strangers: sockets.size };
};

/** Sends a signal to each; one that has gone meanwhile needs none. */
export const signalEach = (pids: readonly number[], signal: NodeJS.Signals): void => {
  for (const pid of pids)
    try {
      process.kill(pid, signal);
    } catch {
      // Gone, or not ours to end: whoever looks again sees it.
    }
};

/** How long killed processes may take to be gone, ms: much memory is given back slowly on a busy machine. */
export const GONE_DEADLINE_MS = 10_000;

/** A process that is just becoming another program has no environment for a moment: one look may miss it. */
const LOOKS_THAT_FIND_NOBODY = 2;

/**
 * To be called when the group was sent SIGKILL: ends everything outside it, too, until nothing is left; false when something still is.
 * `escaped` hears who was outside the group.
 */
export const endFamily = async (kin: Kin, escaped: (pids: readonly number[]) => void): Promise<boolean> => {
  const deadline = performance.now() + GONE_DEADLINE_MS;
  let nobody = 0;
  for (;;) {
    if (groupIsGone(kin.pid)) {
      const { pids } = outsidersOf(kin);
      nobody = pids.length === 0 ? nobody + 1 : 0;
      if (nobody === LOOKS_THAT_FIND_NOBODY) return true;
      escaped(pids);
      signalEach(pids, 'SIGKILL');
    }
    if (performance.now() > deadline) return false;
    await delay(2);
  }
};
