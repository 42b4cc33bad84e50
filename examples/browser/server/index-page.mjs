/** The document, with an import map that leads `cellar/…` to the built package, and what it is allowed to do. */
import {createHash} from 'node:crypto';
import {readFile} from 'node:fs/promises';
import {dirname} from 'node:path';
import {fileURLToPath} from 'node:url';

const manifestPath = fileURLToPath(import.meta.resolve('cellar/package.json'));

/** Where the modules of the package are built to, and where the page finds them. */
export const packageFolder = `${dirname(manifestPath)}/dist`;
export const PACKAGE_PATH = '/cellar';

/** @returns `{imports: {'cellar/store': '/cellar/store/index.js', …}}`: what package.json exports. */
const makeImportMap = async () => {
  const {name, exports} = JSON.parse(await readFile(manifestPath, 'utf8'));
  const modules = Object.entries(exports).filter(([, target]) => target.default);
  return {
    imports: Object.fromEntries(
      modules.map(([subpath, target]) => [
        name + subpath.slice(1),
        target.default.replace('./dist', PACKAGE_PATH),
      ]),
    ),
  };
};

/** Everything from this server, nothing inline but the import map. */
const contentSecurityPolicy = (inlineScript) =>
  [
    "default-src 'none'",
    `script-src 'self' 'sha256-${createHash('sha256').update(inlineScript).digest('base64')}'`,
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
  ].join('; ');

/** @returns The HTML, and the headers that it is sent with. */
export const makeIndexPage = async (path) => {
  const importMap = JSON.stringify(await makeImportMap());
  const template = await readFile(path, 'utf8');
  return {
    body: template.replace(
      '<!-- The import map. -->',
      `<script type="importmap">${importMap}</script>`,
    ),
    headers: {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': contentSecurityPolicy(importMap),
    },
  };
};
