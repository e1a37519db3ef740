/** What the groups still have to read, kept up to date event by event, in words. */
import type { HistoryEvent } from '../history/events.ts';
import { createOpenWork } from '../history/open-work.ts';
import type { OpenWork, Waiting } from '../history/open-work.ts';

export interface Lag extends Pick<OpenWork, 'observe' | 'isRead' | 'isOfTrial' | 'isGroupOfTrial' | 'lastMove'> {
  /** One phrase for every partition with data at or above the committed offset of a group that commits. */
  open(): readonly string[];
  /** Records in those partitions, by every such group. */
  left(): number;
}

const phrase = ({ group, topic, partition, committed, last }: Waiting): string =>
  `${group} to read ${topic}-${partition} up to ${last.offset + 1} (committed: ${committed ?? 'never'})`;

export const createLag = (about: Pick<HistoryEvent<'trial.started'>, 'workers' | 'subjects' | 'pipeline'>): Lag => {
  const work = createOpenWork(about);
  const waiting = (): readonly Waiting[] => work.open().filter(({ commits }) => commits);
  return {
    ...work,
    open: () => waiting().map(phrase),
    left: () => waiting().reduce((sum, { count }) => sum + count, 0),
  };
};
