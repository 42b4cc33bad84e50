import {execFile, execFileSync} from 'node:child_process';
import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {promisify} from 'node:util';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const run = promisify(execFile);

interface Manifest {
  readonly name: string;
  readonly exports: Readonly<Record<string, string | {types: string; default: string}>>;
  readonly dependencies?: Readonly<Record<string, string>>;
}
// Our own file, and publint checks its shape.
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest;

const targets = Object.entries(manifest.exports).flatMap(([subpath, target]) =>
  typeof target === 'string' ? [] : [{subpath, ...target}],
);
const importName = (subpath: string): string => manifest.name + subpath.slice(1);
const sourceOf = (built: string): string =>
  built.replace(/^\.\/dist\//, 'src/').replace(/\.js$/, '.ts');

const foldersIn = (path: string): string[] =>
  existsSync(join(root, path))
    ? readdirSync(join(root, path), {withFileTypes: true})
        .filter((entry) => entry.isDirectory())
        .map(({name}) => name)
    : [];

/** The subpath and source of each module that has a public face, as its place in `src` implies. */
const publicFaces = (): (readonly [string, string])[] => {
  const files = readdirSync(join(root, 'src'), {recursive: true, encoding: 'utf8'});
  return files
    .filter((path) => /(^|\/)index\.ts$/.test(path) || path === 'common.ts')
    .map((path) => {
      const [module = '', part = '', ...deeper] = path.replace(/\/?(index)?\.ts$/, '').split('/');
      expect(deeper, `${path} is too deep to be public`).toStrictEqual([]);
      const kind = module.replace(/s$/, '');
      const subpath = part ? `./${module}/${kind}-${part}` : module ? `./${module}` : '.';
      return [subpath, `src/${path}`] as const;
    });
};

describe('package.json', () => {
  const isAlias = ({subpath}: {subpath: string}): boolean => subpath.endsWith('/with-schemas');

  it('exports each public face under the name that its place implies, and nothing else', () => {
    const exported = targets
      .filter((target) => !isAlias(target))
      .map((target) => [target.subpath, sourceOf(target.default)]);
    expect(Object.fromEntries(exported)).toStrictEqual(Object.fromEntries(publicFaces()));
  });

  it('gives each backend a public face', () => {
    // `custom` is part of `cellar/persisters`.
    const engines = ['custom', 'engine', 'sql'];
    const backends = ['persisters', 'synchronizers'].flatMap((module) =>
      foldersIn(`src/${module}`)
        .filter((name) => !engines.includes(name))
        .map((name) => `src/${module}/${name}/index.ts`),
    );
    expect(backends.filter((path) => !existsSync(join(root, path)))).toStrictEqual([]);
  });

  it('has types beside each built file', () => {
    for (const {types, default: built} of targets) {
      expect(types).toBe(built.replace(/\.js$/, '.d.ts'));
    }
  });

  it('has an alias with the same targets for each entry that stands for one of the reference', () => {
    const originals = targets.filter(
      (target) => !isAlias(target) && !['./testing'].includes(target.subpath),
    );
    const aliases = targets.filter(isAlias).map((target) => ({
      ...target,
      subpath: target.subpath.replace(/\/with-schemas$/, ''),
    }));
    expect(aliases).toStrictEqual(originals);
  });

  it('asks apps to install nothing else', () => {
    expect(manifest.dependencies ?? {}).toStrictEqual({});
  });
});

describe('The lock files', () => {
  it.each(
    ['package-lock.json', 'bench/package-lock.json'].filter((path) => existsSync(root + path)),
  )('%s names no place to download from', (path) => {
    expect(readFileSync(root + path, 'utf8')).not.toMatch(/"resolved": *"http/);
  });
});

describe('The packed package', () => {
  let app: string;
  let packed: string[];

  beforeAll(async () => {
    app = await mkdtemp(join(tmpdir(), 'cellar-app-'));
    const {stdout} = await run(
      'npm',
      ['pack', '--json', '--ignore-scripts', '--pack-destination', app],
      {cwd: root},
    );
    // The documented output of `npm pack --json`.
    const [pack] = JSON.parse(stdout) as {filename: string; files: {path: string}[]}[];
    packed = pack?.files.map(({path}) => path) ?? [];
    const folder = join(app, 'node_modules', manifest.name);
    await mkdir(folder, {recursive: true});
    execFileSync('tar', [
      'xzf',
      join(app, pack?.filename ?? ''),
      '-C',
      folder,
      '--strip-components=1',
    ]);
    await writeFile(join(app, 'package.json'), '{"type": "module"}');
  });

  afterAll(async () => {
    await rm(app, {recursive: true, force: true});
  });

  it('holds what was built and its papers, and nothing else', () => {
    const others = packed.filter((path) => !path.startsWith('dist/')).sort();
    expect(others).toStrictEqual(['CHANGELOG.md', 'LICENSE', 'README.md', 'package.json']);
    expect(packed.filter((path) => /\.test/.test(path))).toStrictEqual([]);
  });

  it.each(targets.map(({subpath}) => importName(subpath)))('can import %s', async (name) => {
    const program = `console.log(Object.keys(await import('${name}')).length)`;
    const {stdout, stderr} = await run(
      process.execPath,
      ['--input-type=module', '--eval', program],
      {cwd: app},
    );
    expect(stderr).toBe('');
    expect(Number(stdout)).toBeGreaterThan(0);
  });

  it('shares code between its entries', async () => {
    const names = targets.map(({subpath}) => importName(subpath));
    const program = `
      const modules = await Promise.all(${JSON.stringify(names)}.map((name) => import(name)));
      const found = new Map();
      for (const module of modules) {
        for (const [name, value] of Object.entries(module)) {
          if (found.has(name) && found.get(name) !== value) console.log(name);
          found.set(name, value);
        }
      }`;
    const {stdout} = await run(process.execPath, ['--input-type=module', '--eval', program], {
      cwd: app,
    });
    expect(stdout).toBe('');
  });
});
