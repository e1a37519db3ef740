/** What a command touches of the world around it, passed in so that tests can look. */
import type { Writable } from 'node:stream';

export interface Io {
  readonly stdout: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  readonly stderr: Writable & { readonly isTTY?: boolean };
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
}

/** This process's own. */
export const processIo = (): Io => ({
  stdout: process.stdout,
  stderr: process.stderr,
  // A copy: the test runner underneath adds variables of its own, which are no business of the workers.
  env: { ...process.env },
  cwd: process.cwd(),
});
