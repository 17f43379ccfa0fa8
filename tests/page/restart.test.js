// The server really ended and started again, on a store of its own, while the page is open. PASSERELLE names the program;
// without it, that of a dev build.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { SVT, accessible, answer, theBrowser, visit, withBrowser } from './browser.js';

withBrowser();

const PROGRAM = process.env.PASSERELLE ?? join(import.meta.dirname, '..', '..', 'target', 'debug', 'passerelle');

const freePort = async () => {
  const socket = createServer().listen(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  await once(socket, 'close');
  return port;
};

async function serve(data, port) {
  const server = spawn(PROGRAM, ['serve', '--data', data, '--listen', `127.0.0.1:${port}`], { stdio: ['ignore', 'ignore', 'pipe'] });
  for await (const line of server.stderr) if (String(line).includes('passerelle answers at')) break;
  server.stderr.resume();
  return server;
}

const end = async (server, signal) => {
  server.kill(signal);
  if (server.exitCode === null && server.signalCode === null) await once(server, 'exit');
};

test('the server is killed and comes back: the page says so, keeps the question and answers it', { timeout: 120_000, skip: !existsSync(PROGRAM) && `there is no ${PROGRAM}` }, async () => {
  const data = mkdtempSync(join(tmpdir(), 'passerelle-page-'));
  const port = await freePort();
  const at = new URL(`http://127.0.0.1:${port}/`);
  let server = await serve(data, port);
  const { page, faults, close } = await visit(theBrowser(), SVT, { at, expected: /\/(graphql|favicon\.svg)$/ });
  try {
    await answer(page);
    const title = await page.locator('.answer h2').textContent();
    await end(server, 'SIGKILL');
    await page.getByRole('button', { name: 'Voir les voies' }).click(); // the same question: nothing is asked anew
    await page.getByLabel('Rythme').selectOption('ALTERNANCE');
    await page.getByRole('button', { name: 'Voir les voies' }).click();
    await page.locator('.notice h2').waitFor();
    assert.match(await page.locator('.notice').textContent(), /ne répond pas/);
    await accessible(page, 'away');
    await page.getByRole('button', { name: 'Réessayer' }).click();
    await page.locator('.notice h2').waitFor();
    server = await serve(data, port);
    await page.getByRole('button', { name: 'Réessayer' }).click();
    await answer(page);
    assert.equal(await page.locator('.answer h2').textContent(), title);
    assert.ok(page.url().includes('rythme=alternance'), 'the question was kept');
    assert.deepEqual(faults, []);
  } finally {
    await close();
    await end(server, 'SIGTERM');
    rmSync(data, { recursive: true, force: true });
  }
});
