/** Where a scenario stands in its file, for annotations and JUnit. */

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
