/** Reads the page's own data: gzip as base64 in elements of the page. Nothing is fetched. */
import { INDEX_ID, historyId } from '../../harness/report/data.ts';
import type { PageIndex } from '../../harness/report/data.ts';
import type { HistoryEvent } from '../../harness/history/events.ts';
import { filledIn } from '../../harness/history/of-before.ts';

const readBlock = async (id: string): Promise<string> => {
  const text = document.getElementById(id)?.textContent;
  if (text === undefined || text === null) throw new Error(`the page has no ${id}`);
  const bytes = Uint8Array.from(atob(text.trim()), (sign) => sign.charCodeAt(0));
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))).text();
};

export const loadIndex = async (): Promise<PageIndex> => JSON.parse(await readBlock(INDEX_ID)) as PageIndex;

const known = new Map<number, Promise<readonly HistoryEvent[]>>();

/** The n-th history, read once. */
export const loadHistory = (n: number): Promise<readonly HistoryEvent[]> => {
  const before = known.get(n);
  if (before !== undefined) return before;
  const events = readBlock(historyId(n)).then((text) =>
    filledIn(
      text
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as HistoryEvent),
    ),
  );
  known.set(n, events);
  return events;
};
