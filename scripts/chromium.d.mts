export const findChromium: (env?: Readonly<Record<string, string | undefined>>) => string | undefined;
export const chromiumArguments: string[];
export const needChromium: () => string;
