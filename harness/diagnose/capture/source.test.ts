import fc from 'fast-check';
import { expect, it } from 'vitest';
import { sourceOf } from './source.ts';

/** As whoever loads the file has it. */
const evaluated = (source: string): unknown => new Function(`return (${source});`)() as unknown;

const anything = fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue(), { noNullPrototype: true });

it('says the same, whatever is in it', () =>
  fc.assert(
    fc.property(anything, (value) => {
      const plain: unknown = JSON.parse(JSON.stringify(value));
      expect(evaluated(sourceOf(plain as Readonly<Record<string, unknown>>))).toEqual(plain);
    }),
  ));

it.each([
  '${process.exit()}',
  "'; process.exit(); '",
  '"; process.exit(); "',
  '\\',
  "\\'",
  '*/ process.exit() /*',
  '\u2028process.exit()\u2029',
  '\u202eright to left',
  '\ud800',
  '\u001b[2J',
  '</script>',
])('a text stays the text that it is: %j', (text) => {
  const source = sourceOf({ text, [text]: 1 });
  expect(evaluated(source)).toEqual({ text, [text]: 1 });
  // eslint-disable-next-line no-control-regex
  expect(source).not.toMatch(/[\u001b\u2028\u2029\u202e]/);
});

it('a key that would be the prototype is a key', () => {
  const value: unknown = JSON.parse('{"__proto__": {"a": 1}}');
  const back = evaluated(sourceOf(value as Readonly<Record<string, unknown>>)) as object;
  expect(Object.hasOwn(back, '__proto__')).toBe(true);
});
