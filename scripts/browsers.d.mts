import type {LaunchOptions} from 'playwright';

export declare const findBrowsers: () => Record<'chromium' | 'firefox', LaunchOptions | undefined>;
