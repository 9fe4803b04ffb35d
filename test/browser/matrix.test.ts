/** The page of a matrix in a real browser: read, searched, filtered, and clicked and typed through. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { run } from '../cli/run.js';
import { hasBrowser, openBrowser, type Browser } from './chromium.js';

const suite = hasBrowser('the page of gatehouse matrix') ? describe : describe.skip;

suite('the page of gatehouse matrix', () => {
  const dir = mkdtempSync(join(tmpdir(), 'gatehouse-page-'));
  let browser: Browser;
  /** What no page may do: ask for anything, or fail. */
  const misdeeds: string[] = [];

  beforeAll(async () => {
    browser = await openBrowser({ colorScheme: 'light', viewport: { width: 1280, height: 800 } });
    for (const [name, manifests] of Object.entries({
      shop: 'test/cli/matrix-shop.yaml',
      large: large(dir),
    })) {
      const { out, err } = await run(['matrix', '--manifests', manifests, '-o', 'html']);
      expect(err).toBe('');
      writeFileSync(join(dir, `${name}.html`), out);
    }
  });
  afterAll(async () => {
    await browser.close();
    rmSync(dir, { recursive: true });
  });

  async function open(name: string): Promise<Page> {
    const page = await browser.context.newPage();
    page.on('request', (request) => {
      if (!request.url().endsWith(`/${name}.html`)) misdeeds.push(request.url());
    });
    page.on('pageerror', (error) => misdeeds.push(String(error)));
    page.on('console', (message) => misdeeds.push(message.text()));
    page.on('dialog', (dialog) => {
      misdeeds.push(dialog.message());
      void dialog.dismiss();
    });
    await page.goto(pathToFileURL(join(dir, `${name}.html`)).href);
    return page;
  }

  const text = (page: Page, selector: string): Promise<string[]> => page.locator(selector).allInnerTexts();
  /** The marks row by row, as they stand on the screen. */
  const grid = (page: Page): Promise<string[]> =>
    page
      .locator('[role=row]:has(> .cell)')
      .evaluateAll((rows) => rows.map((row) => [...row.childNodes].map((cell) => cell.textContent).join('')));

  it('shows every client and port', async () => {
    const page = await open('shop');
    expect(await text(page, '#summary')).toEqual(['12 clients in 10 rows, 5 ports in 5 columns']);
    expect(await text(page, '.name')).toEqual([
      'anyone outside',
      'unmeshed pods',
      'the kubelet',
      'ops/scraper',
      'ops/vm',
      'shop/api +2',
      'shop/batch',
      'shop/cart',
      'shop/front',
      'shop/mobile',
    ]);
    expect(await text(page, '.head')).toEqual([
      'shop/api:8080',
      'shop/api:9090',
      'shop/cart:8080',
      'shop/db:5432',
      'shop/report:7000',
    ]);
    expect((await grid(page)).map((row) => row.replaceAll('·', '.'))).toEqual([
      '.!:.+',
      '.+:~+',
      '.+:?+',
      '.+:++',
      '.!:.+',
      '.+:?+',
      '.+:?+',
      '.+:++',
      '~++?+',
      '?+:?+',
    ]);
    expect(misdeeds).toEqual([]);
    await page.close();
  });

  it('is searched by client, port, Server and identity', async () => {
    const page = await open('shop');
    await page.keyboard.press('/');
    await page.keyboard.type('FRONT');
    expect(await text(page, '.name')).toEqual(['shop/front']);
    await page.fill('#clients', 'onerror');
    expect(await text(page, '.name')).toEqual(['ops/vm']);
    await page.fill('#ports', 'db-sql');
    expect(await text(page, '.head')).toEqual(['shop/db:5432']);
    expect(await text(page, '#summary')).toEqual(['1 client in 1 row, 1 port in 1 column']);
    await page.fill('#ports', 'shop 80');
    expect(await text(page, '.head')).toEqual(['shop/api:8080', 'shop/cart:8080']);
    await page.fill('#clients', 'nobody');
    expect(await text(page, '#nothing')).toHaveLength(1);
    await page.fill('#clients', '');
    expect(await text(page, '#nothing')).toEqual([]);
    expect(await grid(page)).toHaveLength(10);
    await page.close();
  });

  it('hides what has only marks that are switched off', async () => {
    const page = await open('shop');
    for (const name of ['none', 'all', 'probes alone']) {
      await page.getByRole('button', { name, exact: true }).click();
      await page.locator(`#legend button[aria-pressed=false]`, { hasText: name }).waitFor();
    }
    expect(await text(page, '.head')).toEqual(['shop/api:8080', 'shop/api:9090', 'shop/db:5432']);
    expect(await page.locator('.cell.off').count()).toBeGreaterThan(0);
    await page.close();
  });

  it('explains the cell that is clicked: how much, by whom, and how to ask on', async () => {
    const page = await open('shop');
    await page.getByRole('gridcell', { name: 'shop/front to shop/api:8080 (http): some' }).click();
    const [panel] = await text(page, '#explanation');
    expect(panel!.split('\n').filter((line) => line !== '')).toEqual([
      'shop/front → shop/api:8080 (http)',
      '~',
      'some',
      'The client: mesh TLS as service account shop/front, from an address that nobody knows, in 10.0.0.0/8, 100.64.0.0/10, 172.16.0.0/12, 192.168.0.0/16 and fd00::/8.',
      'The port: Server api-http, HTTP/1.',
      'HTTPRoute shop/api-greek',
      'its pattern leaves open whether there is such a request',
      'refused: 403',
      'HTTPRoute shop/api-read',
      'such as GET /items',
      'allowed by AuthorizationPolicy shop/api-read-from-front',
      'requests of no route',
      'such as GET /',
      'refused: 404',
      'Who is let in',
      'AuthorizationPolicy shop/api-greek-from-mobile: service account shop/mobile',
      'AuthorizationPolicy shop/api-read-from-front: service account shop/front',
      'All of it, and what would change it',
      'gatehouse explain --from shop/front --to shop/api:8080',
      'and the --manifests or --kubeconfig that this page was made with',
    ]);
    await page.close();
  });

  it('tells a refused client of the address from where it would get through', async () => {
    const page = await open('shop');
    await page.getByRole('gridcell', { name: 'unmeshed pods to shop/db:5432 (sql): some' }).click();
    const regions = await text(page, '.region');
    expect(regions[0]!.split('\n')).toEqual([
      'TCP',
      'such as TCP',
      'allowed from 10.9.0.0/16 by AuthorizationPolicy shop/db-from-ops',
      expect.stringMatching(
        /^refused from .*172\.16\.0\.0\/12.*: connection refused$|^refused from everywhere else: connection refused$/,
      ),
    ]);
    await page.close();
  });

  it('takes a hostile identity for text', async () => {
    const page = await open('shop');
    await page.getByRole('gridcell', { name: 'ops/vm to shop/db:5432 (sql): none' }).click();
    expect(await text(page, '#explanation')).toEqual([
      expect.stringContaining('mesh TLS as </script><img src=x onerror=alert(1)>'),
    ]);
    expect(await page.locator('img').count()).toBe(0);
    expect(misdeeds).toEqual([]);
    await page.close();
  });

  it('is used with keys alone', async () => {
    const page = await open('shop');
    await page.locator('#grid').focus();
    for (const key of ['ArrowDown', 'ArrowDown', 'ArrowRight', 'ArrowUp', 'End', 'Enter'])
      await page.keyboard.press(key);
    expect(await text(page, '#explanation h2')).toEqual(['unmeshed pods → shop/report:7000 (web)']);
    const active = await page.locator('#grid').getAttribute('aria-activedescendant');
    expect(await page.locator(`#${active!}`).getAttribute('aria-label')).toBe(
      'unmeshed pods to shop/report:7000 (web): all',
    );
    await page.keyboard.press('Escape');
    expect(await page.locator('#panel').isVisible()).toBe(false);
    expect(await page.evaluate('document.activeElement.id')).toBe('grid');
    await page.close();
  });

  it('stays quick with 200 clients and 400 ports, its headers in view', async () => {
    const page = await open('large');
    expect(await text(page, '#summary')).toEqual(['203 clients in 203 rows, 400 ports in 400 columns']);
    expect(await page.locator('.cell').count()).toBeLessThan(3_000);
    await page.locator('#scroller').evaluate((scroller) => {
      scroller.scrollTo(5_000, 3_000);
    });
    const names = Array.from({ length: 200 }, (_, n) => `app/w${String(n)}`).sort();
    const [row, column] = [Math.ceil(3_000 / 28), Math.ceil(5_000 / 28)];
    const name = `${names[row - 3]!} to ${names[Math.floor(column / 2)]!}`;
    await page.getByRole('gridcell', { name }).first().waitFor();
    const scroller = (await page.locator('#scroller').boundingBox())!;
    const head = (await page.locator('.head').first().boundingBox())!;
    const label = (await page.locator('.name').first().boundingBox())!;
    expect(head.y).toBeGreaterThanOrEqual(scroller.y);
    expect(head.y + head.height).toBeLessThan(scroller.y + 300);
    expect(label.x).toBe(scroller.x);
    const started = Date.now();
    await page.fill('#clients', 'app/w77');
    await page.fill('#ports', 'app/w7');
    expect(await text(page, '.name')).toEqual(['app/w77']);
    expect(Date.now() - started).toBeLessThan(5_000);
    expect(misdeeds).toEqual([]);
    await page.close();
  });

  it('is readable in the dark and on a narrow screen', async () => {
    const page = await open('shop');
    const colours = (): Promise<string[]> =>
      page.evaluate(
        '[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color]',
      );
    const light = await colours();
    await page.emulateMedia({ colorScheme: 'dark' });
    const dark = await colours();
    expect(light[0]).not.toBe(dark[0]);
    expect(light[1]).not.toBe(dark[1]);
    await page.setViewportSize({ width: 390, height: 800 });
    await page.getByRole('gridcell', { name: 'anyone outside to shop/api:8080 (http): none' }).click();
    const panel = (await page.locator('#panel').boundingBox())!;
    expect([panel.x, panel.width]).toEqual([0, 390]);
    await page.locator('#close').click();
    expect(await page.locator('#panel').isVisible()).toBe(false);
    await page.close();
  });
});

/** Manifests of 200 workloads, each with two ports that only the one before it may call. */
function large(dir: string): string {
  const path = join(dir, 'large.json');
  const policy = 'policy.linkerd.io';
  const metadata = (name: string): object => ({ name, namespace: 'app' });
  const items = Array.from({ length: 200 }, (_, n): object[] => {
    const app = `w${String(n)}`;
    return [
      {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { ...metadata(app), labels: { app, 'linkerd.io/control-plane-ns': 'linkerd' } },
        spec: { serviceAccountName: app, containers: [{ name: 'main' }] },
      },
      ...[80, 81].flatMap((port) => {
        const server = `${app}-${String(port)}`;
        return [
          {
            apiVersion: `${policy}/v1beta3`,
            kind: 'Server',
            metadata: metadata(server),
            spec: { podSelector: { matchLabels: { app } }, port },
          },
          {
            apiVersion: `${policy}/v1alpha1`,
            kind: 'AuthorizationPolicy',
            metadata: metadata(server),
            spec: {
              targetRef: { group: policy, kind: 'Server', name: server },
              requiredAuthenticationRefs: [
                { kind: 'ServiceAccount', name: `w${String((n + port - 80) % 200)}` },
              ],
            },
          },
        ];
      }),
    ];
  }).flat();
  writeFileSync(path, JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
  return path;
}
