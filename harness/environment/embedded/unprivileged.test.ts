import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { reachableBy, unprivilegedUser } from './unprivileged.ts';

const PASSWD = 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65533::/:/bin/false\n';

it.each([
  ['an ordinary user stays himself', 1000, PASSWD, null],
  ['root becomes nobody', 0, PASSWD, { name: 'nobody', uid: 65534, gid: 65533 }],
  [
    'root becomes postgres where there is one',
    0,
    `${PASSWD}postgres:x:101:104::/:/bin/sh\n`,
    { name: 'postgres', uid: 101, gid: 104 },
  ],
  [
    'root becomes a number where there is neither',
    0,
    'root:x:0:0::/:/bin/sh\n',
    { name: 'nobody', uid: 65534, gid: 65534 },
  ],
] as const)('%s', (_case, uid, passwd, expected) => {
  expect(unprivilegedUser(uid, () => passwd)).toEqual(expected);
});

let work: string;
beforeEach(() => {
  work = mkdtempSync(join(tmpdir(), 'faultline-reach-'));
});
afterEach(() => rmSync(work, { recursive: true, force: true }));

it('tells whether a user can pass through every folder above', () => {
  const stranger = { name: 'stranger', uid: 4_000_000, gid: 4_000_000 };
  const folder = join(work, 'a', 'b');
  mkdirSync(folder, { recursive: true });
  chmodSync(work, 0o755);
  expect(reachableBy(stranger, folder)).toBe(true);
  chmodSync(join(work, 'a'), 0o750);
  expect(reachableBy(stranger, folder)).toBe(false);
  expect(reachableBy({ name: 'me', uid: process.getuid?.() ?? 0, gid: 0 }, folder)).toBe(true);
});
