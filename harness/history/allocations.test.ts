import { expect, test } from 'vitest';
import { isFromCall } from './allocations.ts';
import { build } from './testing/build.ts';
import { idOf } from './testing/values.ts';

test('an allocation is the call’s whose stub wrote its id in another case', () => {
  const b = build();
  const id = idOf('allocation', 'ada');
  b.add({ kind: 'http.effect', source: 'http', call: 1, effect: 'inserted', rowId: id.toUpperCase() });
  b.allocation('ada', { writer: 'another-service' });
  const history = b.history();
  expect(isFromCall(history, history.commits[0]!, id)).toBe(true);
  expect(isFromCall(history, history.commits[0]!, idOf('allocation', 'bob'))).toBe(false);
});
