// What a screen reader is told in each state of the page, as text to read and review: aria/STATE.yml. `UPDATE=1 npm test`
// rewrites the files; their difference is the review.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SVT, answer, keys, pageTest, withBrowser } from './browser.js';

withBrowser();

const FOLDER = join(import.meta.dirname, 'aria');
const IMST = 'master/information-et-mediation-scientifique-et-technique';
const JET = 'parcours/jet-universite-cote-d-azur';
const COMETES = 'parcours/cometes-universite-cote-d-azur';

const asked = (page) => page.waitForSelector('.answer h2, .notice h2');
const away = async (page) => {
  await page.route('**/graphql', (route) => route.abort('connectionrefused'));
  await page.goto(new URL(SVT, page.url()).href);
  await asked(page);
};

/** Each state: where it begins, and what leads to it. */
const STATES = {
  'welcome': ['', (page) => page.locator('.welcome').waitFor(), 'main'],
  'completion': ['', async (page) => {
    await page.locator('.field input').first().waitFor();
    await keys(page, ['SVT']);
  }, '.question'],
  'form-incomplete': ['', (page) => page.getByRole('button', { name: 'Voir les voies' }).click(), '.question'],
  'voies': [SVT, async (page) => {
    await answer(page);
    await page.getByText('Compétences développées').waitFor();
  }],
  'voies-group-open': [`${SVT}&n=3`, async (page) => {
    await answer(page);
    await page.getByText('Compétences développées').waitFor();
    await page.locator('.picture button[aria-expanded]').first().click();
    await page.locator('.members').waitFor();
  }, '.picture'],
  'nothing-found': [`${SVT}&rythme=alternance`, answer],
  'unknown-name': ['?q=apres&de=siences+de+la+vie', asked],
  'unknown-place': [`${SVT}&ou=Nices`, asked],
  'link-of-an-older-graph': [`${SVT}&n=1&version=999999`, answer, '.notice'],
  'apres': ['?q=apres&de=licence/sciences-de-la-vie-et-de-la-terre', answer],
  'manque': [`?q=manque&de=${IMST}&a=job/journaliste-environnemental`, answer],
  'comparer': [`?q=comparer&de=${JET}&de=${COMETES}`, answer],
  'candidater': [`?q=candidater&a=${JET}&de=${IMST}`, async (page) => {
    await answer(page);
    await page.waitForFunction(() => !document.querySelector('.answer').textContent.includes('Lecture en cours'));
  }],
  'server-away': ['', away],
};

for (const [state, [path, act, part = '.result']] of Object.entries(STATES)) {
  pageTest(`${state}: a screen reader is told what aria/${state}.yml says`, path, async (page) => {
    await act(page);
    const told = `${await page.locator(part).first().ariaSnapshot()}\n`.replace(/version \d+( du graphe|,)/g, 'version N$1');
    const file = join(FOLDER, `${state}.yml`);
    if (process.env.UPDATE) {
      mkdirSync(FOLDER, { recursive: true });
      writeFileSync(file, told);
    }
    assert.equal(told, readFileSync(file, 'utf8'), `if it is meant: UPDATE=1 npm test, and read the difference`);
  }, { expected: /\/graphql$/ });
}
