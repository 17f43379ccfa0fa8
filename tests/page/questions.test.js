// The questions as an adviser meets them: run by scripts/page-test against a server with the curated graph.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { BACK, OUT, PAGE, SVT, accessible, answer, api, byKeyboard, keys, pageTest, theBrowser, visit, withBrowser } from './browser.js';

withBrowser();

const IMST = 'master/information-et-mediation-scientifique-et-technique';
const JET = 'parcours/jet-universite-cote-d-azur';
const COMETES = 'parcours/cometes-universite-cote-d-azur';

const BY_KEYBOARD = {
  voies: ['SVT', 'Enter', 'Tab', 'journaliste env', 'Enter', 'Enter'],
  apres: [BACK, BACK, BACK, BACK, 'Enter', 'SVT', 'Enter', 'Enter'],
  manque: [BACK, BACK, BACK, 'Enter', 'IMST', 'Enter', 'Tab', 'journaliste', 'Enter', 'Enter'],
  comparer: [BACK, BACK, 'Enter', 'JET', 'Enter', 'COMETES', 'Enter', 'Enter'],
  candidater: [BACK, 'Enter', 'IMST', 'Enter', 'Enter'],
};

byKeyboard(pageTest, BY_KEYBOARD);

for (const question of ['voies', 'apres', 'manque', 'candidater']) {
  pageTest(`${question}: whoever types faster than a slow machine proposes has an answer too`, '', async (page, context) => {
    await page.locator('.field input').first().waitFor();
    const session = await context.newCDPSession(page);
    await session.send('Emulation.setCPUThrottlingRate', { rate: 8 });
    await keys(page, BY_KEYBOARD[question], { hurry: true });
    await answer(page); // of a name that was taken, or, asked before its proposals came, as it was typed
    assert.equal(new URL(page.url()).searchParams.get('q'), question);
  });
}

pageTest('the picture, the table and the API hold the same pathways, node by node', SVT, async (page) => {
  await answer(page);
  const { pathways } = await api(
    'query($de: [Ref!]!, $a: [Ref!]!) { pathways(from: $de, to: $a, first: 20) { totalCount { value exact } nodes { class steps { from { id } to { id } } } } }',
    { de: new URLSearchParams(SVT).getAll('de'), a: new URLSearchParams(SVT).get('a') },
  );
  const wanted = pathways.nodes.map(({ steps }) => [steps[0].from.id, ...steps.map(({ to }) => to.id)]);
  const sorted = (list) => [...list].sort();
  const table = await page.locator('table.voies [data-pathway]').evaluateAll((cells) => cells.map((cell) => cell.dataset.pathway));
  assert.deepEqual(table, wanted.map((ids) => ids.join(' > ')));
  const picture = await page.locator('.picture [data-pathways]').evaluateAll((boxes) => boxes.flatMap((box) => JSON.parse(box.dataset.pathways)));
  assert.deepEqual(picture, table);
  const boxed = await page.locator('.picture [data-nodes]').evaluateAll((boxes) => boxes.flatMap((box) => box.dataset.nodes.split(' ')));
  const ends = new Set(wanted.flat().filter((id) => !id.startsWith('parcours/')));
  assert.deepEqual(sorted(new Set(boxed)), sorted(ends));
  const classes = await page.locator('table.voies td[data-label="Rang"]').allTextContents();
  assert.deepEqual([...new Set(classes)], [...new Set(pathways.nodes.map((node) => String(node.class)))]);
  assert.match(await page.locator('.sentence').textContent(), new RegExp(`^${pathways.totalCount.exact ? '' : 'Au moins '}${pathways.totalCount.value} voies`));
});

pageTest('the count does not hang on how many are shown', `${SVT}&n=3`, async (page) => {
  await answer(page);
  const { pathways } = await api('{ pathways(from: "SVT", to: "journaliste environnemental") { totalCount { value } } }');
  assert.match(await page.locator('.sentence').textContent(), new RegExp(`^(Au moins )?${pathways.totalCount.value} voies ; les 3 premières`));
  await page.getByRole('button', { name: /Montrer plus de voies/ }).click();
  await page.waitForFunction(() => document.querySelectorAll('table.voies [data-pathway]').length > 3);
});

pageTest('a group opens, and each of its pathways can be chosen and is explained with its sources', SVT, async (page) => {
  await answer(page);
  const group = page.locator('.picture button[aria-expanded]').first();
  await group.click();
  const member = page.locator('.picture .members button').last();
  const name = (await member.evaluate((button) => button.firstChild.textContent)).trim();
  await member.click();
  assert.match(await page.locator('.chosen-voie h3').textContent(), new RegExp(`^${name.replace(/[()]/g, '\\$&')}`));
  for (const step of await page.locator('.steps > li').all()) assert.ok((await step.locator('.sources a').count()) > 0, 'each step has a source');
});

for (const [state, path] of Object.entries({
  welcome: '',
  none: `${SVT}&rythme=alternance`,
  unknown: '?q=voies&de=SVTT&a=journaliste environemental',
  candidater: `?q=candidater&a=${JET}&de=${IMST}`,
  comparer: `?q=comparer&de=${JET}&de=${COMETES}`,
})) {
  for (const colorScheme of ['light', 'dark']) {
    pageTest(`${state}, ${colorScheme}: passes the accessibility rules`, path, async (page) => {
      await page.waitForSelector('.answer h2, .notice h2, .welcome');
      assert.equal(await page.locator('h1').count(), 1);
      await accessible(page, state);
      await page.screenshot({ path: join(OUT, `${state}-${colorScheme}.png`), fullPage: true });
    }, { colorScheme, expected: /\/graphql$/ });
  }
}

pageTest('Tab takes what is lit and goes on to the next field; removing it leads back', '?q=manque', async (page) => {
  const [held, aim] = [page.getByRole('combobox', { name: 'Ce que j’ai déjà' }), page.getByRole('combobox', { name: 'Pour devenir' })];
  await held.waitFor();
  await keys(page, ['IMST', 'Tab']);
  const picked = page.getByRole('button', { name: /^Retirer/ });
  await picked.waitFor();
  await page.waitForTimeout(100);
  assert.ok(await aim.evaluate((field) => field === document.activeElement), 'the focus is on the next field');
  await picked.press('Enter');
  await page.waitForFunction(() => document.activeElement.matches('.wide input'));
  assert.equal(await held.inputValue(), '');
});

pageTest('a full list leads on to the button', `?q=comparer${['a', 'b', 'c', 'd', 'e'].map((letter) => `&de=master/${letter}`).join('')}`, async (page) => {
  await page.locator('.field input').click();
  await keys(page, ['IMST', 'Enter']);
  await page.waitForFunction(() => document.activeElement.matches('.ask'));
  assert.equal(await page.locator('.field input').count(), 0);
}, { expected: /\/graphql$/ });

pageTest('completion is announced, forgives accents and is accessible while open', '', async (page) => {
  const field = page.getByRole('combobox', { name: 'Je vise' });
  await field.fill('mediateur scientifique');
  await page.locator('.menu.open li').first().waitFor();
  assert.match(await page.locator('.menu.open li').first().textContent(), /édiateur/);
  assert.equal(await field.getAttribute('aria-expanded'), 'true');
  await accessible(page, 'completion');
});

pageTest('nothing found: the reason in words, and a button that finds', `${SVT}&rythme=alternance`, async (page) => {
  await answer(page);
  assert.match(await page.locator('.answer').textContent(), /Aucune voie/);
  await page.locator('.choices button').first().click();
  await page.locator('table.voies').waitFor();
  assert.ok(!page.url().includes('alternance'));
});

pageTest('an answer is never drawn as that to another form', SVT, async (page) => {
  await answer(page);
  await page.evaluate(() => {
    history.pushState(null, '', './?q=apres&de=licence/sciences-de-la-vie-et-de-la-terre');
    dispatchEvent(new PopStateEvent('popstate'));
  });
  await page.locator('.reached').first().waitFor();
  await page.goBack();
  await page.locator('table.voies').waitFor();
});

pageTest('an unknown name suggests, and the suggestion answers', '?q=apres&de=siences+de+la+vie', async (page) => {
  await page.locator('.choices button').first().click();
  await answer(page);
  assert.match(page.url(), /de=licence\/sciences-de-la-vie/);
}, { expected: /\/graphql$/ });

pageTest('an ambiguous name asks which', '?q=candidater&a=ISME', async (page) => {
  await page.waitForSelector('.notice h2, .answer h2');
  if (await page.locator('.notice h2').count()) {
    assert.match(await page.locator('.notice h2').textContent(), /laquelle/);
    await page.locator('.choices button').first().click();
  }
  await answer(page);
}, { expected: /\/graphql$/ });

pageTest('a regulated job says its condition before anything else', '', async (page) => {
  await page.route('**/graphql', async (route) => {
    const response = await route.fetch();
    const body = await response.json();
    const access = { regulated: true, text: 'Il faut le diplôme D.', diplomas: ['Diplôme D'], sources: [{ id: 'source/x', name: 'Onisep', date: '2026-02', url: null }] };
    for (const node of body.data?.pathways?.nodes ?? []) node.access = access;
    await route.fulfill({ response, json: body });
  });
  await page.goto(new URL(SVT, PAGE).href);
  await answer(page);
  const order = await page.evaluate(() => {
    const at = (selector) => [...document.querySelectorAll('.answer *')].indexOf(document.querySelector(selector));
    return [at('.regulated'), at('.sentence'), at('.picture')];
  });
  assert.deepEqual(order, [...order].sort((a, b) => a - b));
  assert.match(await page.locator('.regulated').textContent(), /Il faut le diplôme D\..*Onisep \(février 2026\)/s);
  await accessible(page, 'regulated');
});

const failures = {
  'away': { route: (route) => route.abort('connectionrefused'), says: /ne répond pas/ },
  'rate-limited': { route: (route) => route.fulfill({ status: 429, headers: { 'retry-after': '7' }, json: { errors: [{ message: 'x', extensions: { code: 'RATE_LIMITED' } }] } }), says: /attendre 7 secondes/ },
  'too slow': { route: (route) => route.fulfill({ status: 504, json: { errors: [{ message: 'x', extensions: { code: 'TIMEOUT' } }] } }), says: /temps imparti/ },
  'broken': { route: (route) => route.fulfill({ status: 502, body: '<html>' }), says: /ne répond pas/ },
};
for (const [name, { route, says }] of Object.entries(failures)) {
  pageTest(`the server is ${name}: words and a button, and the answer when it is back`, '', async (page) => {
    await page.route('**/graphql', route);
    await page.goto(new URL(SVT, PAGE).href);
    await page.locator('.notice h2').waitFor();
    assert.match(await page.locator('.notice').textContent(), says);
    await accessible(page, name);
    await page.unroute('**/graphql');
    await page.getByRole('button', { name: 'Réessayer' }).click();
    await answer(page);
  }, { expected: /\/graphql$/ });
}

for (const width of [360, 683, 1366]) {
  pageTest(`at ${width} pixels nothing is cut and nothing scrolls sideways`, SVT, async (page) => {
    await answer(page);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'the page is wider than the window');
    for (const box of await page.locator('.picture .box, .choose').all()) {
      const { x, width: own } = await box.boundingBox();
      assert.ok(x >= 0 && x + own <= width + 1, await box.textContent());
    }
    await page.screenshot({ path: join(OUT, `voies-${width}.png`), fullPage: true });
  }, { viewport: { width, height: 800 } });
}

pageTest('the dossier is at most three pages of A4, with every source and its date', SVT, async (page) => {
  await answer(page);
  await page.getByText('Compétences développées').waitFor();
  const file = join(OUT, 'dossier.pdf');
  await page.pdf({ path: file, preferCSSPageSize: true });
  const text = execFileSync('pdftotext', ['-layout', file, '-'], { encoding: 'utf8' });
  assert.ok(text.split('\f').length - 1 <= 3, `${text.split('\f').length - 1} pages`);
  const flat = text.replace(/\s+/g, ' ');
  for (const source of new Set(await page.locator('.sources a').allTextContents())) {
    assert.ok(flat.includes(source.slice(0, 30).replace(/\s+/g, ' ')), source);
  }
  assert.match(flat, /version \d+ du graphe/);
  assert.match(flat, /q=voies&de=licence/);
});

test('a link opens the same question in a fresh context, and says when the graph has moved on', { timeout: 60_000 }, async () => {
  const first = await visit(theBrowser(), SVT);
  await answer(first.page);
  const titles = [await first.page.locator('.answer h2').textContent()];
  const second = await visit(theBrowser(), `${new URL(first.page.url()).search}&version=999999`);
  await answer(second.page);
  titles.push(await second.page.locator('.answer h2').textContent());
  assert.equal(titles[0], titles[1]);
  assert.match(await second.page.locator('.answer').textContent(), /version 999.?999|version 999999/);
  assert.deepEqual([...first.faults, ...second.faults], []);
  await Promise.all([first.close(), second.close()]);
});

pageTest('back and forward go from question to question', SVT, async (page) => {
  await answer(page);
  const title = await page.locator('.answer h2').textContent();
  await page.getByRole('link', { name: 'Que faire après ?' }).click();
  await keys(page, ['SVT', 'Enter', 'Enter']);
  await page.waitForFunction((before) => document.querySelector('.answer h2') && document.querySelector('.answer h2').textContent !== before, title);
  await page.goBack();
  await page.goBack();
  await page.waitForFunction((before) => document.querySelector('.answer h2')?.textContent === before, title);
  assert.equal(await page.getByRole('combobox', { name: 'Je pars de' }).inputValue(), 'Sciences de la vie et de la Terre');
  await page.goForward();
  await page.waitForSelector('.welcome');
});

pageTest('what is saved is what is shown', SVT, async (page) => {
  await answer(page);
  const save = async (name) => {
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name, exact: true }).click()]);
    return readFileSync(await download.path(), 'utf8');
  };
  const rows = (await save('CSV')).trimEnd().split('\r\n');
  assert.equal(rows.length - 1, await page.locator('table.voies [data-pathway]').count());
  assert.ok(rows[0].startsWith('\uFEFFRang;'));
  const json = JSON.parse(await save('JSON'));
  assert.equal(json.pathways.nodes.length, rows.length - 1);
});

pageTest('motion is reduced for whom asks', SVT, async (page) => {
  await answer(page);
  assert.equal(await page.evaluate(() => getComputedStyle(document.documentElement).scrollBehavior), 'auto');
}, { reducedMotion: 'reduce' });

test('at 1.6 Mbit/s the form is usable within three seconds', { timeout: 60_000 }, async () => {
  const { page, context, faults, close } = await visit(theBrowser(), 'healthz');
  const session = await context.newCDPSession(page);
  await session.send('Network.enable');
  await session.send('Network.emulateNetworkConditions', { offline: false, latency: 150, downloadThroughput: 200_000, uploadThroughput: 94_000 });
  const begun = Date.now();
  await page.goto(PAGE.href, { waitUntil: 'commit' });
  await page.locator('.field input').first().waitFor();
  const took = Date.now() - begun;
  assert.ok(took <= 3000, `${took} ms`);
  assert.deepEqual(faults, []);
  await close();
});

pageTest('the questions need at most 120 KiB, gzipped', '', async (page) => {
  await page.locator('.field input').first().waitFor();
  const bytes = await page.evaluate(() => performance.getEntriesByType('resource').concat(performance.getEntriesByType('navigation')).filter(({ name }) => !name.endsWith('/graphql')).reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0));
  assert.ok(bytes > 20_000 && bytes <= 120 * 1024, `${bytes} bytes`);
});

pageTest('a record has a page that needs no script', 'job/journaliste-environnemental', async (page) => {
  assert.equal(await page.locator('h1').textContent(), 'Journaliste environnemental');
  assert.ok((await page.locator('h2').count()) >= 2);
  assert.equal(await page.locator('script').count(), 0);
  await page.screenshot({ path: join(OUT, 'record.png'), fullPage: true });
  await accessible(page, 'record');
  await page.getByRole('link', { name: 'Quelles voies y mènent ?' }).click();
  await page.locator('.field input').first().waitFor();
  await page.waitForFunction(() => document.querySelectorAll('.field input')[1].value === 'Journaliste environnemental');
});
