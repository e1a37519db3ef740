import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lineOfScenario, locateScenario } from './locate.ts';

const SOURCE = `import { defineScenario } from 'faultline';

export const first = defineScenario({
  name: 'first',
});

export const second = {
  tags: [],
  "name": "second.one",
};
`;

describe('lineOfScenario', () => {
  it.each([
    ['first', 3],
    ['second.one', 7],
    ['secondXone', 1],
  ])('%s stands in line %i', (name, line) => {
    expect(lineOfScenario(SOURCE, name)).toBe(line);
  });
});

describe('locateScenario', () => {
  it('shows the source of a compiled file when it is there', () => {
    const dir = mkdtempSync(join(tmpdir(), 'faultline-locate-'));
    const file = join(dir, 'a.js');
    writeFileSync(file, `export const a = { name: 'first' };\n//# sourceMappingURL=a.js.map\n`);
    expect(locateScenario(file, 'first')).toEqual({ file, line: 1 });
    writeFileSync(join(dir, 'a.js.map'), JSON.stringify({ sources: ['./a.ts'] }));
    expect(locateScenario(file, 'first')).toEqual({ file, line: 1 });
    writeFileSync(join(dir, 'a.ts'), SOURCE);
    expect(locateScenario(file, 'first')).toEqual({ file: join(dir, 'a.ts'), line: 3 });
    rmSync(dir, { recursive: true });
    expect(locateScenario(file, 'first')).toEqual({ file, line: 1 });
  });
});
