/** Builds the report's page without data: one HTML file, script and style inside, allowed by their hashes and nothing else. */
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

const hashOf = (text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

const htmlOf = (script, style) => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src ${hashOf(script)}; style-src ${hashOf(style)}; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>Faultline report</title>
<style>${style}</style>
</head>
<body>
<div id="app"></div>
<noscript>This report needs JavaScript; everything in it is also in the run's folder.</noscript>
<!-- faultline: data -->
<script>${script}</script>
</body>
</html>
`;

/** Writes `report/template.html` below `folder`. */
export const buildReport = async (folder) => {
  // vite is loaded only where something is built.
  const { build } = await import('vite');
  const result = await build({
    configFile: false,
    root: join(root, 'report'),
    logLevel: 'error',
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    build: {
      write: false,
      target: 'es2022',
      cssCodeSplit: false,
      lib: {
        entry: join(root, 'report/app/main.tsx'),
        formats: ['iife'],
        name: 'faultlineReport',
        cssFileName: 'report',
      },
    },
  });
  const files = (Array.isArray(result) ? result : [result]).flatMap(({ output }) => output);
  const script = files.find(({ type }) => type === 'chunk').code.trim();
  const style = files
    .find(({ fileName }) => fileName.endsWith('.css'))
    .source.toString()
    .trim();
  if (/<\/script|<!--/i.test(script)) throw new Error('the script would end its own element');
  const file = join(folder, 'report', 'template.html');
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, htmlOf(script, style));
  return file;
};

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildReport(join(root, 'dist'));
