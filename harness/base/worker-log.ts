/**
 * A worker's log as a file that can be looked at: what it wrote, made safe. From its first line on that had to be changed for that,
 * the lines as they were (credentials are hidden in both) stand in a file beside it, `<name>.raw.log`.
 */
import { appendFileSync, copyFileSync, existsSync } from 'node:fs';
import { presentable } from './presentable.ts';

/** Nobody else's to read. */
const OWN = { mode: 0o600 } as const;

const rawFileOf = (file: string): string => `${file.replace(/\.log$/, '')}.raw.log`;

/** Adds one line. Errors: those of the file system. */
export const appendLog = (file: string, line: string): void => {
  const raw = rawFileOf(file);
  const safe = presentable(line);
  const hasRaw = existsSync(raw);
  if (safe !== line && !hasRaw && existsSync(file)) copyFileSync(file, raw);
  if (safe !== line || hasRaw) appendFileSync(raw, `${line}\n`, OWN);
  appendFileSync(file, `${safe}\n`, OWN);
};
