import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { FaultlineError } from '../base/errors.ts';
import { packageRoot } from '../base/package-root.ts';
import { loadConfig } from '../config/load.ts';
import { pipelineOf } from '../pipeline/queries.ts';
import { loadScenarios } from '../scenario/load.ts';
import { SKELETON_CI, SKELETON_PIPELINES } from './skeleton.ts';
import { writeSkeleton } from './write.ts';

const folders: string[] = [];
const projectWith = (files: Readonly<Record<string, string>> = {}): string => {
  const folder = mkdtempSync(join(tmpdir(), 'faultline-init-'));
  folders.push(folder);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
};
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

const { version } = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as { readonly version: string };

const SHIPPED = { pipeline: 'shipped', ci: 'github' } as const;

const filesIn = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .toSorted();

const refusal = (write: () => unknown): FaultlineError => {
  try {
    write();
  } catch (error) {
    if (error instanceof FaultlineError) return error;
    throw error;
  }
  throw new Error('it was not refused');
};

describe('in an empty folder', () => {
  it.each(SKELETON_PIPELINES.flatMap((pipeline) => SKELETON_CI.map((ci) => ({ pipeline, ci }))))(
    'with %j everything is written, and it loads',
    async (choice) => {
      const folder = projectWith();
      const { made, changed } = writeSkeleton(folder, '.', choice);
      expect(made.toSorted()).toEqual(filesIn(folder));
      expect(changed).toEqual([]);
      const config = await loadConfig({ cwd: folder });
      const { name } = config.pipeline;
      expect([name, config.defaultWorkers]).toEqual([
        choice.pipeline === 'own' ? 'order-to-invoice' : 'purchase-to-trainer',
        'ours',
      ]);
      expect(await loadScenarios(config.scenarios, pipelineOf(config.pipeline))).toHaveLength(1);
      expect(made.includes('.github/workflows/faultline.yml')).toBe(choice.ci === 'github');
      expect(made.includes('.gitlab-ci.yml')).toBe(choice.ci === 'gitlab');
      if (choice.ci === 'github')
        expect(readFileSync(join(folder, '.github/workflows/faultline.yml'), 'utf8')).toContain(
          'faultline run --seed ${{ github.run_number }} ',
        );
    },
  );

  it('package.json names what the files import, and runs it', () => {
    const folder = projectWith();
    writeSkeleton(folder, 'New Tests', { pipeline: 'own', ci: 'none' });
    expect(JSON.parse(readFileSync(join(folder, 'New Tests/package.json'), 'utf8'))).toMatchObject({
      name: 'new-tests',
      scripts: { faultline: 'faultline run' },
      devDependencies: { faultline: version, kafkajs: expect.any(String), pg: expect.any(String) },
    });
    expect(readFileSync(join(folder, 'New Tests/.gitignore'), 'utf8')).toBe('node_modules/\nruns/\n.faultline/\n');
  });
});

describe('beside what is there', () => {
  it('adds to package.json and .gitignore, and touches nothing else', () => {
    const manifest = `{\n    "name": "ours",\n    "scripts": { "test": "vitest" },\n    "dependencies": { "pg": "8.0.0" }\n}\n`;
    const folder = projectWith({ 'package.json': manifest, '.gitignore': '/node_modules\n.env', 'src/a.ts': 'a' });
    const { changed } = writeSkeleton(folder, '.', { pipeline: 'own', ci: 'github' });
    expect(changed).toEqual(['.gitignore', 'package.json']);
    const text = readFileSync(join(folder, 'package.json'), 'utf8');
    expect(text).toMatch(
      /^\{\n {4}"name": "ours",\n {4}"scripts": \{ "test": "vitest", "faultline": "faultline run" \},\n/,
    );
    expect(JSON.parse(text)).toEqual({
      name: 'ours',
      scripts: { test: 'vitest', faultline: 'faultline run' },
      dependencies: { pg: '8.0.0' },
      devDependencies: { faultline: version, kafkajs: expect.any(String) },
    });
    expect(readFileSync(join(folder, '.gitignore'), 'utf8')).toBe('/node_modules\n.env\nruns/\n.faultline/\n');
    expect(readFileSync(join(folder, 'src/a.ts'), 'utf8')).toBe('a');
  });

  it('leaves them alone where nothing is missing in them', () => {
    const manifest = `{"scripts":{"faultline":"faultline run --tag smoke"},"devDependencies":{"faultline":"file:../x.tgz"}}`;
    const folder = projectWith({ 'package.json': manifest, '.gitignore': 'node_modules\nruns\n.faultline\n' });
    expect(writeSkeleton(folder, '.', SHIPPED).changed).toEqual([]);
    expect(readFileSync(join(folder, 'package.json'), 'utf8')).toBe(manifest);
  });

  it('overwrites nothing: names every file in the way, and writes none', () => {
    const there = {
      'faultline.config.mjs': 'export default {}',
      '.github/workflows/faultline.yml': 'name: ours',
      'package.json': '{}',
    };
    const folder = projectWith(there);
    // It leads nowhere, and writing through it would make a file somewhere else.
    symlinkSync('../elsewhere.ts', join(folder, 'faultline'));
    const { code, message } = refusal(() => writeSkeleton(folder, '.', SHIPPED));
    expect(code).toBe('usage');
    expect(message.split('\n').slice(1)).toEqual([
      '  faultline.config.mjs',
      '  faultline (a link)',
      '  .github/workflows/faultline.yml',
    ]);
    expect(filesIn(folder)).toEqual([...Object.keys(there), 'faultline'].toSorted());
    expect(readFileSync(join(folder, 'package.json'), 'utf8')).toBe('{}');
  });

  it('writes nothing through a link to a folder', () => {
    const elsewhere = projectWith();
    const folder = projectWith();
    for (const name of ['faultline', '.github']) symlinkSync(elsewhere, join(folder, name));
    expect(refusal(() => writeSkeleton(folder, '.', SHIPPED)).message).toContain(
      '\n  faultline (a link)\n  .github (a link)',
    );
    expect(filesIn(folder)).toEqual(['.github', 'faultline']);
    expect(filesIn(elsewhere)).toEqual([]);
  });

  it('adds lines that end as the others do', () => {
    const folder = projectWith({ '.gitignore': '.env\r\nruns\r\n' });
    writeSkeleton(folder, '.', SHIPPED);
    expect(readFileSync(join(folder, '.gitignore'), 'utf8')).toBe('.env\r\nruns\r\nnode_modules/\r\n.faultline/\r\n');
  });

  it.each(['package.json', '.gitignore'])('writes nothing beside a %s whose bytes would not be kept', (name) => {
    const folder = projectWith();
    const latin1 = Buffer.from('{"author":"Ren\xe9"}', 'latin1');
    writeFileSync(join(folder, name), latin1);
    expect(refusal(() => writeSkeleton(folder, '.', SHIPPED)).message).toContain(`${name} cannot be added to`);
    expect(filesIn(folder)).toEqual([name]);
    expect(readFileSync(join(folder, name))).toEqual(latin1);
  });

  it.each(['{ not json', '[]'])('writes nothing beside a package.json that is none: %s', (manifest) => {
    const folder = projectWith({ 'package.json': manifest });
    expect(refusal(() => writeSkeleton(folder, '.', SHIPPED)).message).toContain('package.json cannot be added to');
    expect(filesIn(folder)).toEqual(['package.json']);
  });

  it('takes back what it has written when it cannot go on', () => {
    const folder = projectWith({ '.github': 'a file, where a folder is to be' });
    expect(refusal(() => writeSkeleton(folder, '.', SHIPPED)).code).toBe('usage');
    expect(filesIn(folder)).toEqual(['.github']);
    expect(existsSync(join(folder, 'faultline'))).toBe(false);
  });

  it('says of a file that it is no folder', () => {
    const folder = projectWith({ taken: '' });
    expect(refusal(() => writeSkeleton(folder, 'taken', SHIPPED)).message).toContain(join(folder, 'taken'));
  });
});
