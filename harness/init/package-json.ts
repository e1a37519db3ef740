/** The project's package.json with a script that runs Faultline, and with what the skeleton imports. Pure. */
import { withProperty } from './json-text.ts';

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

/** npm reads one that begins with it. */
const BYTE_ORDER_MARK = '\uFEFF';

/** Errors: SyntaxError when it is there and holds none: adding to it would take it away. */
const objectAt = (manifest: Fields, field: string): Fields | undefined => {
  const value = manifest[field];
  if (value === undefined || isFields(value)) return value;
  throw new SyntaxError(`its ${field} is no object`);
};

/** With these in the field's object, which is made where there is none. */
const withIn = (text: string, manifest: Fields, field: string, more: Readonly<Record<string, string>>): string => {
  if (Object.keys(more).length === 0) return text;
  if (objectAt(manifest, field) === undefined) return withProperty(text, { key: field, value: more });
  return Object.entries(more).reduce((so, [key, value]) => withProperty(so, { within: field, key, value }), text);
};

/**
 * The text with what is missing put into it, and no byte of the rest changed. A script of that name and a package that is named
 * anywhere stay as they are. Errors: SyntaxError when it holds no JSON object, or what is to be added to is none.
 */
export const changedPackageJson = (text: string, needed: Readonly<Record<string, string>>): string => {
  if (text.startsWith(BYTE_ORDER_MARK))
    return `${BYTE_ORDER_MARK}${changedPackageJson(text.slice(BYTE_ORDER_MARK.length), needed)}`;
  const manifest: unknown = JSON.parse(text);
  if (!isFields(manifest)) throw new SyntaxError('it holds no object');
  const named = new Set(DEPENDENCIES.flatMap((field) => Object.keys(fieldsIn(manifest[field]))));
  const missing = Object.entries(needed).filter(([name]) => !named.has(name) && name !== manifest['name']);
  const isScripted = Object.hasOwn(objectAt(manifest, 'scripts') ?? {}, SCRIPT.name);
  const scripted = withIn(text, manifest, 'scripts', isScripted ? {} : { [SCRIPT.name]: SCRIPT.runs });
  return withIn(scripted, manifest, 'devDependencies', Object.fromEntries(missing));
};
