import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { HistoryEvent } from '../history/events.ts';
import { openHistoryWriter } from './history-writer.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'faultline-history-'));
  mkdirSync(join(dir, 'logs'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const phase = (seq: number): HistoryEvent => ({ seq, at: seq, kind: 'trial.phase', source: 'trial', phase: 'act' });
const topic = (seq: number, name: string): HistoryEvent => ({
  seq,
  at: seq,
  kind: 'kafka.topic-deleted',
  source: 'harness',
  topic: name,
});
const seqsOf = (text: string): readonly number[] =>
  text
    .split('\n')
    .slice(0, -1)
    .map((line) => (JSON.parse(line) as HistoryEvent).seq);

test('a disk that is full in the middle of a line leaves the whole lines of before, as they are sealed, and nothing of it', () => {
  let space = Infinity;
  const writer = openHistoryWriter(dir, (file, bytes) => {
    appendFileSync(file, bytes.subarray(0, space));
    if (bytes.length > space) throw new Error('ENOSPC: no space left on device, write');
  });
  writer.append(phase(1));
  writer.append(topic(2, 'ä'));
  const whole = readFileSync(join(dir, 'history.ndjson'), 'utf8');
  space = 20;
  writer.append(phase(3));
  space = Infinity;
  writer.append(phase(4));
  expect(writer.failure()?.message).toContain('ENOSPC');
  expect(writer.seal().events).toBe(2);
  writer.close();
  const left = readFileSync(join(dir, 'history.ndjson'), 'utf8');
  expect(left).toBe(whole);
  expect(seqsOf(left)).toEqual([1, 2]);
});
