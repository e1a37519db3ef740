/**
 * Ends what the harness leaves behind when it has no chance to do so itself (SIGKILL): a POSIX-sh process in a session of its own that
 * reads what there is to end from a pipe. When the pipe closes, for whatever reason, the harness is gone or done, and the rest is ended.
 */
import { spawn } from 'node:child_process';
import { childEnvironment } from './child-env.ts';

export interface Reaper {
  /** Pid of the reaper's own process. */
  readonly pid: number;
  /**
   * A process group that dies with the harness.
   * @param first sent first, where a plain kill would leave something behind; KILL follows after 2 s at most
   */
  addGroup(pid: number, first?: 'QUIT' | 'INT' | 'TERM'): void;
  /** The group has ended; its number may be given to somebody else. */
  removeGroup(pid: number): void;
  /** Every process whose environment holds this text dies with the harness, whatever its group (where there is /proc). */
  addMark(text: string): void;
  removeMark(text: string): void;
  /** A folder that is removed with everything in it, after the groups have ended. */
  addFolder(path: string): void;
  removeFolder(path: string): void;
  /** Ends and removes whatever is still on the list, then the reaper itself; returns at once. */
  close(): void;
}

/*
 * Lines on stdin: `add GROUP SIGNAL`, `del GROUP`, `mark TEXT`, `unmark TEXT`, `dir PATH`, `undir PATH`. The lists are positional text, one entry a line:
 * sh has no arrays. Signals are ignored: a Ctrl-C is for the harness, and the reaper outlives it.
 */
const script = `
trap '' INT TERM HUP QUIT PIPE
newline='
'
groups=; marks=; folders=
without() { # LIST ENTRY: the list without the lines that begin with the entry
  kept=; rest=$1
  while [ -n "$rest" ]; do
    line=\${rest%%"$newline"*}; rest=\${rest#*"$newline"}
    case $line$newline in "$2$newline"* | "$2 "*) ;; *) kept=$kept$line$newline ;; esac
  done
}
while IFS=' ' read -r verb value extra; do
  case $verb in
    add) without "$groups" "$value"; groups=$kept$value' '$extra$newline ;;
    del) without "$groups" "$value"; groups=$kept ;;
    mark) marks=$marks$value$newline ;;
    unmark) without "$marks" "$value"; marks=$kept ;;
    dir) folders=$folders$value\${extra:+ $extra}$newline ;;
    undir) without "$folders" "$value\${extra:+ $extra}"; folders=$kept ;;
  esac
done
each() { # COMMAND LIST: calls the command with every line
  rest=$2
  while [ -n "$rest" ]; do
    line=\${rest%%"$newline"*}; rest=\${rest#*"$newline"}
    "$1" "$line"
  done
}
# -s and --: the one spelling for groups that dash, bash and busybox all take.
gently() { kill -s "\${1#* }" -- "-\${1%% *}"; }
finally() { # a child in a group of its own, as PostgreSQL's are, is known as one for as long as its parent lives
  pid=\${1%% *}; children=; stat=
  [ -r "/proc/$pid/stat" ] && read -r stat <"/proc/$pid/stat"
  # Its number may be another's by now, who leads no group.
  set -- \${stat##*') '}
  [ "$3" = "$pid" ] && [ -r "/proc/$pid/task/$pid/children" ] && read -r children <"/proc/$pid/task/$pid/children"
  for child in $children; do kill -s KILL "$child"; done
  kill -s KILL -- "-$pid"
}
alive() { # a kill needs no waiting, and nobody may be collecting zombies
  case $1 in *' KILL') return ;; esac
  kill -s 0 -- "-\${1%% *}" || return
  stat=; [ -r "/proc/\${1%% *}/stat" ] && read -r stat <"/proc/\${1%% *}/stat"
  case $stat in *') Z '*) ;; *) left=yes ;; esac
}
marked() { # ends whoever carries the text in its environment, and what that one started meanwhile
  for file in $(grep -lF -- "$1" /proc/[0-9]*/environ); do
    pid=\${file#/proc/}; kill -s KILL "\${pid%/environ}"
  done
}
discard() { rm -rf -- "$1"; }
exec 2>/dev/null
each gently "$groups"
tries=0; left=yes
while [ -n "$left" ] && [ $tries -lt 40 ]; do
  left=; each alive "$groups"
  [ -n "$left" ] && sleep 0.05
  tries=$((tries + 1))
done
each finally "$groups"
each marked "$marks"
each marked "$marks"
each discard "$folders"
# A process that was just killed may have written once more while its folder was being removed.
[ -n "$folders" ] && sleep 0.1 && each discard "$folders"
`;

/** Starts a reaper; a few milliseconds. Its process never keeps the harness from ending. */
export const startReaper = (): Reaper => {
  const child = spawn('/bin/sh', ['-c', script], {
    cwd: '/',
    // It outlives the harness.
    env: childEnvironment(process.env),
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  child.unref();
  const { stdin } = child;
  // Somebody may have killed the reaper: what it was there for is then done by the signal of the parent's death alone.
  stdin.on('error', () => undefined);
  child.on('error', () => undefined);
  if ('unref' in stdin && typeof stdin.unref === 'function') stdin.unref();
  const say = (line: string): void => {
    if (stdin.writable) stdin.write(`${line}\n`);
  };
  return {
    pid: child.pid ?? -1,
    addGroup: (pid, first) => say(`add ${pid} ${first ?? 'KILL'}`),
    removeGroup: (pid) => say(`del ${pid}`),
    addMark: (text) => say(`mark ${text}`),
    removeMark: (text) => say(`unmark ${text}`),
    addFolder: (path) => say(`dir ${path}`),
    removeFolder: (path) => say(`undir ${path}`),
    close: () => {
      stdin.end();
    },
  };
};
