import {gzipSync} from 'node:zlib';
import {build} from 'esbuild';

const bundle = (contents, resolveDir) =>
  build({
    stdin: {contents, resolveDir, loader: 'ts'},
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'neutral',
    target: 'es2022',
    external: ['node:*'],
    legalComments: 'none',
    logLevel: 'error',
  });

/**
 * @param contents A module, as source.
 * @param resolveDir The folder it stands in.
 * @returns Bytes of what it exports, in one bundle, minified and gzipped.
 */
export const bundleSize = async (contents, resolveDir) => {
  const {outputFiles} = await bundle(contents, resolveDir);
  return gzipSync(outputFiles[0].contents, {level: 9}).length;
};

/** The names that such a module exports. */
export const exportedNames = async (contents, resolveDir) => {
  const {metafile} = await bundle(contents, resolveDir);
  return Object.values(metafile.outputs)[0].exports;
};
