import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { appendLog, openLog } from './worker-log.ts';

const folder = mkdtempSync(join(tmpdir(), 'worker-log-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('a worker’s log', () => {
  it('is one file as long as nothing in it acts on who looks at it', () => {
    const file = join(folder, 'quiet.log');
    for (const line of ['one', 'two']) appendLog(file, line);
    expect(readFileSync(file, 'utf8')).toBe('one\ntwo\n');
    expect(readdirSync(folder).filter((name) => name.startsWith('quiet'))).toEqual(['quiet.log']);
  });

  it('is a safe one and a raw one, both whole, from then on', () => {
    const file = join(folder, 'loud.log');
    for (const line of ['one', '\u001B[2J::error::x', '::error::y', 'four']) appendLog(file, line);
    expect(readFileSync(file, 'utf8')).toBe('one\n\\u001b[2J::error::x\n:\\u003aerror::y\nfour\n');
    expect(readFileSync(join(folder, 'loud.raw.log'), 'utf8')).toBe('one\n\u001B[2J::error::x\n::error::y\nfour\n');
  });

  it('is the same when lines come together', () => {
    const file = join(folder, 'together.log');
    const log = openLog(file);
    log.append(['one', 'two', '::error::y', 'four'].map((line) => ({ line })));
    log.append([{ line: 'five' }]);
    log.close();
    expect(readFileSync(file, 'utf8')).toBe('one\ntwo\n:\\u003aerror::y\nfour\nfive\n');
    expect(readFileSync(join(folder, 'together.raw.log'), 'utf8')).toBe('one\ntwo\n::error::y\nfour\nfive\n');
  });

  it('holds the bytes of what is no text', () => {
    const file = join(folder, 'binary.log');
    appendLog(file, 'one');
    appendLog(file, '\ufffd(', Buffer.from([0xff, 0x28]));
    expect(readFileSync(file, 'utf8')).toBe('one\n\ufffd(\n');
    expect(readFileSync(join(folder, 'binary.raw.log'))).toEqual(Buffer.from('one\n\xff(\n', 'latin1'));
  });
});
