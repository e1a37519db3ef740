/** What the pure tests use of Vitest, to run them again and again in one process: its own `expect`, and tests as a list. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const vitest = createRequire(createRequire(import.meta.url).resolve('vitest/package.json'));
const {
  ASYMMETRIC_MATCHERS_OBJECT,
  GLOBAL_EXPECT,
  JestAsymmetricMatchers,
  JestChaiExpect,
  JestExtend,
  chai,
  setState,
} = await import(vitest.resolve('@vitest/expect'));

for (const plugin of [JestExtend, JestChaiExpect, JestAsymmetricMatchers]) chai.use(plugin);

/** Compares only: a mutant writes no file. */
chai.use(({ Assertion }, { addMethod }) => {
  addMethod(Assertion.prototype, 'toMatchFileSnapshot', async function (file) {
    const before = readFileSync(file, 'utf8');
    this.assert(this._obj === before, `expected what is in ${file}`, `expected other than ${file}`, before, this._obj);
  });
});

export const expect = (value, message) => chai.expect(value, message);
Object.assign(expect, chai.expect, globalThis[ASYMMETRIC_MATCHERS_OBJECT]);
globalThis[GLOBAL_EXPECT] = expect;
setState({ assertionCalls: 0, isExpectingAssertions: false, expectedAssertionsNumber: null }, expect);

/** Every test that was declared since the process began. */
export const declared = [];

const spread = (declare) => (table) => (name, body) =>
  table.forEach((row, i) => declare(`${name} #${i + 1}`, () => (Array.isArray(row) ? body(...row) : body(row))));

export const test = (name, body) => void declared.push({ name, body });
test.each = spread(test);
export const it = test;
export const describe = (_, body) => void body();
describe.each = spread(describe);
