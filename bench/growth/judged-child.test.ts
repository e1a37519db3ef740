import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { usedIn } from './judged-child.ts';

test('what a killed process used is not known, and is within no bound', () => {
  const folder = mkdtempSync(join(tmpdir(), 'faultline-used-'));
  try {
    const file = join(folder, 'usage.json');
    expect(usedIn(file)).toEqual({ cpuMs: NaN, mostBytes: NaN });
    expect(usedIn(file).mostBytes <= Infinity).toBe(false);
    writeFileSync(file, JSON.stringify({ maxRSS: 2, userCPUTime: 1000, systemCPUTime: 500 }));
    expect(usedIn(file)).toEqual({ cpuMs: 1.5, mostBytes: 2048 });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
