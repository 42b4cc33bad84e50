/**
 * Looks at the package as apps get it: packs it, then lints the tarball, checks how its types
 * resolve, and compiles an app that imports every entry, declarations of the package included.
 */
import {execFileSync, spawnSync} from 'node:child_process';
import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {entries, importNameOf, root} from './entries.mjs';

const scratch = mkdtempSync(join(tmpdir(), 'cellar-package-'));

const check = (title, program, args, cwd = root) => {
  const {status, stdout, stderr, error} = spawnSync(program, args, {cwd, encoding: 'utf8'});
  console.log(`${status === 0 ? 'ok    ' : 'failed'} ${title}`);
  if (status !== 0) {
    console.log(error ?? `${stdout}${stderr}`);
    process.exitCode = 1;
  }
};

const binary = (name) => join(root, 'node_modules/.bin', name);

/** Compiles an app that imports every entry and trusts no declaration unread. */
const compileApp = (tarball, moduleResolution, module) => {
  const app = join(scratch, moduleResolution);
  const packageFolder = join(app, 'node_modules/cellar');
  mkdirSync(packageFolder, {recursive: true});
  execFileSync('tar', ['xzf', tarball, '-C', packageFolder, '--strip-components=1']);
  const imports = entries.map(
    ({subpath}, index) => `export * as entry${index} from '${importNameOf(subpath)}';\n`,
  );
  writeFileSync(join(app, 'package.json'), '{"type": "module"}');
  writeFileSync(join(app, 'app.ts'), imports.join(''));
  writeFileSync(
    join(app, 'tsconfig.json'),
    JSON.stringify({
      compilerOptions: {
        target: 'ES2022',
        lib: ['ES2022', 'DOM'],
        module,
        moduleResolution,
        types: [],
        strict: true,
        exactOptionalPropertyTypes: true,
        noEmit: true,
        skipLibCheck: false,
      },
      files: ['app.ts'],
    }),
  );
  check(`types compile in an app (${moduleResolution})`, binary('tsc'), ['-p', app], app);
};

try {
  const [{filename}] = JSON.parse(
    execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', scratch], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }),
  );
  const tarball = join(scratch, filename);
  check('publint', binary('publint'), ['run', tarball, '--strict']);
  check('are the types wrong?', binary('attw'), [tarball, '--profile', 'esm-only', '--no-emoji']);
  compileApp(tarball, 'nodenext', 'nodenext');
  compileApp(tarball, 'bundler', 'esnext');
} finally {
  rmSync(scratch, {recursive: true, force: true});
}
