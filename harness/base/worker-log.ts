/**
 * A worker's log as a file that can be looked at: what it wrote, made safe. From its first line on that had to be changed for that,
 * the bytes as they were stand in a file beside it, `<name>.raw.log`: without credentials in both, a line end after each.
 */
import { appendFileSync, copyFileSync, existsSync } from 'node:fs';
import { presentable } from './presentable.ts';

const LINE_END = Buffer.from('\n');

/** Nobody else's to read. */
const OWN = { mode: 0o600 } as const;

const rawFileOf = (file: string): string => `${file.replace(/\.log$/, '')}.raw.log`;

/** Adds one line; `bytes`: as it was, where that was no text. Errors: those of the file system. */
export const appendLog = (file: string, line: string, bytes?: Uint8Array): void => {
  const raw = rawFileOf(file);
  const safe = presentable(line);
  const hasRaw = existsSync(raw);
  const differs = safe !== line || bytes !== undefined;
  if (differs && !hasRaw && existsSync(file)) copyFileSync(file, raw);
  if (differs || hasRaw) appendFileSync(raw, Buffer.concat([bytes ?? Buffer.from(line), LINE_END]), OWN);
  appendFileSync(file, `${safe}\n`, OWN);
};
