// Draws the pictures of the documentation from a running server: docs/voies.png for the README, docs/guide/ for the
// advisers' guide. Run by scripts/screenshot.
import { join } from 'node:path';
import { PAGE, SVT, answer, launch, visit } from './browser.js';

const docs = join(import.meta.dirname, '..', '..', 'docs');
const browser = await launch();

async function draw(file, path, options, act) {
  const { page, close } = await visit(browser, path, options);
  await act(page);
  await page.screenshot({ path: join(docs, file) });
  await close();
  console.log(join('docs', file));
}

const question = { viewport: { width: 1200, height: 860 } };
await draw('voies.png', SVT, question, async (page) => {
  await answer(page);
  await page.getByText('Compétences développées').waitFor();
});
await draw('guide/voies.png', SVT, { viewport: { width: 920, height: 900 } }, async (page) => {
  await answer(page);
  await page.getByText('Compétences développées').waitFor();
  await page.locator('.answer h2').evaluate((heading) => heading.scrollIntoView());
});
await draw('guide/completion.png', '', { viewport: { width: 920, height: 520 } }, async (page) => {
  await page.getByRole('combobox', { name: 'Je vise' }).pressSequentially('journaliste');
  await page.locator('.menu.open li').first().waitFor();
});
await browser.close();
console.log(`from ${PAGE}`);
