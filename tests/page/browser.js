// A fresh Chromium on the page under test. It records each request that would leave the page's own host, each
// breach of the content security policy and each uncaught error: a test ends by asserting that there were none.
import { chromium } from 'playwright-core';

export const PAGE = new URL(process.env.PAGE_URL ?? 'http://127.0.0.1:8080/');

const ARGUMENTS = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync',
];

export const launch = () =>
  chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', headless: true, args: ARGUMENTS });

/** A new visitor (nothing in local storage) on the page, once its editor is ready. */
export async function visit(browser, { colorScheme = 'light', viewport = { width: 1440, height: 900 } } = {}) {
  const context = await browser.newContext({ viewport, colorScheme, locale: 'fr-FR' });
  const page = await context.newPage();
  const faults = [];
  context.on('request', (request) => {
    const url = new URL(request.url());
    const local = ['data:', 'blob:'].includes(url.protocol) || url.host === PAGE.host;
    if (!local) faults.push(`request to another host: ${request.url()}`);
  });
  context.on('requestfailed', (request) => {
    const cause = request.failure()?.errorText;
    if (cause !== 'net::ERR_ABORTED') faults.push(`request failed: ${request.url()}: ${cause}`); // a reload aborts those under way
  });
  context.on('response', (response) => {
    if (response.status() >= 400 && !response.url().endsWith('/graphql')) faults.push(`${response.status()}: ${response.url()}`);
  });
  page.on('websocket', (socket) => {
    if (new URL(socket.url()).host !== PAGE.host) faults.push(`socket to another host: ${socket.url()}`);
  });
  page.on('pageerror', (error) => faults.push(`uncaught: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(`console: ${message.text()}`);
  });
  await page.goto(PAGE.href);
  await page.waitForSelector('.graphiql-query-editor .view-lines .view-line', { timeout: 60_000 });
  await page.waitForSelector('.graphiql-response .monaco-editor');
  return { page, faults, close: () => context.close() };
}

/** The whole text of an editor, of which Monaco draws only the lines in view. */
export const editorText = (page, name) =>
  page.evaluate((end) => {
    const models = globalThis.__MONACO.editor.getModels();
    return models.find((model) => model.uri.path.endsWith(end))?.getValue() ?? '';
  }, name);

/** Waits until the response holds all of the given texts. */
export async function answered(page, ...texts) {
  await page.waitForFunction(
    (wanted) => {
      const models = globalThis.__MONACO.editor.getModels();
      const text = models.find((model) => model.uri.path.endsWith('response.json'))?.getValue() ?? '';
      return wanted.every((part) => text.includes(part));
    },
    texts,
    { timeout: 30_000 },
  );
  return editorText(page, 'response.json');
}
