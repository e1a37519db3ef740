import fc from 'fast-check';
import { expect, test } from 'vitest';
import { exactJson } from '../contract/exact-json.ts';
import { createCompacting } from './compact.ts';

const ID = '30f88e6f-9b28-4799-a434-c9ee1058c71b';

/** As it is read of a file and compacted. */
const read = (event: unknown): { readonly value?: { readonly text: string }; readonly json?: unknown } => {
  const line = JSON.parse(JSON.stringify(event)) as {
    readonly value?: { readonly text: string };
    readonly json?: unknown;
  };
  createCompacting()(line);
  return line;
};

const record = (text: string) => ({ kind: 'kafka.record', value: { text }, json: JSON.parse(text) as unknown });

test('is the same event to whoever reads, lists, copies or writes it', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.dictionary(fc.string(), fc.string()), (json, headers) => {
      const event = {
        ...record(JSON.stringify(json)),
        headers: { ...headers, id: ID },
        changes: [{ row: { id: ID, deep: [[json]] } }],
      };
      const line = JSON.stringify(event);
      const found = read(event);
      expect(JSON.stringify(found)).toBe(line);
      expect({ ...found.value }).toEqual({ text: event.value.text });
      expect(found).toEqual(JSON.parse(line));
    }),
  );
});

test.each([
  ['blanks', '{ "a": 1 }'],
  ['a decimal', '{"a":1.5}'],
  ['a number that JavaScript does not hold', '{"a":12345678901234567890}'],
  ['another order', '{"b":1,"1":2}'],
  ['a name twice', '{"a":1,"a":2}'],
  ['an escape', '"\\u0041"'],
])('keeps a text that says more than its value: %s', (_, text) => {
  const { value, json } = read(record(text));
  expect(Object.getOwnPropertyDescriptor(value, 'text')).toMatchObject({ value: text });
  expect(exactJson(value, json)).toEqual(exactJson({ text }, JSON.parse(text)));
});

test('does not hold a text that its value tells', () => {
  const { value, json } = read(record('{"a":[1,"1.5"]}'));
  expect(Object.getOwnPropertyDescriptor(value, 'text')).not.toHaveProperty('value');
  expect(value?.text).toBe('{"a":[1,"1.5"]}');
  expect(exactJson(value, json)).toBe(json);
});

test('takes what is no event as one is recorded as it comes', () => {
  const deep = JSON.parse(`${'['.repeat(5000)}${']'.repeat(5000)}`) as unknown;
  for (const odd of [
    null,
    7,
    [ID],
    { json: {}, value: null },
    { json: {}, value: { text: 7 } },
    { json: { a: 1 }, value: { text: '{"a":1}', truncated: { bytes: 9, sha256: '' } } },
    { json: JSON.parse(`{"__proto__":"${ID}"}`) as unknown, body: { text: `{"__proto__":"${ID}"}` } },
  ])
    expect(JSON.stringify(read(odd))).toBe(JSON.stringify(odd));
  expect(() => createCompacting()({ json: deep, value: { text: '' } })).not.toThrow();
});

test('texts that have one place stay what they are', () => {
  const compact = createCompacting();
  const events = Array.from({ length: 200_000 }, (_, i) => ({ id: `payment-${i}`, again: `payment-${i}` }));
  events.forEach(compact);
  expect(events.every(({ id, again }, i) => id === `payment-${i}` && again === id)).toBe(true);
});

test('leaves what may not be written to as it is', () => {
  const lies = Object.freeze(['row-missing', ID]);
  const deep = Object.freeze({ id: ID, inner: [ID] });
  const text = `{"id":"${ID}"}`;
  const events = [{ falsified: lies, deep, ...record(text) }, Object.freeze({ falsified: lies, ...record(text) })];
  const compact = createCompacting();
  const lines = JSON.stringify(events);
  for (const event of events) expect(() => compact(event)).not.toThrow();
  expect(JSON.stringify(events)).toBe(lines);
  expect(Object.getOwnPropertyDescriptor(events[0]?.value, 'text')).not.toHaveProperty('value');
});

/** Counts what is put in the place of values. */
const watched = (names: Readonly<Record<string, string>>, put: string[]): Readonly<Record<string, string>> =>
  new Proxy(names, {
    set: (into, name, value) => {
      put.push(String(name));
      return Reflect.set(into, name, value);
    },
  });

test.each(['value', 'body'])('the values of a very long %s are not looked through, its text is not held', (name) => {
  for (const length of [1_000, 300_000]) {
    const put: string[] = [];
    const text = JSON.stringify({ id: ID, filling: 'x'.repeat(length) });
    const json = watched(JSON.parse(text) as Record<string, string>, put);
    const event: Record<string, unknown> = { kind: 'a', [name]: { text }, json };
    createCompacting()(event);
    expect(put).toEqual(length < 256 * 1024 ? ['id'] : []);
    expect(Object.getOwnPropertyDescriptor(event[name], 'text')).not.toHaveProperty('value');
    expect(event[name]).toMatchObject({ text });
  }
});
