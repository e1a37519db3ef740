/** Lives of topics: one that was deleted and made anew is another one, whose offsets begin again. */

export interface Incarnations {
  /** The broker has this topic under this id. */
  seen(topic: string, topicId: string): void;
  /** The topic was deleted, and everything about it has been read: what comes from now on is about the next life. */
  over(topic: string): void;
  /** Which life it is, counted from the last `rebase`; without an id the present one, or the coming one when it is over. */
  of(topic: string, topicId?: string): number;
  /** The present lives are number 0 from now on. */
  rebase(): void;
}

interface Lives {
  readonly ids: string[];
  over: boolean;
  base: number;
}

export const createIncarnations = (): Incarnations => {
  const topics = new Map<string, Lives>();
  const livesOf = (topic: string): Lives => {
    const known = topics.get(topic);
    if (known !== undefined) return known;
    const made = { ids: [], over: false, base: 0 };
    topics.set(topic, made);
    return made;
  };
  const present = ({ ids, over }: Lives): number => Math.max(0, over ? ids.length : ids.length - 1);

  return {
    seen: (topic, topicId) => {
      const lives = livesOf(topic);
      if (lives.ids.includes(topicId)) return;
      lives.ids.push(topicId);
      lives.over = false;
    },
    over: (topic) => {
      const lives = livesOf(topic);
      lives.over = lives.ids.length > 0;
    },
    of: (topic, topicId) => {
      const lives = livesOf(topic);
      const index = topicId === undefined ? present(lives) : lives.ids.indexOf(topicId);
      // What was left of a life before the count began belongs to nobody who would ask.
      return Math.max(0, index - lives.base);
    },
    rebase: () => {
      for (const lives of topics.values()) lives.base = present(lives);
    },
  };
};
