/**
 * The browsers that tests run in: `CELLAR_CHROMIUM` and `CELLAR_FIREFOX` if set, else what the system
 * has, else what Playwright has downloaded. Firefox is Debian's or the system's, driven by WebDriver BiDi.
 */
import {spawnSync} from 'node:child_process';
import {existsSync} from 'node:fs';
import {chromium, firefox} from 'playwright';

/**
 * What Playwright turns off, as only the last list counts, and then the pages of which Chromium's address bar is
 * made: each window would load them, in a process of their own, which takes longer than to load a page of a test.
 * Nor is there a process in reserve for a page that may come.
 */
const CHROMIUM_DISABLED_FEATURES = [
  'AvoidUnnecessaryBeforeUnloadCheckSync',
  'DestroyProfileOnBrowserClose',
  'DialMediaRouteProvider',
  'GlobalMediaControls',
  'HttpsUpgrades',
  'LensOverlay',
  'MediaRouter',
  'PaintHolding',
  'ThirdPartyStoragePartitioning',
  'BlockOriginHeaderModificationOnRedirect',
  'AvoidCorsURLLoaderRestartOnRedirect',
  'Translate',
  'AutoDeElevate',
  'OptimizationHints',
  'NetworkTimeServiceQuerying',
  'AimEnabled',
  'WebUIOmniboxPopup',
  'WebUIOmniboxAimPopup',
  'WebUIOmniboxFullPopup',
  'SpareRendererForSitePerProcess',
];

/** Neither sandbox (there may be no user but root) nor GPU nor calls home. */
const CHROMIUM_ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  `--disable-features=${CHROMIUM_DISABLED_FEATURES.join()}`,
];

const SYSTEM_PATHS = {
  chromium: [
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  ],
  firefox: ['/usr/bin/firefox-esr', '/usr/bin/firefox'],
};

const toOptions = {
  chromium: (executablePath) => ({executablePath, args: CHROMIUM_ARGUMENTS}),
  firefox: (executablePath) =>
    executablePath === firefox.executablePath()
      ? {executablePath}
      : {executablePath, channel: 'moz-firefox'},
};

const find = (name, type) => {
  const chosen = process.env[`CELLAR_${name.toUpperCase()}`];
  const path = chosen ?? [...SYSTEM_PATHS[name], type.executablePath()].find(existsSync);
  return path === undefined ? undefined : toOptions[name](path);
};

/** Playwright's launch options for each browser that there is. */
export const findBrowsers = () => ({
  chromium: find('chromium', chromium),
  firefox: find('firefox', firefox),
});

const DEBIAN_PACKAGES = {chromium: 'chromium', firefox: 'firefox-esr'};

const isRootOnDebian = () => existsSync('/etc/debian_version') && process.getuid?.() === 0;

/** On Debian as root, gets what is missing from its archive; says so where a browser stays missing. */
export const installBrowsersIfNeeded = () => {
  const missing = () =>
    Object.entries(findBrowsers()).flatMap(([name, options]) => (options ? [] : [name]));
  if (missing().length > 0 && isRootOnDebian()) {
    const packages = missing().map((name) => DEBIAN_PACKAGES[name]);
    console.log(`Installing browsers: apt-get install ${packages.join(' ')}`);
    const apt = (...args) =>
      spawnSync('apt-get', args, {
        stdio: ['ignore', 'ignore', 'inherit'],
        env: {...process.env, DEBIAN_FRONTEND: 'noninteractive'},
      });
    const install = ['install', '-y', '-q', '--no-install-recommends', ...packages];
    if (apt(...install).status !== 0) {
      apt('update', '-q');
      apt(...install);
    }
  }
  for (const name of missing()) {
    console.log(
      `No ${name} found: what is tested in it is skipped (npx playwright install ${name})`,
    );
  }
};
