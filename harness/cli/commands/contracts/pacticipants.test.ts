import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pacticipantsOf } from './pacticipants.ts';

let cwd: string;
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'faultline-pacticipants-'));
  writeFileSync(join(cwd, 'faultline.config.mjs'), "throw new Error('it was read');");
});
afterAll(() => rmSync(cwd, { recursive: true }));

const of = (pacticipants: readonly string[]) =>
  pacticipantsOf(
    { stdout: new PassThrough(), stderr: new PassThrough(), env: {}, cwd },
    { pacts: undefined, pacticipants, version: '7', environment: 'production', broker: {} as never },
  );

test('of whom is named with a version nothing else is asked, no configuration either', async () => {
  expect(await of(['shop', 'shop', 'carrier'])).toEqual([
    { name: 'shop', version: '7' },
    { name: 'carrier', version: '7' },
  ]);
  await expect(of([])).rejects.toThrow('it was read');
});
