import { expect, test } from 'vitest';
import { visible } from './visible.ts';

test('what turns text around or steers a terminal is spelt out', () => {
  expect(visible('invoice\u202Egnp.exe')).toBe('invoice⟨U+202E⟩gnp.exe');
  expect(visible('\u2066a\u2069 \u001b[31m \u0000 \u200b')).toBe('⟨U+2066⟩a⟨U+2069⟩ ⟨U+001B⟩[31m ⟨U+0000⟩ ⟨U+200B⟩');
});

test('ordinary text, tabs, lines, other scripts and signs stay', () => {
  const text = 'one\n\ttwo  مرحبا עולם 日本 🎉 <img onerror=x>';
  expect(visible(text)).toBe(text);
});
