// A fresh Chromium on the page under test. It records each request that would leave the page's own host, each
// breach of the content security policy and each uncaught error: a test ends by asserting that there were none.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { chromium } from 'playwright-core';

export const PAGE = new URL(process.env.PAGE_URL ?? 'http://127.0.0.1:8080/');
export const OUT = process.env.PAGE_OUT ?? join(import.meta.dirname, 'out');
export const SVT = '?q=voies&de=licence/sciences-de-la-vie-et-de-la-terre&a=job/journaliste-environnemental';

const ARGUMENTS = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync',
];

export const launch = () =>
  chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', headless: true, args: ARGUMENTS });

/** A new visitor (nothing in local storage) at an address of the page. `expected` are responses that the test makes fail;
 * `at` is another server than the one under test. */
export async function visit(browser, path = '', { expected = /$^/, at = PAGE, ...options } = {}) {
  const context = await browser.newContext({ viewport: { width: 1366, height: 800 }, locale: 'fr-FR', ...options });
  const page = await context.newPage();
  const faults = [];
  context.on('request', (request) => {
    const url = new URL(request.url());
    const local = ['data:', 'blob:'].includes(url.protocol) || url.host === at.host;
    if (!local) faults.push(`request to another host: ${request.url()}`);
  });
  context.on('requestfailed', (request) => {
    const cause = request.failure()?.errorText;
    if (cause !== 'net::ERR_ABORTED' && !expected.test(request.url())) faults.push(`request failed: ${request.url()}: ${cause}`); // a reload aborts those under way
  });
  context.on('response', (response) => {
    if (response.status() >= 400 && !expected.test(response.url())) faults.push(`${response.status()}: ${response.url()}`);
  });
  page.on('websocket', (socket) => {
    if (new URL(socket.url()).host !== at.host) faults.push(`socket to another host: ${socket.url()}`);
  });
  page.on('pageerror', (error) => faults.push(`uncaught: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error' && !expected.test(message.location().url)) faults.push(`console: ${message.text()}`);
  });
  await page.goto(new URL(path, at).href);
  return { page, context, faults, close: () => context.close() };
}

let browser;
export function withBrowser() {
  before(async () => {
    mkdirSync(OUT, { recursive: true });
    browser = await launch();
  });
  after(() => browser?.close());
}
export const theBrowser = () => browser;

/** What a failed test was looking at: the address, the focus, what the fields hold, the text. */
const shown = (page) =>
  page
    .evaluate(() => [
      location.href,
      `focus: ${document.activeElement?.outerHTML.slice(0, 120)}`,
      `fields: ${[...document.querySelectorAll('input')].map(({ value }) => JSON.stringify(value)).join(' ')}`,
      document.querySelector('main')?.innerText.slice(0, 1500),
    ].join('\n'))
    .catch(() => 'the page is gone');

/** A test on a fresh visit, which also fails on any fault that the browser saw. */
export const pageTest = (name, path, body, { skip = false, ...options } = {}) =>
  test(name, { timeout: 90_000, skip }, async () => {
    const { page, context, faults, close } = await visit(browser, path, options);
    try {
      await body(page, context);
      assert.deepEqual(faults, []);
    } catch (cause) {
      cause.message += `\n${await shown(page)}\n${faults.join('\n')}`;
      throw cause;
    } finally {
      await close();
    }
  });

const NAMED_KEY = /^(Shift\+)?(Tab|Enter|ArrowDown)$/;

/** Types and presses as a person does, and counts. A text waits for its proposals, unless in a hurry. */
export async function keys(page, pressed, { hurry = false } = {}) {
  let count = 0;
  for (const one of pressed) {
    if (NAMED_KEY.test(one)) {
      await page.keyboard.press(one);
      count += 1;
    } else {
      await page.keyboard.type(one, { delay: hurry ? 0 : 15 });
      if (!hurry) await page.locator('.menu.open li').first().waitFor();
      count += one.length;
    }
  }
  return count;
}

/** The answer, once it is there. */
export async function answer(page) {
  const heading = page.locator('.answer > h2');
  await heading.waitFor();
  return page.locator('.answer');
}

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Fails on each breach of the accessibility rules, `but` for those of some sets: GraphiQL has gaps of its own. */
export async function accessible(page, state, but = []) {
  await page.evaluate(AXE);
  const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'].filter((rule) => !but.includes(rule));
  const { violations } = await page.evaluate((runOnly) => globalThis.axe.run(document, { runOnly }), rules);
  const found = violations.flatMap(({ id, nodes }) => nodes.map((node) => `${state}: ${id}: ${node.html.slice(0, 160)}`));
  assert.deepEqual(found, []);
}

/** What the API answers. */
export async function api(query, variables = {}, at = PAGE) {
  const response = await fetch(new URL('graphql', at), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = await response.json();
  assert.equal(errors, undefined, JSON.stringify(errors));
  return data;
}

/** The whole text of an editor, of which Monaco draws only the lines in view. */
export const editorText = (page, name) =>
  page.evaluate((end) => {
    const models = globalThis.__MONACO.editor.getModels();
    return models.find((model) => model.uri.path.endsWith(end))?.getValue() ?? '';
  }, name);

/** Waits until GraphiQL's response holds all of the given texts. */
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

export async function editorReady(page) {
  await page.waitForSelector('.graphiql-query-editor .view-lines .view-line', { timeout: 60_000 });
  await page.waitForSelector('.graphiql-response .monaco-editor');
}

export const BACK = 'Shift+Tab';
const LIMIT = 30;

/** A test for each question of the form: from opening to answer by keyboard alone. */
export function byKeyboard(define, questions, shots = '') {
  for (const [question, pressed] of Object.entries(questions)) {
    define(`${question}: from opening to answer by keyboard alone, in ${LIMIT} keystrokes`, '', async (page) => {
      await page.locator('.field input').first().waitFor();
      const count = await keys(page, pressed);
      await answer(page);
      assert.ok(count <= LIMIT, `${count} keystrokes`);
      assert.equal(new URL(page.url()).searchParams.get('q'), question);
      assert.equal(await page.evaluate(() => document.activeElement.tagName), 'H2', 'the focus is on the answer');
      await accessible(page, question);
      await page.screenshot({ path: join(OUT, `${shots}${question}.png`), fullPage: true });
    });
  }
}
