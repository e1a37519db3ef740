import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { HistoryEvent } from '../history/events.ts';
import { openRunFolder } from './run-folder.ts';

const NOW = new Date('2026-11-23T14:55:01.123Z');
let out: string;

beforeEach(() => {
  out = mkdtempSync(join(tmpdir(), 'faultline-runs-'));
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(out, { recursive: true, force: true });
});

const phase = (seq: number): HistoryEvent => ({ seq, at: seq, kind: 'trial.phase', source: 'trial', phase: 'act' });
const line = (seq: number): HistoryEvent => ({
  seq,
  at: seq,
  kind: 'process.log',
  source: 'process',
  worker: 'allocation-worker',
  pid: 1,
  stream: 'stdout',
  line: `line ${seq}`,
});

test('is named after the time and the scenario, and latest points to it', () => {
  const { dir } = openRunFolder(join(out, 'deep'), 'healthy', NOW);
  expect(dir).toBe(join(out, 'deep', '2026-11-23T14-55-01-123-healthy'));
  expect(readlinkSync(join(out, 'deep', 'latest'))).toBe('2026-11-23T14-55-01-123-healthy');
  const second = openRunFolder(join(out, 'deep'), 'healthy', NOW);
  expect(second.dir).toBe(`${dir}-2`);
  expect(readlinkSync(join(out, 'deep', 'latest'))).toBe('2026-11-23T14-55-01-123-healthy-2');
  expect(readdirSync(join(out, 'deep')).filter((name) => name.startsWith('.'))).toEqual([]);
});

/** The numbers of the events that are on disk. */
const written = (dir: string): readonly number[] =>
  readFileSync(join(dir, 'history.ndjson'), 'utf8')
    .split('\n')
    .flatMap((text) => (text === '' ? [] : (JSON.parse(text) as HistoryEvent).seq));

test('an event is on disk some ms after it was appended, and its line in the log of its worker', async () => {
  vi.useFakeTimers();
  const folder = openRunFolder(out, 'healthy', NOW);
  folder.append(phase(1));
  folder.append(line(2));
  folder.append(line(3));
  expect(written(folder.dir)).toEqual([1]);
  await vi.advanceTimersByTimeAsync(10);
  expect(written(folder.dir)).toEqual([1, 2, 3]);
  expect(readFileSync(join(folder.dir, 'logs', 'allocation-worker.log'), 'utf8')).toBe('line 2\nline 3\n');
  expect(folder.events.map((event) => event.seq)).toEqual([1, 2, 3]);
  expect(folder.failure()).toBeUndefined();
});

test('what the trial itself tells is on disk when append returns, and all that was before it', () => {
  const folder = openRunFolder(out, 'healthy', NOW);
  folder.append(line(1));
  folder.append(phase(2));
  expect(written(folder.dir)).toEqual([1, 2]);
});

test('so is what the harness itself did but what it produced, and that a process began or ended', () => {
  const folder = openRunFolder(out, 'healthy', NOW);
  const process = { source: 'process', worker: 'allocation-worker', pid: 1 } as const;
  const place = { topic: 'a', partition: 0, offset: 0 } as const;
  const exited = { kind: 'process.exited', ...process, code: null, signal: 'SIGKILL', requested: false } as const;
  folder.append(line(1));
  folder.append({ seq: 2, at: 1, kind: 'process.started', ...process });
  expect(written(folder.dir)).toEqual([1, 2]);
  folder.append({ seq: 3, at: 1, ...exited });
  expect(written(folder.dir)).toEqual([1, 2, 3]);
  folder.append({ seq: 4, at: 1, kind: 'kafka.topic-deleted', source: 'harness', topic: 'a' });
  folder.append({ seq: 5, at: 1, kind: 'kafka.produced', source: 'harness', ...place, writer: 'payment-service' });
  expect(written(folder.dir)).toEqual([1, 2, 3, 4]);
});

test('while the event loop does not turn, what waited some ms is written with the next event', () => {
  vi.useFakeTimers();
  const folder = openRunFolder(out, 'healthy', NOW);
  folder.append(line(1));
  folder.append(line(5));
  expect(written(folder.dir)).toEqual([]);
  folder.append(line(7));
  expect(written(folder.dir)).toEqual([1, 5, 7]);
  folder.append(line(8));
  expect(written(folder.dir)).toEqual([1, 5, 7]);
});

test('it is whole on disk when it is sealed, when it is asked for a failure, and when it is closed', () => {
  const folder = openRunFolder(out, 'healthy', NOW);
  folder.append(line(1));
  expect(folder.seal().events).toBe(1);
  expect(written(folder.dir)).toEqual([1]);
  folder.append(line(2));
  expect(folder.failure()).toBeUndefined();
  expect(written(folder.dir)).toEqual([1, 2]);
  folder.append(line(3));
  folder.close();
  expect(written(folder.dir)).toEqual([1, 2, 3]);
});

test('late events are kept beside the history, also after the end; the history is let go of', () => {
  const folder = openRunFolder(out, 'healthy', NOW);
  folder.append(phase(1));
  folder.close();
  folder.close();
  folder.appendLate(phase(2));
  expect(readFileSync(join(folder.dir, 'late.ndjson'), 'utf8')).toContain('"seq":2');
  expect(readFileSync(join(folder.dir, 'history.ndjson'), 'utf8')).not.toContain('"seq":2');
  expect(folder.events).toEqual([]);
});

test('JSON files are whole or not there', () => {
  const folder = openRunFolder(out, 'healthy', NOW);
  folder.writeJson('verdict.json', { outcome: 'passed' });
  folder.writeJson('verdict.json', { outcome: 'unknown' });
  expect(JSON.parse(readFileSync(join(folder.dir, 'verdict.json'), 'utf8'))).toEqual({ outcome: 'unknown' });
  expect(readdirSync(folder.dir).filter((name) => name.endsWith('.part'))).toEqual([]);
});

test('a place that cannot be written to is told at once', () => {
  writeFileSync(join(out, 'file'), '');
  expect(() => openRunFolder(join(out, 'file'), 'healthy', NOW)).toThrow(/^cannot write the run folder under .*file/);
  mkdirSync(join(out, 'latest'));
  writeFileSync(join(out, 'latest', 'something'), '');
  expect(() => openRunFolder(out, 'healthy', NOW)).toThrow(/^cannot write the run folder under /);
});

test('a disk that fills up is told when asked, and never thrown at a source', () => {
  const folder = openRunFolder(out, 'healthy', NOW);
  rmSync(join(folder.dir, 'logs'), { recursive: true });
  folder.append(phase(1));
  folder.append(line(2));
  folder.append(phase(3));
  expect(folder.failure()?.message).toMatch(/^cannot write the history in .*ENOENT/);
  expect(folder.failure()?.hint).toContain('--out DIR');
  expect(folder.events).toHaveLength(3);
  rmSync(folder.dir, { recursive: true });
  expect(() => folder.appendLate(phase(4))).not.toThrow();
  expect(() => folder.writeJson('verdict.json', {})).toThrow(/^cannot write .*verdict\.json/);
  expect(existsSync(folder.dir)).toBe(false);
});

test('a name that no folder can have is an error, not another try', () => {
  expect(() => openRunFolder(out, 'x'.repeat(300), NOW)).toThrow(/cannot write the run folder/);
});

test('what it holds is nobody else’s to read', () => {
  const outDir = mkdtempSync(join(tmpdir(), 'faultline-run-folder-'));
  const folder = openRunFolder(outDir, 'a', new Date(0));
  folder.append({
    seq: 1,
    at: 0,
    kind: 'process.log',
    source: 'process',
    worker: 'purchase-worker',
    line: 'x',
  } as never);
  folder.appendLate({ seq: 2, at: 0, kind: 'trial.note', source: 'trial', message: 'x' } as never);
  folder.writeJson('verdict.json', {});
  folder.close();
  const files = ['history.ndjson', 'late.ndjson', 'verdict.json', 'logs/purchase-worker.log'];
  for (const [path, mode] of [['', 0o700], ['logs', 0o700], ...files.map((file) => [file, 0o600])] as const)
    expect(statSync(join(folder.dir, String(path))).mode & 0o777, String(path)).toBe(mode);
  rmSync(outDir, { recursive: true, force: true });
});
