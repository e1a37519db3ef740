import { describe, expect, it } from 'vitest';
import { logText, readLogLine } from './log-line.ts';

describe('readLogLine', () => {
  it.each([
    // keys sorted by name, the message in the middle, the error before it
    [
      '{"attempt":1,"correlationId":"1fa90c93","error":{"code":"ECONNREFUSED","message":"connect failed","name":"Error","stack":"Error: connect failed\\n    at x"},"level":"error","message":"attempt failed","timestamp":"2026"}',
      'attempt failed: connect failed (ECONNREFUSED) (attempt=1, correlationId=1fa90c93)',
      true,
    ],
    // pino
    [
      '{"level":50,"time":17,"pid":3,"hostname":"h","err":{"type":"TypeError","message":"x is null","stack":"…"},"msg":"consumer crashed"}',
      'consumer crashed: TypeError: x is null',
      true,
    ],
    // the reference workers
    [
      '{"time":"t","worker":"w","message":"attempt failed","correlationId":"c","attempt":1,"reason":"socket hang up"}',
      'attempt failed: socket hang up (correlationId=c, attempt=1)',
      true,
    ],
    [
      '{"time":"t","worker":"w","message":"joined","topic":"purchase-created"}',
      'joined (topic=purchase-created)',
      false,
    ],
    // structlog: a traceback says what it was in its last line
    [
      '{"event":"crash","exception":"Traceback (most recent call last):\\n  File \\"a\\", line 1\\nValueError: no id","level":"critical"}',
      'crash: ValueError: no id',
      true,
    ],
    // ECS and serilog
    ['{"@timestamp":"t","log.level":"ERROR","message":"gone","error.message":"reset"}', 'gone: reset', true],
    [
      '{"@t":"t","@mt":"gone","@l":"Error","@x":"System.Exception: boom\\n at A"}',
      'gone: System.Exception: boom',
      true,
    ],
    // a cause further in
    [
      '{"msg":"x","err":{"message":"outer","cause":{"message":"inner","name":"KafkaJSError"}}}',
      'x: outer; because of KafkaJSError: inner',
      true,
    ],
    // a prefix, and logfmt
    ['2026-01-01 [worker] {"msg":"hello","a":1}', '2026-01-01 [worker] hello (a=1)', false],
    ['time=t level=error msg="it broke" err="no route"', 'it broke: no route', true],
    // plain text
    ['TypeError: x is not a function', 'TypeError: x is not a function', true],
    ['uncaughtException', 'uncaughtException', true],
    ['listening on 3000, no errors', 'listening on 3000, no errors', false],
    ['\u001b[31mred\u001b[0m\u0007 line', 'red line', false],
    ['', '', false],
    ['{"broken', '{"broken', false],
    ['[1,2]', '[1,2]', false],
    ['{"level":"info","error":null,"message":"fine"}', 'fine', false],
  ])('%s', (line, text, isError) => {
    expect(readLogLine(line)).toMatchObject({ text, isError });
  });

  it('says an error once, however often the line tells it', () => {
    expect(readLogLine('{"message":"boom","stack":"Error: boom\\n at x","error":"boom"}').text).toBe('boom');
  });

  it('knows the frames of a stack', () => {
    expect(readLogLine('    at run (file.js:1:1)').isContinuation).toBe(true);
    expect(readLogLine('  File "a.py", line 3').isContinuation).toBe(true);
    expect(readLogLine('Error: boom').isContinuation).toBe(false);
  });

  it('never throws, and is quick with what is long', () => {
    expect(readLogLine(`{"${'a'.repeat(100_000)}`).text).toHaveLength(100_002);
    expect(logText(`x=${'y'.repeat(500)}`)).toHaveLength(160);
  });
});

/** What a line says, and whether it tells of something wrong. */
const told = (line: unknown): readonly [string, boolean] => {
  const { text, isError } = readLogLine(typeof line === 'string' ? line : JSON.stringify(line));
  return [text, isError];
};

describe('levels', () => {
  it.each<[unknown, boolean]>([
    [50, true],
    [60, true],
    [999, true],
    [49, false],
    [40, false],
    // A time or a count is no level.
    [1000, false],
    [1_795_000_000_000, false],
    ['error', true],
    ['ERR', true],
    ['fatal', true],
    ['critical', true],
    ['info', false],
    ['noerr', false],
    ['50', false],
  ])('%j', (level, isError) => {
    expect(told({ level, msg: 'x' })).toEqual(['x', isError]);
    expect(told({ severity: level, msg: 'x' })).toEqual(['x', isError]);
  });
  it('of several the first that is there counts, and without one the words', () => {
    expect(told({ lvl: 50, level: 30, msg: 'x' })).toEqual(['x', false]);
    expect(told({ msg: 'connection refused' })).toEqual(['connection refused', true]);
    expect(told({ level: 'info', msg: 'connection refused' })).toEqual(['connection refused', true]);
    expect(told({ level: 'info', msg: 'x', err: 'y' })).toEqual(['x: y', true]);
  });
});

describe('errors', () => {
  it.each<[unknown, string]>([
    [{ message: 'it is null', name: 'TypeError' }, 'TypeError: it is null'],
    [{ message: 'TypeError: it is null', name: 'TypeError' }, 'TypeError: it is null'],
    [{ message: 'it is no TypeError', name: 'TypeError' }, 'TypeError: it is no TypeError'],
    [{ message: 'gone', name: 'Error' }, 'gone'],
    [{ message: 'gone', code: 'ECONNRESET' }, 'gone (ECONNRESET)'],
    [{ message: 'gone: ECONNRESET', code: 'ECONNRESET' }, 'gone: ECONNRESET'],
    [{ msg: 'gone' }, 'gone'],
    [{ stack: 'RangeError: deep\n    at x' }, 'RangeError: deep'],
    [{ name: 'RangeError' }, 'RangeError'],
    [{ stack: '\n  \nRangeError: deep\n at x' }, 'RangeError: deep'],
    ['Traceback (most recent call last):\n  File "a"\nValueError: no id\n', 'ValueError: no id'],
    [42, '42'],
    [true, ''],
    [{}, ''],
    [['x'], ''],
    [
      { message: 'a', cause: { message: 'b', cause: { message: 'c', cause: { message: 'd' } } } },
      'a; because of b; because of c',
    ],
    [{ message: 'a b', cause: { message: 'b' } }, 'a b'],
  ])('%j', (error, text) => expect(told({ msg: 'say', error })[0]).toBe(text === '' ? 'say' : `say: ${text}`));

  it('each is told once, whatever says it', () => {
    expect(told({ msg: 'it broke: gone', err: 'gone' })[0]).toBe('it broke: gone');
    expect(told({ msg: 'gone', err: 'it broke: gone' })[0]).toBe('gone');
    expect(told({ msg: 'x', err: 'gone', reason: 'gone', cause: 'away' })[0]).toBe('x: gone: away');
    expect(told({ err: 'gone' })[0]).toBe('gone');
    expect(told({ err: 'gone', a: 1 })[0]).toBe('gone (a=1)');
  });
});

describe('the rest of a line', () => {
  it.each<[unknown, string]>([
    [{ msg: '', event: 'joined' }, 'joined'],
    [{ msg: 7, event: 'joined' }, 'joined (msg=7)'],
    [{ a: 1 }, '(a=1)'],
    [{ msg: 'x', a: '', b: null, c: { d: 1 }, e: ' f ' }, 'x (b=null, c={"d":1}, e=f)'],
    [{ Msg: 'x', PID: 3, Level: 'info' }, 'x'],
    ['  {"msg":"x"}  ', 'x'],
    ['before   {"msg":"x"}', 'before x'],
    ['no brace at all}', 'no brace at all}'],
    ['{"msg":"x"} and more', '{"msg":"x"} and more'],
    ['{not json}', '{not json}'],
    ['msg="said \\"so\\"" a=1', 'said "so" (a=1)'],
    ['msg=it" a=1', 'msg=it" a=1'],
    ['msg=x a=b"', 'msg=x a=b"'],
    ['level=error a=1', 'level=error a=1'],
    ['msg=x __proto__=y', 'x (__proto__=y)'],
    ['a\tb\u0000c ', 'a b c'],
  ])('%j', (line, text) => expect(told(line)[0]).toBe(text));

  it('a frame of a stack continues what was said, a structured line never', () => {
    expect(readLogLine('    at x (y.js:1)').isContinuation).toBe(true);
    expect(readLogLine('  {"msg":"x"}').isContinuation).toBe(false);
    expect(readLogLine('x').isContinuation).toBe(false);
  });

  it('is cut where it is too long', () => {
    expect(logText('x'.repeat(5), 5)).toBe('xxxxx');
    expect(logText('x'.repeat(6), 5)).toBe('xxxx…');
  });
});
