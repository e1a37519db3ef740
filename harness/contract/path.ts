/** Where in a document a matching rule applies: Pact's path expressions, `$.a['b'][*].c`, as tokens, and paths for people. */

/** A step from a value to a part of it: a field's name, a list's index. */
export type Step = string | number;

/** `*` of an expression: any field or index; `[*]`: any index. The engine takes a field named 0 for the index 0. */
export type Token =
  { readonly kind: 'step'; readonly step: string } | { readonly kind: 'any' } | { readonly kind: 'any-index' };

const TOKEN = /\.\*|\.([\p{Alphabetic}\p{N}_:#@-]+)|\[\*\]|\[(\d+)\]|\['([^']+)'\]/uy;

/**
 * Undefined when the text is no path expression of Pact's, which knows no quotes within quotes. A plain name, as rules for headers
 * and metadata have it, is one field.
 */
export const parsePath = (text: string): readonly Token[] | undefined => {
  if (!text.startsWith('$')) return text === '' ? [] : [{ kind: 'step', step: text }];
  const tokens: Token[] = [];
  TOKEN.lastIndex = 1;
  while (TOKEN.lastIndex < text.length) {
    const found = TOKEN.exec(text);
    if (found === null) return undefined;
    const [whole, name, index, quoted] = found;
    if (whole === '.*') tokens.push({ kind: 'any' });
    else if (whole === '[*]') tokens.push({ kind: 'any-index' });
    else tokens.push({ kind: 'step', step: index ?? name ?? quoted ?? '' });
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
