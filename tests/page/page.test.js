// The page as an adviser meets it: run by scripts/page-test against a server with the curated graph.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { PAGE, answered, editorText, launch, visit } from './browser.js';

const OUT = process.env.PAGE_OUT ?? join(import.meta.dirname, 'out');
const EXAMPLES = join(import.meta.dirname, '..', '..', 'web', 'src', 'examples');
const RUN = '.graphiql-execute-button';

let browser;
before(async () => {
  mkdirSync(OUT, { recursive: true });
  browser = await launch();
});
after(() => browser?.close());

/** A test on a fresh visit, which also fails on any fault that the browser saw. */
const pageTest = (name, body, options) =>
  test(name, { timeout: 120_000 }, async () => {
    const { page, faults, close } = await visit(browser, options);
    try {
      await body(page);
      assert.deepEqual(faults, []);
    } finally {
      await close();
    }
  });

pageTest('the first tab holds the SVT question', async (page) => {
  const query = await editorText(page, 'operation.graphql');
  assert.match(query, /pathways\(from: "SVT", to: "journaliste environnemental"/);
  const files = readdirSync(EXAMPLES).sort();
  const titles = files.map((file) => /^# (.+)/.exec(readFileSync(join(EXAMPLES, file), 'utf8'))[1]);
  assert.deepEqual(await page.locator('.graphiql-tab-button').allTextContents(), titles);
});

pageTest('the execute button answers the SVT question', async (page) => {
  await page.click(RUN);
  const text = await answered(page, '"exhaustive": true', 'JET');
  assert.ok(!('errors' in JSON.parse(text)), text);
  await page.mouse.move(720, 880);
  await page.waitForTimeout(500);
  await page.screenshot({ path: join(OUT, 'svt.png') });
});

pageTest('every example runs without an error', async (page) => {
  const tabs = page.locator('.graphiql-tab-button');
  const count = await tabs.count();
  assert.ok(count >= 6, `${count} tabs`);
  for (let index = 0; index < count; index += 1) {
    const tab = tabs.nth(index);
    const title = await tab.textContent();
    await tab.click();
    await page.waitForFunction(
      (name) => globalThis.__MONACO.editor.getModels().some((model) => model.getValue().startsWith(`# ${name}\n`)),
      title,
    );
    const answer = page.waitForResponse((response) => response.url().endsWith('/graphql'));
    await page.click(RUN);
    const body = await (await answer).json();
    assert.equal(body.errors, undefined, `${title}: ${JSON.stringify(body.errors)}`);
    await answered(page, '"data"');
  }
});

pageTest('the documentation describes the API in French', async (page) => {
  await page.getByRole('button', { name: 'Documentation', exact: true }).click();
  const panel = page.locator('.graphiql-doc-explorer');
  await panel.waitFor();
  await panel.locator('a.graphiql-doc-explorer-type-name', { hasText: 'Query' }).first().click();
  await panel.locator('a.graphiql-doc-explorer-field-name', { hasText: /^pathways$/ }).click();
  const text = await panel.innerText();
  assert.match(text, /\b(parcours|étapes?|licence|métiers?|sources?)\b/i, text);
  assert.match(text, /\b(le|la|les|des|du|une?|par)\b/, text);
  await page.screenshot({ path: join(OUT, 'documentation.png') });
});

pageTest('the keyboard alone reaches the execute button and is not caught by the editor', async (page) => {
  const at = (selector) => page.evaluate((wanted) => document.activeElement?.closest(wanted) !== null, selector);
  for (let presses = 0; !(await at(RUN)); presses += 1) {
    assert.ok(presses < 60, 'sixty presses of Tab do not reach the execute button');
    await page.keyboard.press('Tab');
    const editor = page.locator('.graphiql-query-editor .graphiql-editor');
    if (await editor.evaluate((element) => element === document.activeElement)) {
      await page.keyboard.press('Enter'); // into the editor; Tab must lead out again
      assert.ok(await at('.monaco-editor'));
    }
  }
  const shown = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
  assert.notEqual(shown, 'none', 'the focus cannot be seen');
  await page.keyboard.press('Enter');
  await answered(page, '"exhaustive": true');
});

pageTest('the first press of Tab offers to go to the query', async (page) => {
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  assert.ok(await page.evaluate((run) => document.activeElement.matches(run), RUN));
});

pageTest('a query can be composed from the list of fields', async (page) => {
  await page.getByRole('button', { name: 'Montrer : Composer une requête' }).click();
  await page.locator('.graphiql-explorer-root').getByText('allUniversities').first().click();
  await page.waitForFunction(() =>
    globalThis.__MONACO.editor.getModels().some((model) => /\n  allUniversities/.test(model.getValue())),
  );
});

pageTest('Ctrl+Enter runs the query', async (page) => {
  await page.locator('.graphiql-query-editor .view-lines').click();
  await page.keyboard.press('Control+Enter');
  await answered(page, '"exhaustive": true');
});

pageTest('a returning visitor finds their own tabs', async (page) => {
  await page.locator('.graphiql-query-editor .view-lines').click();
  await page.keyboard.press('Control+A');
  await page.keyboard.insertText('query AMoi { __typename }');
  await page.waitForFunction(() => (localStorage.getItem('graphiql:tabState') ?? '').includes('AMoi'));
  await page.reload();
  await page.waitForSelector('.graphiql-query-editor .view-lines .view-line');
  assert.equal(await editorText(page, 'operation.graphql'), 'query AMoi { __typename }');
});

for (const colorScheme of ['light', 'dark']) {
  pageTest(
    `the ${colorScheme} page passes the accessibility rules`,
    async (page) => {
      assert.equal(await page.getAttribute('html', 'lang'), 'fr');
      assert.match(await page.title(), /passerelle/i);
      assert.equal(await page.locator('h1').count(), 1);
      assert.equal(await page.locator('main').count(), 1);
      await page.click(RUN);
      await answered(page, '"exhaustive": true');
      await page.evaluate(readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'));
      const { violations } = await page.evaluate(() =>
        globalThis.axe.run(document, {
          runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'],
        }),
      );
      const found = violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 160)}`));
      assert.deepEqual(found, []);
      await page.screenshot({ path: join(OUT, `${colorScheme}.png`) });
    },
    { colorScheme },
  );
}

pageTest(
  'a narrow window keeps the title, the editor and the execute button in view',
  async (page) => {
    for (const selector of ['h1', '.graphiql-query-editor', RUN]) {
      const box = await page.locator(selector).first().boundingBox();
      assert.ok(box && box.x >= 0 && box.x + box.width <= 1024 && box.y + box.height <= 700, selector);
    }
    await page.screenshot({ path: join(OUT, 'narrow.png') });
  },
  { viewport: { width: 1024, height: 700 } },
);

test('the schema is where the page links to', async () => {
  const response = await fetch(new URL('schema.graphql', PAGE));
  assert.equal(response.status, 200);
  assert.match(await response.text(), /type Query/);
});
