export function wrongWith(importer: string, imported: string): string | null;
export function brokenBoundaries(folder?: string): string[];
