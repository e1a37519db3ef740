/** Lists of names on a bench's command line. */

/** `a,b` */
export const list = (text: string): readonly string[] => text.split(',').filter((name) => name !== '');

/** The names asked for. @throws Error naming those that are not known. */
export const listOf = (thing: string, text: string, known: readonly { readonly name: string }[]): readonly string[] => {
  const names = list(text);
  const unknown = names.filter((name) => !known.some((each) => each.name === name));
  if (unknown.length > 0) throw new Error(`there is no ${thing} ${unknown.join(', ')}`);
  return names;
};
