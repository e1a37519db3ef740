/** The project's package.json with a script that runs Faultline, and with what the skeleton imports. Pure. */

/** The script, by its name. */
export const SCRIPT = { name: 'faultline', runs: 'faultline run' } as const;

const DEPENDENCIES = ['dependencies', 'devDependencies', 'peerDependencies', 'optionalDependencies'] as const;

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const fieldsIn = (value: unknown): Fields => (isFields(value) ? value : {});

/** What a package may be called: of anything else as little is left out as can be. */
const packageNameOf = (folder: string): string =>
  folder
    .toLowerCase()
    .replaceAll(/[^a-z0-9._-]+/g, '-')
    .replaceAll(/^[._-]+|-+$/g, '') || 'pipeline-tests';

export const newPackageJson = (folder: string, needed: Readonly<Record<string, string>>): string =>
  `${JSON.stringify(
    {
      name: packageNameOf(folder),
      private: true,
      type: 'module',
      scripts: { [SCRIPT.name]: SCRIPT.runs },
      devDependencies: needed,
    },
    null,
    2,
  )}\n`;

/** As npm itself writes one that it changes. */
const indentOf = (text: string): string => /^([ \t]+)"/m.exec(text)?.[1] ?? '  ';

/**
 * The text with what is missing in it; the same text where nothing is. A script of that name and a package that is named anywhere
 * stay as they are. Errors: SyntaxError when it holds no JSON object.
 */
export const changedPackageJson = (text: string, needed: Readonly<Record<string, string>>): string => {
  const manifest: unknown = JSON.parse(text);
  if (!isFields(manifest)) throw new SyntaxError('it holds no object');
  const named = new Set(DEPENDENCIES.flatMap((field) => Object.keys(fieldsIn(manifest[field]))));
  const scripts = fieldsIn(manifest['scripts']);
  const missing = Object.entries(needed).filter(([name]) => !named.has(name) && name !== manifest['name']);
  const isScripted = Object.hasOwn(scripts, SCRIPT.name);
  if (isScripted && missing.length === 0) return text;
  const changed = {
    ...manifest,
    scripts: isScripted ? scripts : { ...scripts, [SCRIPT.name]: SCRIPT.runs },
    ...(missing.length === 0
      ? {}
      : { devDependencies: { ...fieldsIn(manifest['devDependencies']), ...Object.fromEntries(missing) } }),
  };
  return `${JSON.stringify(changed, null, indentOf(text))}${text.endsWith('\n') ? '\n' : ''}`;
};
