/** Where in a document a matching rule applies: Pact's path expressions, `$.a['b'][*].c`, as tokens, and paths for people. */

/** A step from a value to a part of it: a field's name, a list's index. */
export type Step = string | number;

/** `*` of an expression: any field or index; `[*]`: any index. */
export type Token =
  { readonly kind: 'step'; readonly step: Step } | { readonly kind: 'any' } | { readonly kind: 'any-index' };

const TOKEN = /\.\*|\.([^.[\]'"*]+)|\[\*\]|\[(\d+)\]|\['((?:[^'\\]|\\.)*)'\]|\["((?:[^"\\]|\\.)*)"\]/y;

/** Undefined when the text is no path expression. A plain name, as rules for headers and metadata have it, is one field. */
export const parsePath = (text: string): readonly Token[] | undefined => {
  if (!text.startsWith('$')) return text === '' ? [] : [{ kind: 'step', step: text }];
  const tokens: Token[] = [];
  TOKEN.lastIndex = 1;
  while (TOKEN.lastIndex < text.length) {
    const found = TOKEN.exec(text);
    if (found === null) return undefined;
    const [whole, name, index, single, double] = found;
    const quoted = single ?? double;
    if (whole === '.*') tokens.push({ kind: 'any' });
    else if (whole === '[*]') tokens.push({ kind: 'any-index' });
    else if (index !== undefined) tokens.push({ kind: 'step', step: Number(index) });
    else tokens.push({ kind: 'step', step: name ?? (quoted ?? '').replaceAll(/\\(.)/g, '$1') });
  }
  return tokens;
};

const PLAIN_NAME = /^[A-Za-z_][\w-]*$/;

/** A path for people and for findings: `$.data.id`, `$['odd name'][0]`. */
export const formatPath = (path: readonly Step[]): string =>
  path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`;
    return PLAIN_NAME.test(step) ? `${text}.${step}` : `${text}['${step.replaceAll(/(['\\])/g, '\\$1')}']`;
  }, '$');
