/** Which other process has a file open to write, though it may have been removed since. Needs /proc: elsewhere nobody is found. */
import { constants, readFileSync, readdirSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** As the kernel names an open file: without links on the way, also when its folder is gone. */
const realName = (file: string): string => {
  try {
    return realpathSync(file);
  } catch {
    const above = dirname(file);
    return above === file ? file : join(realName(above), basename(file));
  }
};

/** Elsewhere the same number is another process, and the same name another file. */
const isOfThisContainer = (pid: string): boolean =>
  ['pid', 'mnt'].every((kind) => readlinkSync(`/proc/${pid}/ns/${kind}`) === readlinkSync(`/proc/self/ns/${kind}`));

const ACCESS = constants.O_RDONLY | constants.O_WRONLY | constants.O_RDWR;

/** Whoever only reads it (another `up`, `tail -f`) has it open otherwise. */
const isReadWrite = (pid: string, fd: string): boolean => {
  const flags = /^flags:\s*([0-7]+)$/m.exec(readFileSync(`/proc/${pid}/fdinfo/${fd}`, 'utf8'))?.[1] ?? '0';
  return (Number.parseInt(flags, 8) & ACCESS) === constants.O_RDWR;
};

/** A name may lead to another file by now: one that is there must be the same, one that is removed has no name left. */
const isSameFile = (link: string, name: string, open: string): boolean => {
  const found = statSync(open);
  if (link === `${name} (deleted)`) return found.nlink === 0;
  if (link !== name) return false;
  const there = statSync(name);
  return there.dev === found.dev && there.ino === found.ino;
};

const holds = (pid: string, name: string): boolean => {
  const folder = `/proc/${pid}/fd`;
  try {
    return (
      isOfThisContainer(pid) &&
      readdirSync(folder).some((fd) => {
        try {
          const open = join(folder, fd);
          return isSameFile(readlinkSync(open), name, open) && isReadWrite(pid, fd);
        } catch {
          // Closed meanwhile.
          return false;
        }
      })
    );
  } catch {
    // Gone, or another user's.
    return false;
  }
};

/** The pid of another process that has it open for reading and writing. */
export const openElsewhere = (file: string): number | undefined => {
  if (process.platform !== 'linux') return undefined;
  const name = realName(file);
  const pid = readdirSync('/proc').find(
    (entry) => /^\d+$/.test(entry) && Number(entry) !== process.pid && holds(entry, name),
  );
  return pid === undefined ? undefined : Number(pid);
};
