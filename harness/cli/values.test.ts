import { describe, expect, it } from 'vitest';
import { FaultlineError } from '../base/errors.ts';
import { exitCodeOfStandings } from '../run/exit-code.ts';
import { exitCodeOfError } from './exit-codes.ts';
import { planOutputs } from './outputs.ts';
import { formatError } from './print-error.ts';
import { replayCommand } from './replay-command.ts';
import {
  parseEnvironment,
  parsePatience,
  parseRate,
  parseRepeat,
  parseReporter,
  parseSeed,
  parseSettleDeadline,
  parseShard,
  parseSince,
  parseWatch,
  reportersOrDefault,
} from './values.ts';

describe('values of options', () => {
  it('are read', () => {
    expect([parseSeed('0'), parseSeed('4294967295'), parseRepeat('3')]).toEqual([0, 4294967295, 3]);
    // As numbers of builds are.
    expect([parseSeed('4294967296'), parseSeed('17593829104')]).toEqual([0, 413_959_920]);
    expect(parseShard('2/3')).toEqual({ index: 2, count: 3 });
    expect(parseReporter('junit=a=b.xml')).toEqual({ id: 'junit', file: 'a=b.xml' });
    expect(reportersOrDefault([], {})).toEqual([{ id: 'list' }]);
    expect(reportersOrDefault([{ id: 'dot' }, { id: 'dot' }], {})).toEqual([{ id: 'dot' }]);
    // A file is for later: people read something meanwhile, and a coding agent what is made for it.
    expect(reportersOrDefault([{ id: 'html' }], {})).toEqual([{ id: 'list' }, { id: 'html' }]);
    expect(reportersOrDefault([], { CLAUDECODE: '1' })).toEqual([{ id: 'agent' }]);
    expect(reportersOrDefault([{ id: 'dot' }], { CLAUDECODE: '1' })).toEqual([{ id: 'dot' }]);
  });

  it.each([
    () => parseSeed('-1'),
    () => parseSeed('1.5'),
    () => parseSeed(''),
    () => parseRepeat('0'),
    () => parseShard('0/2'),
    () => parseShard('2'),
    () => parseReporter('list=x'),
    () => parseReporter('github=x'),
    () => parseReporter('junit='),
    () => parseReporter('toString'),
  ])('are refused as usage errors: %s', (parse) => {
    expect(parse).toThrow(FaultlineError);
  });
});

describe('planOutputs', () => {
  it('gives standard output to a sole document, else a file', () => {
    expect(planOutputs([{ id: 'junit' }], '/p', '/p/runs')).toEqual({ vitest: [['junit', null]], stdoutTaken: true });
    expect(planOutputs([{ id: 'list' }, { id: 'junit' }, { id: 'github' }], '/p', '/p/runs')).toEqual({
      vitest: [['junit', '/p/runs/junit.xml']],
      stdoutTaken: false,
    });
    expect(planOutputs([{ id: 'json', file: 'o.json' }], '/p', '/p/runs')).toEqual({
      vitest: [['json', '/p/o.json']],
      stdoutTaken: false,
    });
  });
});

describe('parseEnvironment', () => {
  it('takes the known kinds, and names them and how it was given for another', () => {
    expect([parseEnvironment('auto'), parseEnvironment('embedded')]).toEqual(['auto', 'embedded']);
    expect(() => parseEnvironment('embeded', 'FAULTLINE_ENV')).toThrow(/FAULTLINE_ENV embeded.*embedded/);
  });
});

describe('replayCommand', () => {
  const options = { seed: 7, workers: "/home/it's me/faultline.config.ts#mine", fresh: true };

  it('can be pasted into a shell', () => {
    expect(replayCommand('a', options, {})).toBe(
      `npx faultline run a --seed 7 --workers '/home/it'\\''s me/faultline.config.ts#mine' --fresh`,
    );
  });

  it('goes through npm start where npm start was used', () => {
    const env = { npm_lifecycle_event: 'start' };
    expect(replayCommand('a', { ...options, workers: 'w', fresh: false }, env)).toBe(
      'npm start -- run a --seed 7 --workers w',
    );
  });

  it('names the environment where it was chosen', () => {
    const given = { ...options, workers: 'w', fresh: false };
    expect(replayCommand('a', { ...given, environment: 'embedded' }, {})).toBe(
      'npx faultline run a --seed 7 --workers w --env embedded',
    );
    expect(replayCommand('a', { ...given, environment: 'auto' }, {})).not.toContain('--env');
  });

  it('never consents for a cluster of somebody’s', () => {
    expect(replayCommand('a', { ...options, environment: 'external' }, {})).toMatch(/ --env external$/);
  });
});

describe('exit codes', () => {
  it.each([
    [new FaultlineError('config', ''), 2],
    [new FaultlineError('history', ''), 2],
    [new FaultlineError('worker', ''), 2],
    [new FaultlineError('setup', ''), 4],
    [new FaultlineError('fault', ''), 3],
    [new FaultlineError('interrupted', ''), 130],
    [new Error(''), 70],
    ['text', 70],
  ])('%o ends with %i', (error, code) => {
    expect(exitCodeOfError(error)).toBe(code);
  });

  it('a failure outweighs an unknown', () => {
    expect(exitCodeOfStandings({ failed: 1, unknown: 1 })).toBe(1);
    expect(exitCodeOfStandings({ failed: 0, unknown: 1 })).toBe(3);
    expect(exitCodeOfStandings({ failed: 0, unknown: 0 })).toBe(0);
  });
});

describe('formatError', () => {
  it('gives a user message and way out, without a stack and without credentials', () => {
    const error = new FaultlineError('config', 'cannot reach postgres://u:geheim@h/db', 'Correct it.');
    expect(formatError(error, false)).toBe('error: cannot reach postgres://***@h/db\nCorrect it.\n');
  });

  it('gives a bug of ours its stack and cause', () => {
    const text = formatError(new TypeError('x is not a function', { cause: new Error('below') }), false);
    expect(text).toMatch(/^a bug in Faultline: TypeError: x is not a function\n +at /);
    expect(text).toContain('caused by: Error: below');
  });
});

describe('durations', () => {
  it.each([
    ['30s', 30_000],
    ['1.5 s', 1500],
    ['1500ms', 1500],
    ['1500', 1500],
    ['2m', 120_000],
    ['2min', 120_000],
  ])('%s is %i ms', (value, ms) => expect(parseSettleDeadline(value)).toBe(ms));

  it.each(['', 'soon', '-1s', '10h', '0', '2h'])('%j is refused, with what is allowed', (value) => {
    expect(() => parseSettleDeadline(value)).toThrow(/^--settle-deadline .* is not allowed$/);
    expect(parsePatience('0')).toBe(0);
  });
});

it('how long ago, and how much a second', () => {
  expect(['90m', '24h', '7d', '30s'].map(parseSince)).toEqual([5_400_000, 86_400_000, 604_800_000, 30_000]);
  for (const wrong of ['24', '0h', '-1h', '1.5h', '1w', '', '999999d'])
    expect(() => parseSince(wrong), wrong).toThrow(/^--since .* is not allowed$/);
  expect(['1', '30', '86400'].map(parseWatch)).toEqual([1000, 30_000, 86_400_000]);
  for (const wrong of ['0', '1.5', '30s', '', '86401'])
    expect(() => parseWatch(wrong), wrong).toThrow(/^--watch .* is not allowed$/);
  expect(['8', '0.5', '1000'].map(parseRate)).toEqual([8_000_000, 500_000, 1_000_000_000]);
  for (const wrong of ['0', '1001', '-1', 'x', '', '1e3', 'Infinity'])
    expect(() => parseRate(wrong), wrong).toThrow(/^--rate .* is not allowed$/);
});
