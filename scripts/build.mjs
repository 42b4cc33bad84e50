/**
 * Builds `dist`: one ES module per public entry with the code they share in chunks, and the
 * declarations that they need. `dist` is replaced when everything has been made, and stays as it was when
 * a module cannot be built.
 */
import {renameSync, rmSync} from 'node:fs';
import {build} from 'esbuild';
import ts from 'typescript';
import {entrySources, root} from './entries.mjs';

const draft = `${root}dist.${process.pid}.tmp`;

const buildModules = () =>
  build({
    absWorkingDir: root,
    entryPoints: entrySources.map((source) => `./${source}`),
    outbase: 'src',
    outdir: draft,
    bundle: true,
    splitting: true,
    chunkNames: 'chunks/[hash]',
    format: 'esm',
    platform: 'neutral',
    target: 'es2022',
    sourcemap: true,
    // The library has no runtime dependency: whatever is not its own source is the platform's.
    packages: 'external',
    external: ['node:*'],
    logLevel: 'warning',
  });

/** Sources name each other `./x.ts`; TypeScript leaves that as it is in declarations. */
const nameBuiltFiles = (declarations) =>
  declarations.replace(/\b((?:from|import) *\(?['"]\.{1,2}\/[^'"]*)\.ts(?=['"])/g, '$1.js');

/** @returns Whether the declarations could be made. What is wrong has been printed then. */
const buildDeclarations = () => {
  const configPath = `${root}tsconfig.build.json`;
  const {config} = ts.readConfigFile(configPath, ts.sys.readFile);
  const {options} = ts.parseJsonConfigFileContent(config, ts.sys, root, undefined, configPath);
  const program = ts.createProgram(
    entrySources.map((source) => root + source),
    {...options, outDir: draft},
  );
  const {diagnostics, emitSkipped} = program.emit(undefined, (path, text, ...rest) =>
    ts.sys.writeFile(path, nameBuiltFiles(text), ...rest),
  );
  const problems = [...program.getOptionsDiagnostics(), ...diagnostics];
  if (problems.length > 0) {
    const host = {
      getCanonicalFileName: (name) => name,
      getCurrentDirectory: () => root,
      getNewLine: () => '\n',
    };
    console.error(ts.formatDiagnostics(problems, host));
  }
  return !emitSkipped && problems.length === 0;
};

try {
  const [declared] = await Promise.all([buildDeclarations(), buildModules()]);
  // Modules that work are of use to whoever is at work on their types.
  if (!declared) process.exitCode = 1;
  rmSync(`${root}dist`, {recursive: true, force: true});
  renameSync(draft, `${root}dist`);
} finally {
  rmSync(draft, {recursive: true, force: true});
}
