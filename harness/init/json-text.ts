/** JSON text with more in it: no byte of what is there changes, and what is added is laid out as its neighbours are. Pure. */
import { parseTree } from 'jsonc-parser';
import type { Node } from 'jsonc-parser';

/** How the properties of an object are written. */
interface Layout {
  /** What stands before each: a line break and an indentation, or, on one line, what pads the braces. */
  readonly gap: string;
  /** What stands between a key and its value. */
  readonly colon: string;
}

const isBroken = ({ gap }: Layout): boolean => gap.includes('\n');

const endOf = ({ offset, length }: Node): number => offset + length;

/** Of empty lines the last one's end. */
const gapBefore = (text: string, { offset }: Node): string => {
  const before = text.slice(0, offset);
  const gap = before.slice(before.trimEnd().length);
  return /\r?\n[^\n]*$/.exec(gap)?.[0] ?? gap;
};

const layoutOf = (text: string, property: Node): Layout => {
  const [key, value] = property.children ?? [];
  const colon = key === undefined || value === undefined ? ': ' : text.slice(endOf(key), value.offset);
  return { gap: gapBefore(text, property), colon: colon.includes('\n') ? ': ' : colon };
};

/** What one level is indented by. */
const unitOf = (text: string, root: Node): string => {
  const first = root.children?.[0];
  return (first === undefined ? undefined : /\n([ \t]+)$/.exec(gapBefore(text, first))?.[1]) ?? '  ';
};

const written = (value: unknown, layout: Layout, unit: string): string =>
  isBroken(layout) ? JSON.stringify(value, null, unit).replaceAll('\n', layout.gap) : JSON.stringify(value);

/** Of two of one name the last counts, as it does for JSON.parse. */
const propertyOf = (object: Node, key: string): Node | undefined =>
  object.children?.findLast(({ children }) => children?.[0]?.value === key);

/** What goes right behind the opening brace of an object without properties. `closing`: the gap before its closing brace. */
const asOnly = (text: string, object: Node, property: string, layout: Layout, closing: string): string => {
  const inside = text.slice(object.offset + 1, endOf(object) - 1);
  const isClosed = isBroken(layout) ? inside.includes('\n') : inside !== '';
  return `${layout.gap}${property}${isClosed ? '' : closing}`;
};

const inserted = (text: string, at: number, more: string): string => text.slice(0, at) + more + text.slice(at);

/**
 * `text`: JSON whose root is an object. Gives it with one more property, the last of the root, or of the object that is the root's
 * property `within`. Errors: TypeError when that is no object.
 */
export const withProperty = (
  text: string,
  { within, key, value }: { readonly within?: string; readonly key: string; readonly value: unknown },
): string => {
  const root = parseTree(text);
  const holder = root === undefined || within === undefined ? undefined : propertyOf(root, within);
  const object = within === undefined ? root : holder?.children?.[1];
  if (root === undefined || object?.type !== 'object') throw new TypeError(`its ${within ?? 'root'} is no object`);
  const unit = unitOf(text, root);
  const property = (layout: Layout): string => `${JSON.stringify(key)}${layout.colon}${written(value, layout, unit)}`;
  const last = object.children?.at(-1);
  if (last !== undefined) {
    const layout = layoutOf(text, last);
    const gap = isBroken(layout) ? layout.gap : layout.colon.slice(layout.colon.indexOf(':') + 1);
    return inserted(text, endOf(last), `,${gap}${property(layout)}`);
  }
  const around =
    holder === undefined ? { gap: text.includes('\r\n') ? '\r\n' : '\n', colon: ': ' } : layoutOf(text, holder);
  const layout = isBroken(around) ? { ...around, gap: `${around.gap}${unit}` } : around;
  return inserted(text, object.offset + 1, asOnly(text, object, property(layout), layout, around.gap));
};
