/** docs/configuration.md: the keys of faultline.config.ts, out of its type and the comments there. */
import { join } from 'node:path';
import { packageRoot } from '../../harness/base/package-root.ts';
import { keysOf } from './interface-keys.ts';
import type { Key } from './interface-keys.ts';
import { cell } from './markdown.ts';

/** Types that only the source has a name for, in a reader's words. */
const WORDS: readonly (readonly [RegExp, string])[] = [
  [/Readonly<Partial<Record<(\w+), [^>]*>>>/g, 'by $1'],
  [/Readonly<Record<string, string>>|Environment/g, 'variables by name'],
  [/\bWorkerRole\b/g, 'role'],
  [/\bTopic\b/g, 'topic'],
  [/\bMisconfiguration\b/g, 'kind of misconfiguration'],
  [/\bRestart\b/g, "'on-success', 'on-exit', 'after-heal'"],
  [/\bPipelineDeclaration\b/g, 'a pipeline'],
  [/(\w+)\[\]/g, 'list of $1s'],
  [/boolean/g, 'true, false'],
  [/ \| /g, ', '],
];

const typeOf = (type: string): string => cell(WORDS.reduce((text, [from, to]) => text.replace(from, to), type));

const rowOf = ({ path, isOptional, type, comment }: Key): string => {
  if (comment === '') throw new Error(`nothing says what ${path} is: it needs a comment above it`);
  return `| \`${path}\`${isOptional ? '' : ' (needed)'} | ${typeOf(type)} | ${cell(comment)} |`;
};

/** The page. */
export const configurationPage = (): string =>
  `# Every key of \`faultline.config.ts\`

This page is made from the type \`ConfigInput\` in \`harness/config/define.ts\`; a test holds it. All but the needed ones may be left out. A wrong
key is an error that names it and what is allowed. How it is used: [testing your own workers](your-workers.md).

| key | value | what it is |
|---|---|---|
${keysOf(join(packageRoot, 'harness/config/define.ts'), 'ConfigInput').map(rowOf).join('\n')}
`;
