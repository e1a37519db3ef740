/**
 * Where a path leads, followed link by link, and never through one that somebody else has put into a folder he may write to: he
 * would choose which file of ours is written. The kernel does the same (protected_symlinks), but only where a folder is everybody's
 * and sticky, and only for who lets it follow.
 */
import { lstatSync, readlinkSync, statSync } from 'node:fs';
import type { Stats } from 'node:fs';
import { dirname, isAbsolute, join, parse, resolve, sep } from 'node:path';

const MOST_LINKS = 40;
const OTHERS_WRITE = 0o022;

/** Ours, root's, or that of whoever has the folder. */
const isTrusted = (link: Stats, folder: Stats): boolean =>
  process.geteuid === undefined ||
  (folder.mode & OTHERS_WRITE) === 0 ||
  [process.geteuid(), 0, folder.uid].includes(link.uid);

/** What it leads to, be it there or not. Errors: those of the file system; a link of somebody else's; too many. */
export const followed = (file: string): string => {
  const path = resolve(file);
  const { root } = parse(path);
  let at = root;
  let left = path.slice(root.length).split(sep);
  for (let links = 0; left.length > 0;) {
    const [name = '', ...rest] = left;
    left = rest;
    const next = name === '..' ? dirname(at) : join(at, name);
    const found = lstatSync(next, { throwIfNoEntry: false });
    if (found === undefined) return join(next, ...rest);
    if (!found.isSymbolicLink()) {
      at = next;
      continue;
    }
    links += 1;
    if (links > MOST_LINKS) throw new Error('its links lead nowhere');
    if (!isTrusted(found, statSync(at)))
      throw new Error(
        `${next} is a link that another user has put into a folder others write to: name what it leads to`,
      );
    const to = readlinkSync(next);
    const isThere = lstatSync(isAbsolute(to) ? to : `${at}${sep}${to}`, { throwIfNoEntry: false }) !== undefined;
    // What a process has open is no path: it is reached by this link alone.
    if (!isThere && statSync(next, { throwIfNoEntry: false }) !== undefined) return join(next, ...rest);
    left = [...to.split(sep).filter((part) => part !== '' && part !== '.'), ...rest];
    if (isAbsolute(to)) at = parse(to).root;
  }
  return at;
};
