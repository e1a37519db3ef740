/** The page as one file: the built template with its data inside, compressed. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { FaultlineError } from '../base/errors.ts';
import { packageRoot } from '../base/package-root.ts';
import type { PageData } from './collect.ts';
import { INDEX_ID, historyId } from './data.ts';

/** Made by `npm run build`: a page without data. */
export const TEMPLATE = join(packageRoot, 'dist', 'report', 'template.html');

/** Where the data goes. */
const PLACE = '<!-- faultline: data -->';

export const readTemplate = (file = TEMPLATE): string => {
  if (existsSync(file)) return readFileSync(file, 'utf8');
  throw new FaultlineError('usage', `the report's template ${file} is not there`, 'Run `npm run build` once.');
};

/** Base64 has no sign that ends an element or begins one, whatever the data says. */
const block = (id: string, text: string): string =>
  `<script type="application/gzip" id="${id}">${gzipSync(text, { level: 9 }).toString('base64')}</script>`;

/** The whole page as text. */
export const packPage = ({ index, histories }: PageData, template: string): string =>
  template.replace(PLACE, () =>
    [block(INDEX_ID, JSON.stringify(index)), ...histories.map((history, i) => block(historyId(i), history))].join('\n'),
  );
