/** `node packages.mjs CHECKOUT APP`: copies what the reference workers import, and nothing else, into APP/node_modules. */
import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [, , checkout, app] = process.argv;
const IMPORTED = ['kafkajs', 'pg'];

const copied = new Set();
const copy = (name) => {
  const from = join(checkout, 'node_modules', name);
  if (copied.has(name) || !existsSync(from)) return;
  copied.add(name);
  cpSync(from, join(app, 'node_modules', name), { recursive: true });
  Object.keys(JSON.parse(readFileSync(join(from, 'package.json'), 'utf8')).dependencies ?? {}).forEach(copy);
};
IMPORTED.forEach(copy);
writeFileSync(join(app, 'package.json'), '{ "type": "module" }\n');
