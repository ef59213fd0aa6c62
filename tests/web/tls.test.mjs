// The page of a display with TLS: https, and wss for the live preview.
import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {test} from 'node:test';

import {choose, launch, openPage, png, previewShows} from './browser.mjs';
import {Display} from './display.mjs';
import {plain} from './png.mjs';

test('the page works over https, its preview over wss', async () => {
  const files = mkdtempSync(join(tmpdir(), 'p3a-tls-'));
  const [key, cert] = ['key.pem', 'cert.pem'].map((name) => join(files, name));
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-subj', '/CN=p3a',
                           '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', cert], {stdio: 'ignore'});
  process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';  // for what the test itself asks; this file is a process of its own
  const browser = await launch();
  const display = await Display.start({}, '', [`--http.tls.cert=${cert}`, `--http.tls.key=${key}`]);
  try {
    const sockets = [];
    const page = await openPage(browser, display, {ignoreHTTPSErrors: true, prepare: (context) => context.on('page', (page) => {
      page.on('websocket', (socket) => socket.on('framereceived', () => sockets.push(socket.url())));
    })});
    await choose(page, png('green.png', plain([20, 160, 60])));
    await page.locator('#uploads li', {hasText: 'green.png'}).getByText('On the panel').waitFor();
    await previewShows(page, [20, 160, 60]);
    assert.ok(sockets.includes(`wss://127.0.0.1:${display.port}/preview`), `${sockets}`);
    assert.deepEqual(page.complaints, []);
  } finally {
    await browser.close();
    await display.remove();
    rmSync(files, {recursive: true});
  }
});
