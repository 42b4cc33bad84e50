import {gzipSync} from 'node:zlib';
import {build} from 'esbuild';

/**
 * @param contents A module, as source.
 * @param resolveDir The folder it stands in.
 * @returns Bytes of what it exports, in one bundle, minified and gzipped.
 */
export const bundleSize = async (contents, resolveDir) => {
  const {outputFiles} = await build({
    stdin: {contents, resolveDir, loader: 'ts'},
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'neutral',
    target: 'es2022',
    external: ['node:*'],
    legalComments: 'none',
    logLevel: 'error',
  });
  return gzipSync(outputFiles[0].contents, {level: 9}).length;
};
