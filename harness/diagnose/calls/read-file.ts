/** The end of a log file of this machine: whole lines, so many bytes at most, as it was when reading began. */
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { setImmediate as breathe } from 'node:timers/promises';
import { createLineReader } from '../../base/line-reader.ts';
import type { RawLine } from '../../base/line-reader.ts';

const CHUNK = 1024 * 1024;

const eachChunk = async (
  file: FileHandle,
  { from, to, until, signal }: Pick<FileRead, 'signal'> & Readonly<Record<'from' | 'to' | 'until', number>>,
  take: (bytes: Buffer) => void,
): Promise<string | undefined> => {
  const buffer = Buffer.alloc(CHUNK);
  for (let at = from; at < to;) {
    signal?.throwIfAborted();
    if (performance.now() > until) return 'it takes too long to read';
    const { bytesRead } = await file.read(buffer, 0, Math.min(CHUNK, to - at), at);
    if (bytesRead === 0) return 'it became shorter while it was read';
    take(buffer.subarray(0, bytesRead));
    at += bytesRead;
    await breathe();
  }
  return undefined;
};

export interface FileRead {
  readonly mostBytes: number;
  readonly timeoutMs: number;
  readonly onLine: (line: RawLine) => void;
  /** Nobody waits for it any more once this is aborted. */
  readonly signal?: AbortSignal | undefined;
}

/** Reads it. Gives why it was not read to its end; undefined: it was. A last line without an end is still being written. Errors: those of the file system, the signal's reason. */
export const readLogFile = async (
  path: string,
  { mostBytes, timeoutMs, onLine, signal }: FileRead,
): Promise<string | undefined> => {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const from = Math.max(0, size - mostBytes);
    let isWhole = from === 0;
    const lines = createLineReader((line) => {
      if (isWhole) onLine(line);
      // The first may have been cut.
      isWhole = true;
    });
    return await eachChunk(file, { from, to: size, until: performance.now() + timeoutMs, signal }, (bytes) =>
      lines.write(bytes),
    );
  } finally {
    await file.close();
  }
};
