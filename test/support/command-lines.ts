/** What everybody on a machine can read of its programs, and what only their owner can: both from /proc, as Linux has it. */
import { readFileSync, readdirSync } from 'node:fs';
import { secretsOf } from '../../harness/base/redact.ts';

const LOOK_EVERY_MS = 20;

export interface Shown {
  /** Command lines in which a secret stood: one of those that were named, or one of the environment of any of the programs. */
  readonly commandLines: readonly string[];
  /** Names of variables with a named secret, and whose they were. */
  readonly variables: readonly string[];
  /** How many programs were looked at. */
  readonly programs: number;
}

const parts = (pid: string, file: 'cmdline' | 'environ'): readonly string[] => {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8').split('\0');
  } catch {
    return []; // It has ended.
  }
};

const parentOf = (pid: string): string | undefined => {
  try {
    return /^PPid:\s*(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  } catch {
    return undefined;
  }
};

/** Pids of everything below a process. */
const below = (root: string): readonly string[] => {
  const parents = new Map(
    readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map((pid) => [pid, parentOf(pid)]),
  );
  const isBelow = (pid: string | undefined): boolean =>
    pid !== undefined && (pid === root || isBelow(parents.get(pid)));
  return [...parents.keys()].filter((pid) => pid !== root && isBelow(pid));
};

/** Looks at everything that a process starts until `work` is over. */
export const whileLooking = async <T>(
  { pid, secrets }: { readonly pid: number; readonly secrets: readonly string[] },
  work: Promise<T>,
): Promise<readonly [T, Shown]> => {
  const lines = new Set<string>();
  const owners = new Map<string, string>();
  const variables = new Set<string>();
  const lineOf = (one: string): string => parts(one, 'cmdline').join(' ').trim();
  const own = lineOf(String(pid));
  const look = (): void => {
    for (const child of below(String(pid))) {
      const line = lineOf(child);
      // Forked, and not yet the program that it will be: it still has everything of its parent's.
      if (line === own) continue;
      const environment = parts(child, 'environ').map((entry) => {
        const at = entry.indexOf('=');
        return [entry.slice(0, at), entry.slice(at + 1)] as const;
      });
      lines.add(line);
      for (const secret of secretsOf(Object.fromEntries(environment))) owners.set(secret, line);
      for (const [name, value] of environment)
        if (secrets.some((secret) => value.includes(secret))) variables.add(`${name} of ${line}`);
    }
  };
  const timer = setInterval(look, LOOK_EVERY_MS);
  try {
    const result = await work;
    const all = [...secrets, ...owners.keys()];
    return [
      result,
      {
        commandLines: [...lines].filter((line) => all.some((secret) => line.includes(secret))),
        variables: [...variables],
        programs: lines.size,
      },
    ];
  } finally {
    clearInterval(timer);
  }
};
