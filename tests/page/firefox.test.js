// A smoke test in Firefox, driven by WebDriver BiDi over its own socket, since Playwright drives builds of its own alone:
// scripts/page-test URL firefox. Needs Firefox (Debian's firefox-esr), which FIREFOX names.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

const PAGE = new URL(process.env.PAGE_URL ?? 'http://127.0.0.1:8080/');
const FIREFOX = process.env.FIREFOX ?? '/usr/bin/firefox-esr';
const KEYS = { Tab: '\uE004', Enter: '\uE007' };
const absent = !existsSync(FIREFOX) && `there is no ${FIREFOX}`;

let firefox;
let profile;
let socket;
let context;
const answers = new Map();
const faults = [];
// NS_BINDING_ABORTED: who leaves the editor while its font is still coming breaks the download off. A font that is missing has another status.
const BROKEN_OFF = /^downloadable font: download failed .*status=2152398850 /;

const send = (method, params = {}) =>
  new Promise((resolve, reject) => {
    const id = answers.size + 1;
    answers.set(id, (answer) => (answer.error ? reject(new Error(`${method}: ${answer.message}`)) : resolve(answer.result)));
    socket.send(JSON.stringify({ id, method, params }));
  });

before(async () => {
  if (absent) return;
  profile = mkdtempSync(join(tmpdir(), 'passerelle-firefox-'));
  firefox = spawn(FIREFOX, ['--headless', '--no-remote', '--profile', profile, '--remote-debugging-port', '0'], { stdio: ['ignore', 'ignore', 'pipe'] });
  let address;
  for await (const line of firefox.stderr) {
    address = /WebDriver BiDi listening on (ws:\/\/\S+)/.exec(String(line))?.[1];
    if (address) break;
  }
  firefox.stderr.resume();
  socket = new WebSocket(`${address}/session`);
  await new Promise((resolve, reject) => Object.assign(socket, { onopen: resolve, onerror: reject }));
  socket.onmessage = ({ data }) => {
    const message = JSON.parse(data);
    if (message.id) return answers.get(message.id)?.(message);
    if (message.method === 'log.entryAdded' && message.params.level === 'error' && !BROKEN_OFF.test(message.params.text)) faults.push(message.params.text);
    if (message.method === 'network.beforeRequestSent') {
      const { url } = message.params.request;
      if (/^(https?|wss?):/.test(url) && new URL(url).host !== PAGE.host) faults.push(`request to another host: ${url}`);
    }
  };
  await send('session.new', { capabilities: {} });
  ({ context } = await send('browsingContext.create', { type: 'tab' }));
  await send('session.subscribe', { events: ['log.entryAdded', 'network.beforeRequestSent'], contexts: [context] });
});
after(async () => {
  if (!firefox) return;
  await send('browser.close').catch(() => {});
  if (firefox.exitCode === null) await new Promise((resolve) => firefox.once('exit', resolve));
  rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
});

const open = (path) => send('browsingContext.navigate', { context, url: new URL(path, PAGE).href, wait: 'complete' });

/** What an expression is in the page; it may be a promise. */
async function read(expression) {
  const { result, exceptionDetails } = await send('script.evaluate', { expression, target: { context }, awaitPromise: true });
  assert.equal(exceptionDetails, undefined, exceptionDetails?.text);
  return result.value;
}

async function until(expression, ms = 30_000) {
  const end = Date.now() + ms;
  while (!(await read(`Boolean(${expression})`))) {
    assert.ok(Date.now() < end, `never: ${expression}; the page: ${await read('location.href + document.body.innerText.slice(0, 800)')}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const press = (text) =>
  send('input.performActions', {
    context,
    actions: [{ type: 'key', id: 'keyboard', actions: [...text].flatMap((value) => [{ type: 'keyDown', value }, { type: 'keyUp', value }]) }],
  });

const PROPOSED = "document.querySelector('.menu.open li')";

test('Firefox: the flagship question by keyboard alone, drawn, and equal to the table', { timeout: 120_000, skip: absent }, async () => {
  await open('./');
  await until("document.activeElement.matches('.field input')");
  await press('SVT');
  await until(PROPOSED);
  await press(KEYS.Enter + KEYS.Tab);
  await press('journaliste env');
  await until(PROPOSED);
  await press(KEYS.Enter + KEYS.Enter);
  await until("document.querySelector('table.voies')");
  assert.equal(await read('document.activeElement.tagName'), 'H2');
  const drawn = await read("[...document.querySelectorAll('.picture [data-pathways]')].flatMap((box) => JSON.parse(box.dataset.pathways)).join()");
  const rows = await read("[...document.querySelectorAll('table.voies [data-pathway]')].map((cell) => cell.dataset.pathway).join()");
  assert.ok(rows.length > 0);
  assert.equal(drawn, rows);
  assert.ok(Number(await read("document.querySelectorAll('.curves path').length")) > 3, 'the curves are drawn');
  assert.ok(await read('document.documentElement.scrollWidth <= innerWidth'), 'nothing scrolls sideways');
});

test('Firefox: the query of an answer opens and runs', { timeout: 120_000, skip: absent }, async () => {
  await read("[...document.querySelectorAll('.actions button')].find((button) => button.textContent === 'Voir la requête').click()");
  await until("document.querySelector('.graphiql-query-editor .view-line')", 60_000);
  await read("document.querySelector('.graphiql-execute-button').click()");
  await until("document.querySelector('.workbench table.voies')", 60_000);
});

test('Firefox: a record needs no script, and nothing went wrong', { timeout: 60_000, skip: absent }, async () => {
  await open('./job/journaliste-environnemental');
  assert.equal(await read("document.querySelector('h1').textContent"), 'Journaliste environnemental');
  assert.deepEqual(faults, []);
});
