// The questions on the graph of the publishers' files, as an adviser asks them: run by scripts/page-test URL national
// against a server that holds it, which PAGE_NATIONAL names; left out without one.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { before } from 'node:test';
import { BACK, OUT, accessible, answer, api as ask, byKeyboard, keys, pageTest as anyPageTest, withBrowser } from './browser.js';

withBrowser();

const at = process.env.PAGE_NATIONAL && new URL(process.env.PAGE_NATIONAL);
const skip = !at && 'PAGE_NATIONAL names no server with the graph of the publishers’ files';
const pageTest = (name, path, body, options) => anyPageTest(`national graph: ${name}`, path, body, { at, skip, ...options });
const api = (query) => ask(query, {}, at);

const MANY = 1000; // records: the curated graph has fewer
before(async () => {
  if (skip) return;
  const { graph } = await api('{ graph { nodeCount } }');
  assert.ok(graph.nodeCount > MANY, 'this server holds a small graph: import the publishers’ files first');
});

const BY_KEYBOARD = {
  voies: ['histoire', 'Enter', 'Tab', 'documentaliste', 'Enter', 'Enter'],
  apres: [BACK, BACK, BACK, BACK, 'Enter', 'histoire', 'Enter', 'Enter'],
  manque: [BACK, BACK, BACK, 'Enter', 'master arch', 'Enter', 'Tab', 'archiv', 'Enter', 'Enter'],
  comparer: [BACK, BACK, 'Enter', 'archives', 'Enter', 'tourisme', 'Enter', 'Enter'],
  candidater: [BACK, 'Enter', 'droit social', 'Enter', 'Enter'],
};

byKeyboard(pageTest, BY_KEYBOARD, 'national-');

pageTest('a surgeon: the condition first, with its source, and that no master is enough', '?q=voies&de=SVT&a=chirurgien', async (page) => {
  await answer(page);
  const condition = page.locator('.regulated');
  assert.match(await condition.textContent(), /Métier réglementé.*Chirurgien.*doctorat en médecine.*France Travail, ROME/s);
  assert.doesNotMatch(await condition.textContent(), /ESCO/, 'only who states the condition is cited');
  assert.match(await page.locator('.reasons').textContent(), /n.est pas un master/);
  assert.equal(await page.locator('.picture').count(), 0);
  await page.getByRole('button', { name: 'Voir où mène ce départ' }).click();
  await page.locator('.reached').first().waitFor();
  await accessible(page, 'surgeon');
});

pageTest('a barrister: what the record does not say is said, whoever chose the record for the word', '', async (page) => {
  await page.locator('.field input').first().waitFor();
  await keys(page, ['droit', 'Enter', 'Tab', 'avocat']);
  assert.match(await page.locator('.menu.open li').first().textContent(), /Juriste.*Avocat/i);
  await keys(page, ['Enter', 'Enter']);
  await answer(page);
  await page.locator('.regulated').waitFor();
  assert.match(await page.locator('.regulated').textContent(), /CAPA/);
  assert.match(await page.locator('.answer').textContent(), /«\s*avocat\s*» se lit ici : Juriste/i);
  await page.reload();
  assert.match(await page.locator('.regulated').textContent(), /CAPA/, 'the link keeps the word');
});

pageTest('histoire: the licence is a start, the master an end, and a class of many masters is one box', '?q=voies&de=histoire&a=archéologue', async (page) => {
  await answer(page);
  assert.match(await page.locator('.answer h2').textContent(), /De la licence Histoire au métier Archéologue/);
  const boxes = await page.locator('.picture [data-box]').count();
  assert.ok(boxes <= 16, `${boxes} boxes for twenty pathways`);
  const drawn = await page.locator('.picture [data-pathways]').evaluateAll((all) => all.flatMap((box) => JSON.parse(box.dataset.pathways)));
  const rows = await page.locator('table.voies [data-pathway]').evaluateAll((all) => all.map((cell) => cell.dataset.pathway));
  assert.deepEqual(drawn.toSorted(), rows.toSorted());
  const { pathways } = await api('{ pathways(from: "licence/histoire", to: "archéologue", first: 20) { totalCount { value } nodes { steps { from { id } to { id } } } } }');
  assert.deepEqual(rows.toSorted(), pathways.nodes.map(({ steps }) => [steps[0].from.id, ...steps.map(({ to }) => to.id)].join(' > ')).toSorted());
  assert.match(await page.locator('.sentence').textContent(), new RegExp(`^${pathways.totalCount.value} voies`));
});

pageTest('Rennes: only what is there, said above the answer', '?q=voies&de=licence/droit&a=juriste&ou=Rennes', async (page) => {
  await answer(page);
  assert.match(await page.locator('.filters').textContent(), /Rennes/);
  const places = await page.locator('table.voies .where').allTextContents();
  assert.ok(places.length && places.every((text) => /Rennes/.test(text)), places.join(' | '));
});

pageTest('a misspelt place suggests, and the suggestion answers', '?q=voies&de=licence/droit&a=juriste&ou=Renes', async (page) => {
  await page.getByRole('button', { name: 'Rennes', exact: true }).click();
  await answer(page);
  assert.equal(new URL(page.url()).searchParams.get('ou'), 'Rennes');
}, { expected: /\/graphql$/ });

for (const [typed, found] of Object.entries({ jounaliste: /Journaliste/, 'psycologue': /Psychologue/, 'archéolgue': /Archéologue/, 'prof de maths': /Professeur.*collège et.*lycée/ })) {
  pageTest(`« ${typed} » is met by its record`, '', async (page) => {
    await page.getByRole('combobox', { name: 'Je vise' }).click();
    await keys(page, [typed]);
    await page.waitForFunction((wanted) => new RegExp(wanted).test(document.querySelector('.menu.open li')?.textContent), found.source);
  });
}

pageTest('at 200 % on a laptop nothing is cut and nothing scrolls sideways', '?q=voies&de=histoire&a=documentaliste', async (page) => {
  await answer(page);
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'the page is wider than the window');
  await page.screenshot({ path: join(OUT, 'national-200.png'), fullPage: true });
}, { viewport: { width: 683, height: 384 }, deviceScaleFactor: 2 });

pageTest('the dossier of twenty masters is at most three pages of A4', '?q=voies&de=histoire&a=documentaliste', async (page) => {
  await answer(page);
  await page.getByText('Compétences développées').waitFor();
  const file = join(OUT, 'national.pdf');
  await page.pdf({ path: file, preferCSSPageSize: true });
  const pages = execFileSync('pdftotext', ['-layout', file, '-'], { encoding: 'utf8' }).split('\f').length - 1;
  assert.ok(pages <= 3, `${pages} pages`);
});
