/** What the pages for people say is there is there: links, commands and their options, scripts, errors. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { packageRoot } from '../../harness/base/package-root.ts';
import { everyHelp, optionsPage } from './help.ts';
import type { CommandHelp } from './help.ts';
import { PAGES, brokenLinks, faultlineCommands, npmScripts, quotedErrors } from './pages.ts';

let helps: readonly CommandHelp[];
beforeAll(async () => {
  helps = await everyHelp();
});

/** The command that a line begins with, and what of the line it does not know. */
const unknownIn = (line: string): readonly string[] => {
  const words = line.split(/\s+/);
  const help =
    helps.find(({ path }) => path !== '' && path === words.slice(0, 2).join(' ')) ??
    helps.find(({ path }) => path !== '' && path === words[0]);
  if (help === undefined) return [line];
  // An option in brackets or of the tool's own hiding is not in the help.
  const known = [...help.options, '--help', '--wait-out'];
  return words.filter((word) => /^--[a-z]/.test(word) && !known.includes(word.split('=')[0] ?? ''));
};

test('docs/options.md is what the commands’ help says', async () => {
  await expect(optionsPage(helps)).toMatchFileSnapshot(join(packageRoot, 'docs/options.md'));
});

describe.each(PAGES)('$name', (page) => {
  test('its links lead somewhere within this repository', () => {
    expect(brokenLinks(page)).toEqual([]);
  });

  test('its commands and their options are there', () => {
    const unknown = faultlineCommands(page).filter((line) => unknownIn(line).length > 0);
    expect(unknown).toEqual([]);
  });

  test('its npm scripts are there', () => {
    const { scripts } = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as { scripts: object };
    expect(npmScripts(page).filter((script) => !Object.hasOwn(scripts, script))).toEqual([]);
  });
});

test('errors that troubleshooting speaks of are said by somebody', () => {
  const sources = readdirSync(join(packageRoot, 'harness'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .map((file) => readFileSync(join(packageRoot, 'harness', file), 'utf8'));
  const quoted = PAGES.flatMap(quotedErrors);
  expect(quoted.length).toBeGreaterThan(5);
  expect(quoted.filter((error) => !sources.some((source) => source.includes(error)))).toEqual([]);
});

test('every page of docs/ is led to from the README, over however many', () => {
  const reached = new Set(['README.md']);
  const follow = (name: string): void => {
    for (const { text } of PAGES.filter((page) => page.name === name))
      for (const [, to = ''] of text.matchAll(/\]\(([^)#\s]+)/g)) {
        const target = join(name, '..', to);
        if (!reached.has(target)) {
          reached.add(target);
          follow(target);
        }
      }
  };
  expect(PAGES.map(({ name }) => name)).toContain('README.md');
  follow('README.md');
  // The folder of decisions is led to as a whole.
  const pages = PAGES.map(({ name }) => name).filter((name) => !name.startsWith('docs/decisions/'));
  expect(pages.filter((name) => !reached.has(name))).toEqual([]);
});
