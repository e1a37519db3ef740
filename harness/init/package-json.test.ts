import { expect, it } from 'vitest';
import { changedPackageJson } from './package-json.ts';

const NEEDED = { faultline: '1.2.3', pg: '8' };

it('changes nothing of what is there: line ends, numbers, what stands on one line', () => {
  const lines = [
    '{',
    '\t"n": [1.0, 12345678901234567890, { "a": "\\u00e9" }],',
    '\t"scripts": { "test": "x" }',
    '}',
    '',
  ];
  expect(changedPackageJson(lines.join('\r\n'), NEEDED).split('\r\n')).toEqual([
    ...lines.slice(0, 2),
    '\t"scripts": { "test": "x", "faultline": "faultline run" },',
    '\t"devDependencies": {',
    '\t\t"faultline": "1.2.3",',
    '\t\t"pg": "8"',
    '\t}',
    '}',
    '',
  ]);
});

it('keeps a byte order mark', () => {
  const text = '\uFEFF{"scripts":{"faultline":"x"},"devDependencies":{}}\n';
  expect(changedPackageJson(text, { pg: '8' })).toBe(text.replace('s":{}', 's":{"pg":"8"}'));
  expect(changedPackageJson(text, {})).toBe(text);
});

it.each([
  ['{"scripts":"nope"}', 'its scripts is no object'],
  ['{"scripts":null}', 'its scripts is no object'],
  ['{"scripts":{},"devDependencies":["pg"]}', 'its devDependencies is no object'],
  ['[]', 'it holds no object'],
])('%s is refused, and not replaced', (text, message) => {
  expect(() => changedPackageJson(text, NEEDED)).toThrow(message);
});
