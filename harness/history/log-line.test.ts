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
