/** Whether the engine's disk has room. A server that could not write says so in a log which could not be written either. */
import type { DockerApi } from './fetching.ts';
import { isDiskFull } from './failures.ts';

/** Servers keep their data in memory: what they write to the engine's disk is far less. */
const PROBE_BYTES = 1024 * 1024;

const BLOCK = 512;

/** Where the fields of a tar's header begin, and how long the numbers are: octal digits and a zero. */
const HEADER = {
  mode: { at: 100, length: 8 },
  owner: { at: 108, length: 8 },
  group: { at: 116, length: 8 },
  size: { at: 124, length: 12 },
  modified: { at: 136, length: 12 },
  checksum: { at: 148, length: 8 },
} as const;

/** A tar with one file of zeros. */
const probe = (): Buffer => {
  const tar = Buffer.alloc(BLOCK + PROBE_BYTES + 2 * BLOCK);
  const put = ({ at, length }: { readonly at: number; readonly length: number }, value: number): void =>
    void tar.write(value.toString(8).padStart(length - 1, '0'), at);
  tar.write('faultline-probe');
  put(HEADER.mode, 0o600);
  put(HEADER.owner, 0);
  put(HEADER.group, 0);
  put(HEADER.size, PROBE_BYTES);
  put(HEADER.modified, 0);
  // The checksum is taken over a header in which it is spaces.
  tar.fill(' ', HEADER.checksum.at, HEADER.checksum.at + HEADER.checksum.length);
  put(
    HEADER.checksum,
    tar.subarray(0, BLOCK).reduce((sum, byte) => sum + byte, 0),
  );
  return tar;
};

/** Writes a megabyte into the container, which may have ended, and says whether the engine had no room for it. */
export const isSpaceGone = async (api: DockerApi, id: string): Promise<boolean> => {
  try {
    await api.getContainer(id).putArchive(probe(), { path: '/' });
    return false;
  } catch (error) {
    return isDiskFull(error);
  }
};
