/** The project's .gitignore with what Faultline leaves behind. Pure. */

/** Folders of runs, the parts that are fetched, and what is installed. */
const IGNORED = ['node_modules/', 'runs/', '.faultline/'] as const;

const bare = (line: string): string => line.trim().replaceAll(/^\/|\/$/g, '');

/** The text with the lines that are missing at its end; the same text where none is. Left out: there was none. */
export const changedIgnore = (text = ''): string => {
  const there = new Set(text.split('\n').map(bare));
  const missing = IGNORED.filter((line) => !there.has(bare(line)));
  if (missing.length === 0) return text;
  const end = text.includes('\r\n') ? '\r\n' : '\n';
  const break_ = text === '' || text.endsWith('\n') ? '' : end;
  return `${text}${break_}${missing.map((line) => `${line}${end}`).join('')}`;
};
