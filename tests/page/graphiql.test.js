// GraphiQL, one press away from the questions: run by scripts/page-test against a server with the curated graph.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { OUT, PAGE, SVT, accessible, answer, answered, editorReady, editorText, pageTest, withBrowser } from './browser.js';

withBrowser();

const EXAMPLES = join(import.meta.dirname, '..', '..', 'web', 'src', 'graphiql', 'examples');
const BY_HAND = `{
  mes: pathways(from: "SVT", to: "journaliste environnemental", first: 2) {
    nodes { steps { from { id kind name } relation to { id kind name } strength } }
  }
}`;
const RUN = '.graphiql-execute-button';

pageTest('the query of an answer opens, runs, and what it answers is drawn; a changed one too', SVT, async (page) => {
  await answer(page);
  await page.getByRole('button', { name: 'Voir la requête' }).click();
  await editorReady(page);
  assert.match(await editorText(page, 'operation.graphql'), /pathways\(from: \$de, to: \$a/);
  assert.deepEqual(JSON.parse(await editorText(page, 'variables.json')).a, 'job/journaliste-environnemental');
  await page.click(RUN);
  await answered(page, '"exhaustive": true', 'JET');
  const drawn = page.locator('.workbench .picture');
  await drawn.waitFor();
  const questions = await page.locator('main table.voies [data-pathway]').count();
  assert.equal(await page.locator('.workbench table.voies [data-pathway]').count(), questions);
  await page.evaluate((query) => globalThis.__MONACO.editor.getModels().find((model) => model.uri.path.endsWith('operation.graphql')).setValue(query), BY_HAND);
  await page.click(RUN);
  await page.waitForFunction(() => document.querySelectorAll('.workbench table.voies [data-pathway]').length === 2);
  await page.screenshot({ path: join(OUT, 'graphiql.png') });
});

pageTest('every example runs without an error', '#graphiql', async (page) => {
  await editorReady(page);
  const tabs = page.locator('.graphiql-tab-button');
  const titles = readdirSync(EXAMPLES).sort().map((file) => /^# (.+)/.exec(readFileSync(join(EXAMPLES, file), 'utf8'))[1]);
  assert.deepEqual(await tabs.allTextContents(), titles);
  for (const [index, title] of titles.entries()) {
    await tabs.nth(index).click();
    await page.waitForFunction(
      (name) => globalThis.__MONACO.editor.getModels().some((model) => model.getValue().startsWith(`# ${name}\n`)),
      title,
    );
    const reply = page.waitForResponse((response) => response.url().endsWith('/graphql'));
    await page.click(RUN);
    const body = await (await reply).json();
    assert.equal(body.errors, undefined, `${title}: ${JSON.stringify(body.errors)}`);
    await answered(page, '"data"');
  }
});

pageTest('the documentation describes the API in French, and fields compose a query', '#graphiql', async (page) => {
  await editorReady(page);
  await page.getByRole('button', { name: 'Documentation', exact: true }).click();
  const panel = page.locator('.graphiql-doc-explorer');
  await panel.waitFor();
  await panel.locator('a.graphiql-doc-explorer-type-name', { hasText: 'Query' }).first().click();
  await panel.locator('a.graphiql-doc-explorer-field-name', { hasText: /^pathways$/ }).click();
  assert.match(await panel.innerText(), /\b(le|la|les|des|du|une?|par)\b/);
  await page.getByRole('button', { name: 'Montrer : Composer une requête' }).click();
  await page.locator('.graphiql-explorer-root').getByText('allUniversities').first().click();
  await page.waitForFunction(() =>
    globalThis.__MONACO.editor.getModels().some((model) => /\n  allUniversities/.test(model.getValue())),
  );
});

pageTest('the keyboard is not caught by the editor, and reaches the execute button', '#graphiql', async (page) => {
  await editorReady(page);
  await page.getByRole('button', { name: 'Aller à la requête' }).press('Enter');
  await page.keyboard.press('Enter'); // into the editor; Tab must lead out again
  const at = (selector) => page.evaluate((wanted) => document.activeElement?.closest(wanted) !== null, selector);
  assert.ok(await at('.monaco-editor'));
  for (let presses = 0; !(await at(RUN)); presses += 1) {
    assert.ok(presses < 20, 'twenty presses of Tab do not reach the execute button');
    await page.keyboard.press('Tab');
  }
  await page.keyboard.press('Enter');
  await answered(page, '"exhaustive": true');
});

pageTest('a returning visitor finds their own tabs', '#graphiql', async (page) => {
  await editorReady(page);
  await page.locator('.graphiql-query-editor .view-lines').click();
  await page.keyboard.press('Control+A');
  await page.keyboard.insertText('query AMoi { __typename }');
  await page.waitForFunction(() => (localStorage.getItem('graphiql:tabState') ?? '').includes('AMoi'));
  await page.reload();
  await editorReady(page);
  assert.equal(await editorText(page, 'operation.graphql'), 'query AMoi { __typename }');
});

for (const colorScheme of ['light', 'dark']) {
  pageTest(`GraphiQL, ${colorScheme}: passes the accessibility rules`, '#graphiql', async (page) => {
    await editorReady(page);
    await page.click(RUN);
    await answered(page, '"exhaustive": true');
    await accessible(page, 'graphiql', ['best-practice', 'wcag22aa']);
  }, { colorScheme });
}

test('the schema is where the page links to', async () => {
  const response = await fetch(new URL('schema.graphql', PAGE));
  assert.equal(response.status, 200);
  assert.match(await response.text(), /type Query/);
});
