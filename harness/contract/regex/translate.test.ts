import { expect, test } from 'vitest';
import { UntranslatablePattern } from './reader.ts';
import { translate } from './translate.ts';

const matches = (pattern: string, text: string): boolean => translate(pattern).test(text);

/** What each pattern takes and refuses where JavaScript's own reading would be another. */
test.each<[string, readonly string[], readonly string[]]>([
  ['a|ab', ['a', 'ab'], ['b', 'abc']],
  [String.raw`\w+`, ['é', '日本', 'a_1'], ['a-b']],
  [String.raw`\d`, ['٣'], ['a']],
  [String.raw`\s`, ['\u0085'], ['\ufeff']],
  [String.raw`\bé\b`, ['é'], ['e']],
  ['.', ['😀', '\r', '\u2028'], ['\n', '']],
  [String.raw`^a$\n^b$`, ['a\nb'], ['a']],
  ['[[:alpha:]&&[^b]]', ['a', 'é'], ['b', '1']],
  [String.raw`\Aa\z`, ['a'], ['a\n']],
  [String.raw`\p{^Lu}\p{Greek}`, ['aα'], ['Aα']],
  ['(?i)k[a-c]', ['KB', '\u212ab'], ['kd']],
  ['a(?i)b|c', ['aB', 'aC'], ['C', 'AB']],
  ['(?m).+', ['a\nb'], ['']],
  ['(?>a|ab)c', ['ac'], ['abc']],
  ['a?+a', [], ['a']],
  ['a{,2}', ['', 'aa'], ['aaa', 'a{,2}']],
  [String.raw`a\Rb`, ['a\r\nb'], ['a\n\nb']],
])('%s', (pattern, taken, refused) => {
  expect(taken.filter((text) => !matches(pattern, text))).toEqual([]);
  expect(refused.filter((text) => matches(pattern, text))).toEqual([]);
});

test('what is refused is named', () => {
  expect(() => translate(String.raw`(a)\1`)).toThrow(UntranslatablePattern);
  expect(() => translate(String.raw`x\K`)).toThrow(String.raw`\K`);
  expect(() => translate('(?x)a')).toThrow('(?x');
  expect(() => translate('(?i)ß')).toThrow("'ß' without regard to case");
  expect(() => translate('[[:punct:]]')).toThrow('[:punct:]');
});
