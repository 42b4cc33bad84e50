/**
 * expo-sqlite as it is on the web: the package's own code, with its worker and its SQLite, bundled as Expo's bundler
 * does it. Of React Native, it only asks which platform it is on.
 */
import {existsSync} from 'node:fs';
import {readFile} from 'node:fs/promises';
import {fileURLToPath} from 'node:url';
import {build, type Plugin} from 'esbuild';

const folder = fileURLToPath(new URL('.', import.meta.url));
const packages = `${folder}node_modules`;

const EXPO = `
export {registerWebModule} from './node_modules/expo-modules-core/src/registerWebModule';
export {NativeModule} from './node_modules/expo-modules-core/src/NativeModule';
export const requireNativeModule = (name) => {
  throw new Error('There is no ' + name + ' on the web');
};`;
const REACT_NATIVE = `export const Platform = {OS: 'web'};`;

const expo: Plugin = {
  name: 'expo',
  setup: ({onResolve, onLoad}) => {
    const modules: Record<string, string> = {expo: EXPO, 'react-native': REACT_NATIVE};
    onResolve({filter: /^(expo|react-native)$/}, ({path}) => ({path, namespace: 'expo'}));
    onLoad({filter: /./, namespace: 'expo'}, ({path}) => ({
      contents: modules[path] ?? '',
      resolveDir: folder,
    }));
    // Relative to the page, it is found only where Expo's bundler serves it.
    onLoad({filter: /\/web\/SQLiteModule\.ts$/}, async ({path}) => ({
      loader: 'ts',
      contents: (await readFile(path, 'utf8')).replace(
        `new Worker(new URL('./worker', window.location.href))`,
        `new Worker(new URL('./worker.js', import.meta.url), {type: 'module'})`,
      ),
    }));
  },
};

let bundling: Promise<unknown> | undefined;

/** Once, although each browser sets up what it needs. */
export const setup = async (): Promise<void> => {
  if (!existsSync(packages)) return;
  bundling ??= build({
    entryPoints: {
      'expo-sqlite': `${packages}/expo-sqlite/src/SQLiteDatabase.ts`,
      worker: `${packages}/expo-sqlite/web/worker.ts`,
    },
    outdir: `${packages}/.bundle`,
    bundle: true,
    format: 'esm',
    platform: 'browser',
    define: {__DEV__: 'false'},
    resolveExtensions: ['.web.ts', '.web.js', '.ts', '.js'],
    loader: {'.wasm': 'dataurl'},
    external: ['expo/devtools'],
    plugins: [expo],
    logLevel: 'error',
  });
  await bundling;
};
