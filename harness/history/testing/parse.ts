import type { HistoryEvent } from '../events.ts';
import { parseHistoryLines } from '../file.ts';
import type { Seal } from '../seal.ts';

/** Parses a history's text, as `parseHistoryLines`. */
export const parseHistory = (content: string, file?: string, seal?: Seal): HistoryEvent[] => {
  const lines = content.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return parseHistoryLines(lines, file, seal);
};
