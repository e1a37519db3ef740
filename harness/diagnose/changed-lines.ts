/** What is another in what is said of the same things a second time. Pure. */

/**
 * What it is said of, and how it is; `named` and `told`: the same with what is another in each pass where much is done, which alone is no
 * change.
 */
export interface Line {
  readonly what: string;
  readonly named?: string;
  readonly how: string;
  readonly told?: string;
}

export type Said = readonly Line[];

export const withoutNumbers = (text: string): string => text.replaceAll(/\d+/g, '#');

export const byWhat = <One extends Line>(said: readonly One[]): ReadonlyMap<string, One> =>
  new Map(said.map((line) => [line.what, line]));

export const inWords = ({ how, told = how }: Line): string => told;

/** `what: how it is (before: how it was)`. */
export const toldNow = (line: Line, earlier: Line | undefined): string => {
  const { what, named = what, how } = line;
  const told = how === '' ? named : `${named}: ${inWords(line)}`;
  return earlier === undefined || earlier.how === '' ? told : `${told} (before: ${inWords(earlier)})`;
};

export const noMore = ({ what, named = what }: Line): string => `${named}: no more`;

/** Of what may be there where not all could be looked at. */
export const notSeen = ({ what, named = what }: Line): string => `${named}: not seen this time`;

/** Lines `what: how it is (before: how it was)`, in the order of the later ones, then what is not there any more, as `gone` has it. */
export const changedLines = (before: Said, after: Said, gone: (line: Line) => string = noMore): readonly string[] => {
  const [was, is] = [byWhat(before), byWhat(after)];
  const now = [...is.values()].flatMap((line) => {
    const earlier = was.get(line.what);
    return earlier?.how === line.how ? [] : [toldNow(line, earlier)];
  });
  return [...now, ...[...was.values()].filter(({ what }) => !is.has(what)).map((line) => gone(line))];
};
