/** How reports look: marks, colours, durations and wrapped lines. */
import picocolors from 'picocolors';
import { oneLine, ours, withoutControls } from '../base/presentable.ts';
import type { TrialOutcome } from '../history/verdict.ts';

const COLOURS = ['bold', 'dim', 'red', 'green', 'yellow'] as const;

export type Colours = Readonly<Record<(typeof COLOURS)[number], (text: string) => string>>;

/** What they colour is text of anybody's: only the colour itself gets through to a terminal. */
export const coloursFor = (on: boolean): Colours => {
  const { bold, dim, red, green, yellow } = picocolors.createColors(on);
  const safe =
    (colour: (text: string) => string) =>
    (text: string): string =>
      ours(colour(withoutControls(text)));
  return { bold: safe(bold), dim: safe(dim), red: safe(red), green: safe(green), yellow: safe(yellow) };
};

/** Colours belong on a terminal only; https://no-color.org and FORCE_COLOR overrule. */
export const wantsColour = (isTerminal: boolean, env: Readonly<Record<string, string | undefined>>): boolean => {
  if (env['NO_COLOR'] !== undefined && env['NO_COLOR'] !== '') return false;
  if (env['FORCE_COLOR'] !== undefined && env['FORCE_COLOR'] !== '') return env['FORCE_COLOR'] !== '0';
  return isTerminal && env['TERM'] !== 'dumb';
};

interface Look {
  readonly mark: string;
  readonly dot: string;
  readonly colour: 'green' | 'red' | 'yellow';
}

export const LOOKS: Readonly<Record<TrialOutcome, Look>> = {
  passed: { mark: '✓', dot: '.', colour: 'green' },
  failed: { mark: '✗', dot: 'x', colour: 'red' },
  unknown: { mark: '?', dot: '?', colour: 'yellow' },
};

/** 87 ms, 1.24 s, 2 min 05 s. */
export const formatDuration = (ms: number): string => {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(2)} s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`;
};

export const counted = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;

/** Breaks a text at spaces into lines of at most `width`; a longer word stays whole. */
const wrap = (text: string, width: number): readonly string[] => {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
};

const indented = (given: string, texts: readonly string[], width: number): readonly string[] => {
  const first = oneLine(given);
  return texts
    .flatMap((text) => wrap(oneLine(text), Math.max(20, width - first.length)))
    .map((line, i) => (i === 0 ? first : ' '.repeat(first.length)) + line);
};

/**
 * The text wrapped, its first line after `first`, the others indented to the same column. Line feeds in it are shown, as
 * nothing that a worker wrote begins a line of ours.
 */
export const hanging = (first: string, text: string, width: number): readonly string[] =>
  indented(first, [text], width);

/** The same for a text of ours that has line feeds of its own. */
export const paragraphs = (first: string, text: string, width: number): readonly string[] =>
  indented(first, text.split('\n'), width);

/** Lines as one text: none of them becomes two by what is in it. */
export const joined = (lines: readonly string[]): string => lines.map(oneLine).join('\n');
