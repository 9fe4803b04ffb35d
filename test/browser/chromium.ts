/** A headless Chromium of the system's, with a profile of its own that goes when it does. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type BrowserContext } from 'playwright-core';

const PLACES = [
  process.env['CHROMIUM'] ?? '',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];

const found = PLACES.find((place) => place !== '' && existsSync(place));

/** Whether there is a browser. Without one a suite is skipped, aloud; GATEHOUSE_E2E=required makes that an error. */
export function hasBrowser(suite: string): boolean {
  if (found !== undefined) return true;
  const words = `${suite}: there is no Chromium (scripts/need-chromium.sh installs Debian's)`;
  if (process.env['GATEHOUSE_E2E'] === 'required') throw new Error(words);
  process.stderr.write(`SKIPPED ${words}\n`);
  return false;
}

export interface Browser {
  readonly context: BrowserContext;
  readonly close: () => Promise<void>;
}

export async function openBrowser(options: {
  readonly colorScheme: 'light' | 'dark';
  readonly viewport: { readonly width: number; readonly height: number };
}): Promise<Browser> {
  const profile = mkdtempSync(join(tmpdir(), 'gatehouse-chromium-'));
  const context = await chromium.launchPersistentContext(profile, {
    ...options,
    executablePath: found ?? '',
    headless: true,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-dev-shm-usage',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
  return {
    context,
    close: async () => {
      await context.close();
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
