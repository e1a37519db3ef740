/** What a mutation run's report says. Pure. */

/** A mutant that makes the tests hang is noticed as well. */
const KILLED = ['Killed', 'Timeout'];
const ALIVE = ['Survived', 'NoCoverage'];

const mutantsIn = (files) =>
  Object.entries(files).flatMap(([file, { source, mutants }]) =>
    mutants.map((mutant) => ({ file, source, ...mutant })),
  );

/** Of those that ran; `percent` is 100 where there are none. */
export const tally = (files) => {
  const mutants = mutantsIn(files);
  const killed = mutants.filter(({ status }) => KILLED.includes(status)).length;
  const all = killed + mutants.filter(({ status }) => ALIVE.includes(status)).length;
  return { killed, all, percent: all === 0 ? 100 : (100 * killed) / all };
};

export const tallyLine = ({ killed, all, percent }) => `mutants ${killed}/${all} killed (${percent.toFixed(1)} %)`;

const MOST_SHOWN = 160;
const inOneLine = (text) => text.replace(/\s+/g, ' ').trim().slice(0, MOST_SHOWN);

const originalOf = ({ source, location: { start, end } }) => {
  const lines = source.split('\n').slice(start.line - 1, end.line);
  if (lines.length === 0) return '';
  lines[lines.length - 1] = lines.at(-1).slice(0, end.column - 1);
  lines[0] = lines[0].slice(start.column - 1);
  return lines.join('\n');
};

/** `file:line:column  what  →  what it became (no test reaches it)`, in order. */
export const survivorsOf = (files) =>
  mutantsIn(files)
    .filter(({ status }) => ALIVE.includes(status))
    .toSorted((a, b) => a.file.localeCompare(b.file) || a.location.start.line - b.location.start.line)
    .map((mutant) => {
      const { file, location, mutatorName, replacement = '', status } = mutant;
      const reached = status === 'NoCoverage' ? ' (no test reaches it)' : '';
      return `${file}:${location.start.line}:${location.start.column}  ${mutatorName}: ${inOneLine(originalOf(mutant))}  →  ${inOneLine(replacement)}${reached}`;
    });
