/** A captured scenario as a file that a person would commit. */
import { oneLine } from '../../base/presentable.ts';
import type { Captured } from './scenario-of.ts';
import { sourceOf } from './source.ts';

const WIDTH = 116;

/** A sentence as lines of at most WIDTH, those after the first further in. */
const wrapped = (sentence: string, first: string, further: string): readonly string[] => {
  const lines: string[] = [];
  let line = first;
  let isEmpty = true;
  for (const word of oneLine(sentence).split(' ')) {
    if (!isEmpty && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = further;
      isEmpty = true;
    }
    line += isEmpty ? word : ` ${word}`;
    isEmpty = false;
  }
  return [...lines, line];
};

const listed = (heading: string, entries: readonly string[]): readonly string[] =>
  entries.length === 0 ? [] : ['', heading, ...entries.flatMap((each) => wrapped(each, '- ', '  '))];

/** Each is one comment, whatever is in it. */
const comment = (lines: readonly string[]): string =>
  lines.map((line) => `// ${oneLine(line)}`.trimEnd().concat('\n')).join('');

const headOf = ({ cause, doubt, seen, kept, otherwise }: Captured, called: string): readonly string[] => [
  ...wrapped(
    `Captured of a live ${called} by \`faultline capture\`: ${cause}${doubt === undefined ? '.' : ` (${doubt}).`}`,
    '',
    '',
  ),
  '',
  'What was seen there, in the order that its own times tell:',
  ...seen.map((line) => `  ${line}`),
  ...listed('Kept of it:', kept),
  ...listed('Replaced, or left out:', [
    'every id: the ones here are drawn from the seed',
    'names, notes, bodies, keys, headers and times of day: what the scenario tells is made up from its pipeline',
  ]),
  ...listed('Otherwise than it was:', otherwise),
];

/**
 * `isShipped`: it is of the pipeline that comes with Faultline, whose names the compiler holds it to. `called`: what the pipeline
 * calls its subjects.
 */
export const fileText = (captured: Captured, called: string, isShipped: boolean): string => {
  const source = sourceOf(captured.scenario as unknown as Readonly<Record<string, unknown>>);
  return [
    comment(headOf(captured, called)),
    isShipped
      ? "import { defineScenario } from 'faultline';\n"
      : "import type { Scenario, Vocabulary } from 'faultline';\n",
    '\n',
    isShipped
      ? `export const scenario = defineScenario(${source});\n`
      : `export const scenario = ${source} satisfies Scenario<Vocabulary>;\n`,
  ].join('');
};
