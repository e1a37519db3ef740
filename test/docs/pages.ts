/** The pages for people, and what can be checked of them. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { packageRoot } from '../../harness/base/package-root.ts';

export interface Page {
  /** From the package's root: `docs/ci.md`. */
  readonly name: string;
  readonly text: string;
}

const FOLDERS = [
  '.',
  'docs',
  'docs/decisions',
  'examples/order-to-shipment',
  'examples/own-workers',
  'examples/python-worker',
];

export const PAGES: readonly Page[] = FOLDERS.flatMap((folder) =>
  readdirSync(join(packageRoot, folder))
    .filter((file) => file.endsWith('.md'))
    .map((file) => ({
      name: join(folder, file),
      text: readFileSync(join(packageRoot, folder, file), 'utf8'),
    })),
);

/** As GitHub makes them of headings. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(' ', '-');

/** Text without blocks of code. */
const prose = (text: string): string => text.replace(/^```[^]*?^```/gm, '').replace(/^ {4}.*$/gm, '');

const anchorsIn = (text: string): ReadonlySet<string> =>
  new Set([
    ...[...prose(text).matchAll(/^#+ (?<heading>.+)$/gm)].map(({ groups }) => anchorOf(groups?.['heading'] ?? '')),
    ...[...text.matchAll(/<a id="(?<id>[^"]+)"/g)].map(({ groups }) => groups?.['id'] ?? ''),
  ]);

/** Links and pictures of a page that lead nowhere. */
export const brokenLinks = ({ name, text }: Page): readonly string[] =>
  [...prose(text).matchAll(/\]\((?<to>[^)\s]+)\)/g)]
    .map(({ groups }) => groups?.['to'] ?? '')
    .filter((to) => !/^https?:/.test(to))
    .filter((to) => {
      const [path = '', anchor] = to.split('#');
      const file = path === '' ? join(packageRoot, name) : join(packageRoot, dirname(name), path);
      if (!existsSync(file) || relative(packageRoot, file).startsWith('..')) return true;
      return anchor !== undefined && !anchorsIn(readFileSync(file, 'utf8')).has(anchor);
    });

const FAULTLINE = /^(?:\w+=\S+ )*(?:npx )?faultline\s+(?<rest>.*)$/;
const START = /^npm start -- (?<rest>.*)$/;
const SCRIPT = /^npm (?:run (?<script>[\w:-]+)|(?<short>start|test))/;

/** Lines of code that people type, without comments. */
const commandLines = (text: string): readonly string[] =>
  [...text.replace(/ \\\n +/g, ' ').matchAll(/^(?: {4}|```(?:sh|bash)\n)(?<line>.*)$/gm)]
    .flatMap(({ groups }) => (groups?.['line'] ?? '').split(' && '))
    .map((line) => line.replace(/ {2,}#.*$| # .*$/, '').trim());

/** What follows `faultline` on a page's command lines. */
export const faultlineCommands = ({ text }: Page): readonly string[] =>
  commandLines(text).flatMap((line) => (FAULTLINE.exec(line) ?? START.exec(line))?.groups?.['rest'] ?? []);

/** Names of npm scripts on a page's command lines and in its sentences. */
export const npmScripts = ({ text }: Page): readonly string[] =>
  [
    ...commandLines(text),
    ...[...text.matchAll(/`(?<code>npm [^`]+)`/g)].map(({ groups }) => groups?.['code'] ?? ''),
  ].flatMap((line) => {
    const found = SCRIPT.exec(line)?.groups;
    return found?.['script'] ?? found?.['short'] ?? [];
  });

/** Errors that docs/troubleshooting.md speaks of: its headings in code. */
export const quotedErrors = ({ text }: Page): readonly string[] =>
  [...text.matchAll(/^### `(?<error>.+)`$/gm)].map(({ groups }) => groups?.['error'] ?? '');
