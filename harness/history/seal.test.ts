import { expect, test } from 'vitest';
import { createSealer, sealProblem } from './seal.ts';
import type { Seal } from './seal.ts';

const lines = Array.from({ length: 250 }, (_, i) => `{"seq":${i + 1}}`);
const sealOf = (read: readonly string[]): Seal => {
  const sealer = createSealer();
  for (const line of read) sealer.add(`${line}\n`);
  return sealer.seal();
};
const seal = sealOf(lines);

test('what was sealed is found as it was', () => {
  expect(seal).toMatchObject({ events: 250, digests: [expect.any(String), expect.any(String), expect.any(String)] });
  expect(sealProblem(seal, seal)).toBeUndefined();
  const full = lines.slice(0, 200);
  expect(sealProblem(sealOf(full), sealOf(full))).toBeUndefined();
});

test('what is missing, added or changed is said', () => {
  expect(sealProblem(sealOf(lines.slice(0, 249)), seal)).toBe('event 250 is missing');
  expect(sealProblem(sealOf(lines.slice(0, 200)), seal)).toBe('events 201 to 250 are missing');
  expect(sealProblem(sealOf([...lines, 'x']), seal)).toBe('event 251 was added after the verdict');
  const changed = (at: number): string | undefined => sealProblem(sealOf(lines.with(at - 1, 'x')), seal);
  expect(changed(1)).toBe('something in the events 1 to 100 was changed');
  expect(changed(101)).toBe('something in the events 101 to 200 was changed');
  expect(changed(250)).toBe('something in the events 201 to 250 was changed');
  expect(sealProblem(seal, { ...seal, digests: seal.digests.slice(0, 2) })).toMatch(/was changed/);
});
