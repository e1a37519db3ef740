import { expect, test } from 'vitest';
import { FaultlineError } from '../base/errors.ts';
import { declarationHash } from './declared.ts';
import { formatEvent, parseHistoryLines, requireHistory } from './file.ts';
import { parseHistory } from './testing/parse.ts';
import { createSealer } from './seal.ts';
import { healthyHistory } from './testing/flow.ts';

const events = healthyHistory().events.slice(0, 3);
const lines = events.map(formatEvent);

const problem = (content: string): string => {
  try {
    parseHistory(content);
    return 'none';
  } catch (error) {
    if (error instanceof FaultlineError) return error.message;
    throw error;
  }
};

test('what is written is read again, with or without a last end of line', () => {
  expect(parseHistory(lines.join(''))).toEqual(events);
  expect(parseHistory(lines.join('').trimEnd())).toEqual(events);
});

test('what is no history is refused, naming the line', () => {
  expect(problem('')).toMatch(/line 1: the file is empty$/);
  expect(problem(`${lines[0]}{"seq`)).toMatch(/line 2: not JSON: \{"seq$/);
  expect(problem(`${lines[0]}${'x'.repeat(100)}`)).toMatch(/line 2: not JSON: x{80}$/);
  expect(problem(`${lines[0]}\n`)).toMatch(/line 2: not JSON/);
  for (const line of [
    'null',
    '4',
    '"x"',
    '{}',
    '{"kind":"trial.phase"}',
    '{"seq":2}',
    '{"kind":2,"seq":2}',
    '{"kind":"x","seq":"2"}',
  ])
    expect([line, problem(`${lines[0]}${line}`)]).toEqual([
      line,
      expect.stringMatching(/line 2: an event needs kind and seq$/),
    ]);
  expect(problem(lines[1]!)).toMatch(/line 1: a history begins with trial.started$/);
  expect(problem(`${lines[0]}${lines[1]}${lines[2]}${lines[1]}`)).toMatch(/line 4: seq 2 does not follow 3$/);
  expect(problem(`${lines[0]}${lines[1]}${lines[1]}`)).toMatch(/line 3: seq 2 does not follow 2$/);
});

test('what is missing is said, by the numbers of the events and by what it was when it was judged', () => {
  expect(problem(`${lines[0]}${lines[2]}`)).toMatch(/line 2: event 2 is missing$/);
  const sealer = createSealer();
  lines.forEach(sealer.add);
  const seal = sealer.seal();
  expect(parseHistory(lines.join(''), 'x', seal)).toEqual(events);
  expect(parseHistory(lines.join('').trimEnd(), 'x', seal)).toEqual(events);
  const refused = (content: string) => () => parseHistory(content, 'x', seal);
  expect(refused(`${lines[0]}${lines[1]}`)).toThrow('line 2: event 3 is missing');
  expect(refused(lines[0]!)).toThrow('line 1: events 2 to 3 are missing');
  expect(refused(lines.join('').slice(0, -5))).toThrow(/line 3: not JSON: .*; event 3 is missing/);
  expect(refused(lines.join('').replace('"at":', '"at":1'))).toThrow('something in the events 1 to 3 was changed');
});

test('a declaration that is not the one of the beginning is refused; one of before it was recorded is not asked', () => {
  const [started] = events;
  if (started?.kind !== 'trial.started') throw new Error('no beginning');
  const read = (over: object): string => problem(formatEvent({ ...started, ...over }));
  const declared = declarationHash(started.pipeline);
  expect(read({})).toBe('none');
  expect(read({ declared })).toBe('none');
  for (const pipeline of [{ ...started.pipeline, partitions: 4 }, null, undefined])
    expect(read({ declared, pipeline })).toMatch(/line 1: its pipeline was changed since it was declared$/);
});

test('whether lines are a history is told without its events', () => {
  const bare = lines.map((line) => line.trimEnd());
  expect(() => requireHistory(bare, 'x')).not.toThrow();
  expect(() => requireHistory([...bare, '{"seq'], 'x')).toThrow('history x: line 4: not JSON');
  expect(() => requireHistory([], 'x')).toThrow('line 1: the file is empty');
  const sealer = createSealer();
  lines.forEach(sealer.add);
  expect(() => requireHistory(bare.slice(0, 2), 'x', sealer.seal())).toThrow('line 2: event 3 is missing');
});

test('lines that are not read to their end are closed', () => {
  let closed = false;
  function* some(): Generator<string, void> {
    try {
      yield 'no JSON';
      yield 'never read';
    } finally {
      closed = true;
    }
  }
  expect(() => parseHistoryLines(some())).toThrow('line 1: not JSON');
  expect(closed).toBe(true);
});
