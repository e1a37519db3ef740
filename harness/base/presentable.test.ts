import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { jsonText, oneLine, ourCommand, ours, presentable, withoutControls } from './presentable.ts';
import { runs } from './testing/runs.ts';

const HARMFUL =
  /[\0-\u0008\u000B-\u001F\u007F-\u009F\u061C\u200B\u200E\u200F\u2028-\u202E\u2060-\u2069\uFEFF]|\p{Surrogate}/u;

const hostile = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        '::error::x',
        '##[error]x',
        '##vso[task.x]',
        '\n',
        '\r',
        ' ',
        '\t',
        '\u001B[2J',
        '\u0000',
        '\u2028',
      ),
      fc.constantFrom('\u202E', '\u{E0041}', '\uD800', '\u009B31m', '<', '>'),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''));

describe('text that leaves for people', () => {
  test.each([
    ['a\u001B[31mb', 'a\\u001b[31mb'],
    ['a\rb', 'a\\u000db'],
    ['a\0b', 'a\\u0000b'],
    ['a\u2028b\u2029', 'a\\u2028b\\u2029'],
    ['\u202Egnp.exe', '\\u202egnp.exe'],
    ['\u009B31m', '\\u009b31m'],
    ['\uD800', '\\ud800'],
    ['\u{E0041}', '\\udb40\\udc41'],
    ['tab\tand\nline', 'tab\tand\nline'],
    ['Größe 😀 👩‍💻', 'Größe 😀 👩‍💻'],
  ])('%j is shown as %j', (text, shown) => {
    expect(withoutControls(text)).toBe(shown);
    expect(presentable(text)).toBe(shown);
  });

  test('a text that has to stay one line does', () => {
    expect(oneLine('a\n::error::b')).toBe('a\\n::error::b');
  });

  test.each([
    ['::error::x', ':\\u003aerror::x'],
    ['  ::error::x', '  :\\u003aerror::x'],
    ['a\n\t::warning file=x::y', 'a\n\t:\\u003awarning file=x::y'],
    ['a ::error:: within', 'a ::error:: within'],
    ['a ##[error]b', 'a ##\\u005berror]b'],
    ['##vso[task.setvariable]b', '##vso\\u005btask.setvariable]b'],
    ['## a heading', '## a heading'],
  ])('%j begins no command: %j', (text, shown) => expect(presentable(text)).toBe(shown));

  test('what goes on with a line does not begin one', () => {
    expect(presentable('::x\n::y', 'a')).toBe('::x\n:\\u003ay');
  });

  test.each(['::error::x', '  ::error::x', '##[error]x', '##vso[task.x]', ' a::x', '#', ':::'])(
    'where %j is written in two goes changes nothing',
    (text) => {
      for (let at = 0; at <= text.length; at += 1) {
        const [first, second] = [text.slice(0, at), text.slice(at)];
        expect(presentable(first) + presentable(second, first)).toBe(presentable(text));
      }
    },
  );

  test('a document says the same to programs, and does nothing on a terminal', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const document = jsonText({ [text]: [text] }, 2);
        expect(document).not.toMatch(HARMFUL);
        expect(JSON.parse(document)).toEqual({ [text]: [text] });
        expect(JSON.parse(presentable(document))).toEqual({ [text]: [text] });
      }),
      runs(100),
    );
  });

  test('what is ours passes, what only looks like it does not', () => {
    expect(presentable(`${ours('\u001B[31m')}red${ours('\u001B[39m')} \u001B[31m`)).toBe(
      '\u001B[31mred\u001B[39m \\u001b[31m',
    );
    expect(presentable(ourCommand('error::x'))).toBe('::error::x');
  });

  test('whatever it is given, nothing acts on a terminal and no line is a command', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const shown = presentable(text);
        expect(shown).not.toMatch(HARMFUL);
        for (const line of shown.split('\n')) expect(line.trimStart()).not.toMatch(/^::|##[\w-]*\[/);
        expect(oneLine(text)).not.toContain('\n');
      }),
      runs(100),
    );
  });
});
