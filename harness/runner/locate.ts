/** Where a scenario stands in its file, for annotations and JUnit. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/**
 * The line (from 1) of the scenario of that name in a file's source: the export statement above its quoted name, or
 * the name itself; 1 when the source does not show it.
 */
export const lineOfScenario = (source: string, name: string): number => {
  const lines = source.split('\n');
  const named = new RegExp(`name["']?\\s*:\\s*(["'\`])${escaped(name)}\\1`);
  const found = lines.findIndex((line) => named.test(line));
  if (found === -1) return 1;
  const exported = lines.slice(0, found + 1).findLastIndex((line) => /^\s*(export|const|let|var)\b/.test(line));
  return (exported === -1 ? found : exported) + 1;
};

/** The file a compiled one came from, by its source map, when that is there to be shown. */
const originalOf = (file: string, source: string): string | undefined => {
  const map = /\/\/# sourceMappingURL=([^\s:]+)\s*$/.exec(source)?.[1];
  if (map === undefined) return undefined;
  const { sources } = JSON.parse(readFileSync(join(dirname(file), map), 'utf8')) as { readonly sources?: string[] };
  const original = sources?.[0] === undefined ? undefined : join(dirname(file), sources[0]);
  return original !== undefined && existsSync(original) ? original : undefined;
};

const readSource = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // Without its text a scenario is still run; only the line is lost.
    return '';
  }
};

/** File and line to show for a scenario: in its source rather than in what was compiled from it. */
export const locateScenario = (file: string, name: string): { readonly file: string; readonly line: number } => {
  const source = readSource(file);
  let original: string | undefined;
  try {
    original = originalOf(file, source);
  } catch {
    original = undefined;
  }
  if (original === undefined) return { file, line: lineOfScenario(source, name) };
  return { file: original, line: lineOfScenario(readSource(original), name) };
};
