/**
 * Which ids were seen, in memory that does not grow (a Bloom filter): what it has not is certain, and what it has may be another's.
 * Who looks for what is missing overlooks something at times, and accuses of nothing that is there.
 */

export interface Filter {
  add(key: string): void;
  /** False: certainly never added. */
  has(key: string): boolean;
}

/** Of ten million one in about five hundred is overlooked, of a million none. */
const BITS = 2 ** 27;
const HASHES = 7;

const mixed = (value: number): number => {
  const once = Math.imul(value ^ (value >>> 15), 0x2c1b3c6d);
  return (once ^ (once >>> 13)) >>> 0;
};

export const createFilter = (): Filter => {
  const words = new Uint32Array(BITS / 32);
  /** Sets the key's bits. Gives whether all were set. */
  const visit = (key: string, sets: boolean): boolean => {
    let [first, second] = [0x811c9dc5, 0x9e3779b9];
    for (let i = 0; i < key.length; i += 1) {
      const sign = key.charCodeAt(i);
      first = Math.imul(first ^ sign, 0x01000193);
      second = Math.imul(second ^ sign, 0x01000193);
    }
    let place = mixed(first);
    const step = mixed(second) | 1;
    let had = true;
    for (let i = 0; i < HASHES; i += 1) {
      const [word, bit] = [(place % BITS) >>> 5, 1 << (place & 31)];
      if (((words[word] ?? 0) & bit) === 0) had = false;
      if (sets) words[word]! |= bit;
      place = (place + step) >>> 0;
    }
    return had;
  };
  return { add: (key) => void visit(key, true), has: (key) => visit(key, false) };
};
