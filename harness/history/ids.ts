/** Ids are compared as ids: a UUID is the same in any case, and an id in a line is a token of its own. */
const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/i;
const WHOLE_UUID = new RegExp(`^${UUID.source}$`, 'i');
/** A UUID that stands alone, or behind a word as in `purchase-created-<uuid>`. */
const UUIDS = new RegExp(`(?<![0-9a-z])${UUID.source}(?![0-9a-z])`, 'gi');

/** Without one of these a text holds no UUID that is not in lower case. */
const CAPITAL_DIGIT = /[A-F]/;

/** The id in the form in which equal ids are equal texts: UUIDs in lower case, all else as it is. */
export const normalId = (id: string): string =>
  CAPITAL_DIGIT.test(id) ? id.replace(UUIDS, (uuid) => uuid.toLowerCase()) : id;

/** The id as text: a column may hold it as a number, and so may an event. Undefined: it is none. */
export const idOf = (value: unknown): string | undefined => {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? String(value) : undefined;
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
};

const sameText = (a: string, b: string): boolean =>
  a !== '' && a.length === b.length && (a === b || normalId(a) === normalId(b));

/** Are both the same id, whether it is held as text or as a whole number? What is neither, or empty, is none. */
export const sameId = (a: unknown, b: unknown): boolean => {
  if (typeof a === 'string' && typeof b === 'string') return sameText(a, b);
  const [first, second] = [idOf(a), idOf(b)];
  return first !== undefined && second !== undefined && sameText(first, second);
};

export const isUuid = (id: unknown): boolean => typeof id === 'string' && WHOLE_UUID.test(id);

/** Anything shorter, or without a digit, is a word or a number like any other: in free text it names nothing. */
const isToken = (id: string): boolean => id.length >= 8 && /\d/.test(id);
const ASCII = /^[ -~]*$/;
/** Of ids that were looked for last: making one takes longer than most lines do. */
const searches = new Map<string, RegExp>();
const MOST_SEARCHES = 1000;

/** Finds an id of ASCII in any case, in text of any kind as fast as it comes: lower case of a binary flood takes far longer. */
const searchOf = (id: string): RegExp => {
  const known = searches.get(id);
  if (known !== undefined) return known;
  const search = new RegExp(id.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'), 'i');
  if (searches.size >= MOST_SEARCHES) searches.clear();
  searches.set(id, search);
  return search;
};

const PART_OF_A_TOKEN = /[0-9a-z_-]/i;
const PART_OF_A_UUID = /[0-9a-z]/i;

const standsIn = (text: string, id: string): boolean => {
  const partOfToken = isUuid(id) ? PART_OF_A_UUID : PART_OF_A_TOKEN;
  for (let at = text.indexOf(id); at >= 0; at = text.indexOf(id, at + 1))
    if (!partOfToken.test(text[at - 1] ?? ' ') && !partOfToken.test(text[at + id.length] ?? ' ')) return true;
  return false;
};

/** Values of a JSON line under names of ids, at any depth. */
const idsInJson = (value: unknown, name = ''): readonly string[] => {
  if (typeof value === 'string') return /id$/i.test(name) ? [value] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) => idsInJson(each, Array.isArray(value) ? name : key));
};

const idsInLine = (line: string): readonly string[] => {
  if (!line.trimStart().startsWith('{')) return [];
  try {
    return idsInJson(JSON.parse(line) as unknown);
  } catch {
    return [];
  }
};

/** Does the line name the id: as a token of its own, or as the value of a field for ids in a line of JSON? */
export const mentions = (line: string, id: string): boolean => {
  const wanted = normalId(id);
  // Most lines name nothing: that is told before the line is read, and of a flood of them as fast as it comes.
  if (ASCII.test(wanted) && !searchOf(wanted).test(line)) return false;
  const text = normalId(line);
  if (!text.includes(wanted)) return false;
  if (isToken(wanted) && standsIn(text, wanted)) return true;
  return idsInLine(line).some((each) => sameId(each, id));
};

/** The UUIDs that stand in the text by themselves, or behind a word, in lower case; each once. */
export const uuidsIn = (text: string): readonly string[] => [
  ...new Set(Array.from(text.matchAll(UUIDS), ([uuid]) => uuid.toLowerCase())),
];

const TOKENS = /[0-9a-z_-]{8,}/gi;
const UUID_LENGTH = 36;

/** Everything in the text that it would mention as an id, in the form in which equal ids are equal; each once. */
export const tokensIn = (text: string): ReadonlySet<string> => {
  const found = new Set<string>();
  for (const token of text.match(TOKENS) ?? []) {
    if (token.length === UUID_LENGTH && isUuid(token)) {
      found.add(token.toLowerCase());
      continue;
    }
    if (token.length > UUID_LENGTH) for (const uuid of uuidsIn(token)) found.add(uuid);
    const normal = normalId(token);
    if (isToken(normal)) found.add(normal);
  }
  return found;
};

/** Something escaped: what it says is seen only once it is read. */
const ESCAPED = '\\u';

export interface Mentioned {
  /** Of one that is there already nothing changes. */
  add(id: string): void;
  /** The ids that the text mentions, in the order in which they were added. */
  in(text: string): readonly string[];
}

/**
 * Many ids to look for in many texts: one that holds a UUID is looked for only where that stands, so that a text costs what is in it and
 * not what might be.
 */
export const mentioned = (ids: readonly string[] = []): Mentioned => {
  const places = new Map<string, number>();
  const byUuid = new Map<string, string[]>();
  const others: string[] = [];
  /** Nothing but a UUID: mentioned wherever one like it stands. */
  const whole = new Set<string>();
  const add = (id: string): void => {
    if (places.has(id)) return;
    places.set(id, places.size);
    const [uuid] = uuidsIn(id);
    if (uuid === undefined) others.push(id);
    else byUuid.set(uuid, [...(byUuid.get(uuid) ?? []), id]);
    if (isUuid(id) && isToken(id)) whole.add(id);
  };
  ids.forEach(add);
  const placeOf = (id: string): number => places.get(id) ?? 0;
  return {
    add,
    in: (text) => {
      const isEscaped = text.includes(ESCAPED);
      const near = isEscaped ? [...byUuid.values()].flat() : uuidsIn(text).flatMap((uuid) => byUuid.get(uuid) ?? []);
      return [...near, ...others]
        .filter((id) => (!isEscaped && whole.has(id)) || mentions(text, id))
        .sort((a, b) => placeOf(a) - placeOf(b));
    },
  };
};
