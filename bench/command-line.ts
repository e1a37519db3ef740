/** What a bench is asked for on its command line. */

/** `a,b` */
export const list = (text: string): readonly string[] => text.split(',').filter((name) => name !== '');

/** The names asked for. @throws Error naming those that are not known. */
export const listOf = (thing: string, text: string, known: readonly { readonly name: string }[]): readonly string[] => {
  const names = list(text);
  const unknown = names.filter((name) => !known.some((each) => each.name === name));
  if (unknown.length > 0) throw new Error(`there is no ${thing} ${unknown.join(', ')}`);
  return names;
};

/** @throws Error for what is none. */
export const positive = (text: string): number => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new Error(`${text} is no positive whole number`);
  return value;
};

/** What `read` makes of this program's arguments; where it throws, its message is printed, and the program ends with 2. */
export const optionsBy = <T>(read: (args: readonly string[]) => T): T => {
  try {
    return read(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exit(2);
  }
};
