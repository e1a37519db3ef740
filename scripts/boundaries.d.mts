export function wrongWith(importer: string, imported: string, typesOnly: boolean): string | null;
export function brokenBoundaries(folder?: string): string[];
