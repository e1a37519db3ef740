export function wrongWith(importer: string, imported: string): string | null;
export function importCircles(
  files: readonly { readonly path: string; readonly imports: readonly { readonly path: string }[] }[],
): string[];
export function brokenBoundaries(folder?: string): string[];
