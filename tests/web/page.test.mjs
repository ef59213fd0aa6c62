// The page as people use it, against the real program: node --test tests/web/
import assert from 'node:assert/strict';
import {after, before, describe, test} from 'node:test';

import {choose, connectionSays, drop, launch, openPage, png, previewColour, previewShows} from './browser.mjs';
import {Display, until} from './display.mjs';
import {encodePng, plain} from './png.mjs';

const kRed = [200, 30, 40];
const kGreen = [20, 160, 60];
const kBlue = [30, 60, 210];
const kYellow = [250, 210, 40];
const quarters = encodePng(64, 64, (x, y) => [[kRed, kGreen], [kBlue, kYellow]][y < 32 ? 0 : 1][x < 32 ? 0 : 1]);

let browser;
before(async () => { browser = await launch(); });
after(() => browser?.close());

// One display and one page for a test; what the browser complained about fails it.
function pageTest(name, run, {pictures = {}, options = {}, expected = []} = {}) {
  test(name, async () => {
    const display = await Display.start(pictures);
    let page;
    try {
      page = await openPage(browser, display, options);
      await run(page, display);
      const surprising = page.complaints.filter((line) => !expected.some((pattern) => pattern.test(line)));
      assert.deepEqual(surprising, []);
    } catch (error) {
      error.message += `\nThe display said:\n${display.log}\nThe browser said:\n${page?.complaints.join('\n')}`;
      throw error;
    } finally {
      await page?.context().close();
      await display.remove();
    }
  });
}
const kRefused = /status of 4\d\d/;
const kGone = /ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE|ERR_SOCKET_NOT_CONNECTED/;
const button = (page, name) => page.getByRole('button', {name});
const row = (page, name) => page.locator('#uploads li', {hasText: name});

describe('the page', () => {
  pageTest('opens with the name, the preview and the status', async (page, display) => {
    const status = await display.status();
    assert.equal(await page.title(), status.device_name);
    await page.getByRole('heading', {level: 1, name: status.device_name}).waitFor();
    await page.getByText('the welcome picture').first().waitFor();
    await page.getByText(status.fw.version, {exact: true}).waitFor();
    await page.locator('#facts', {hasText: 'free of'}).waitFor();
    await page.locator('#facts', {hasText: `http://${status.net.ip || '127.0.0.1'}:${display.port}`}).waitFor();
    await page.locator('#limit', {hasText: 'up to 5 MiB'}).waitFor();
    await until('the welcome picture is painted', async () => String(await previewColour(page)) !== '0,0,0' ||
        String(await previewColour(page, 0.1, 0.1)) !== '0,0,0');
  });

  test('says that it is simulated when it is', async () => {
    const display = await Display.start({}, '', ['--profile=esp32p4']);
    let page;
    try {
      page = await openPage(browser, display);
      await page.locator('#simulated', {hasText: 'Simulated ESP32-P4: every rate and time here is simulated'}).waitFor();
      assert.deepEqual(page.complaints, []);
    } finally {
      await page?.context().close();
      await display.remove();
    }
  });

  test('allows no inline code, and no other site to frame it', async () => {
    const display = await Display.start();
    try {
      const policy = (await fetch(display.url)).headers.get('content-security-policy');
      assert.match(policy, /default-src 'none'/);
      assert.match(policy, /script-src 'self'(;|$)/);
      assert.match(policy, /frame-ancestors 'none'/);
    } finally {
      await display.remove();
    }
  });

  pageTest('shows what is on the panel, and says it', async (page) => {
    await previewShows(page, kRed, 0.25, 0.25);
    await previewShows(page, kYellow, 0.75, 0.75);
    await page.getByRole('img', {name: 'The panel shows quarters.png'}).waitFor();
    await page.locator('#caption', {hasText: 'quarters.png · PNG, 64 × 64'}).waitFor();
  }, {pictures: {'quarters.png': quarters}});

  pageTest('does not ask for pictures while it is hidden', async (page) => {
    const asked = [];
    const underWay = new Set();
    page.on('request', (request) => {
      asked.push(request.url());
      underWay.add(request);
    });
    for (const end of ['requestfinished', 'requestfailed']) page.on(end, (request) => underWay.delete(request));
    const hide = (hidden) => page.evaluate((hidden) => {
      Object.defineProperty(document, 'hidden', {value: hidden, configurable: true});
      document.dispatchEvent(new Event('visibilitychange'));
    }, hidden);
    await until('it asks', () => asked.length > 0);
    await hide(true);
    await until('what was under way is over', () => underWay.size === 0);
    asked.length = 0;
    await page.clock.fastForward(60000);
    assert.deepEqual(asked, []);
    await hide(false);
    await until('it asks again', () => asked.some((url) => url.endsWith('/snapshot.png')));
  }, {options: {stepClock: true}});
});

describe('uploads', () => {
  pageTest('a chosen picture comes onto the panel', async (page) => {
    await choose(page, png('mine.png', plain(kGreen)));
    await row(page, 'mine.png').getByText('On the panel (PNG, ').waitFor();
    await previewShows(page, kGreen);
    assert.match(await page.locator('#upload-result').textContent(), /^mine\.png: On the panel/);
  });

  pageTest('a dropped picture comes onto the panel, wherever it is dropped', async (page) => {
    await drop(page, '#facts', png('dropped.png', plain(kBlue)));
    await previewShows(page, kBlue);
    await drop(page, '#preview', png('again.png', plain(kRed)));
    await previewShows(page, kRed);
    assert.equal(await page.getByText('Drop to show it on the panel').isVisible(), false);
  });

  pageTest('a pasted picture comes onto the panel', async (page) => {
    await page.evaluate((base64) => {
      const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
      const clipboardData = new DataTransfer();
      clipboardData.items.add(new File([bytes], 'image.png', {type: 'image/png'}));
      document.dispatchEvent(new ClipboardEvent('paste', {clipboardData}));
    }, plain(kYellow).toString('base64'));
    await previewShows(page, kYellow);
  });

  pageTest('an upload to a display that froze is given up', async (page, display) => {
    display.child.kill('SIGSTOP');
    await choose(page, png('stuck.png', plain(kGreen)));
    await row(page, 'stuck.png').getByText('Sent, on its way to the panel…').waitFor();
    await page.clock.fastForward(60000);
    await row(page, 'stuck.png').getByText('(NOT_CONNECTED)').waitFor();
    assert.equal(await button(page, 'Cancel upload').isVisible(), false);
    display.child.kill('SIGCONT');
    await choose(page, png('after.png', plain(kBlue)));
    await row(page, 'after.png').getByText('On the panel').waitFor();
  }, {options: {stepClock: true}});

  pageTest('several pictures go one after the other, and may stay side by side', async (page, display) => {
    await page.getByLabel('A new upload').selectOption('joins the rotation');
    await until('the setting is kept', async () => (await display.get('/config')).upload.overwrite === false);
    await choose(page, [png('one.png', plain(kRed)), png('two.png', plain(kGreen)), png('three.png', plain(kBlue))]);
    await row(page, 'three.png').getByText('On the panel').waitFor();
    await previewShows(page, kBlue);
    assert.equal(await page.locator('#uploads [data-state="done"]').count(), 3);
    await page.locator('#facts', {hasText: '3 pictures'}).waitFor();
  });

  pageTest('a file that is no picture gets the display\'s own words', async (page, display) => {
    const form = new FormData();
    form.append('image', new Blob(['not a picture at all']), 'x.png');
    const direct = await (await fetch(`${display.url}/upload/image`, {method: 'POST', body: form})).json();
    assert.equal(direct.ok, false);
    await choose(page, png('notes.png', Buffer.from('not a picture at all')));
    await row(page, 'notes.png').getByText(`${direct.error} (${direct.code})`, {exact: true}).waitFor();
  }, {expected: [kRefused]});

  pageTest('a picture over the limit is refused in words', async (page) => {
    const noise = Buffer.concat([quarters, Buffer.alloc(12 << 20, 7)]);
    await choose(page, png('huge.png', noise));
    await row(page, 'huge.png').getByText('(FILE_TOO_LARGE)').waitFor();
  }, {expected: [kRefused]});

  pageTest('progress is seen, and cancel leaves the panel as it was', async (page, display) => {
    await previewShows(page, kRed, 0.25, 0.25);
    const network = await page.context().newCDPSession(page);
    await network.send('Network.enable');
    await network.send('Network.emulateNetworkConditions',
                       {offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 200 << 10});
    const big = encodePng(720, 720, (x, y) => [(x * y * 7919) & 255, (x * 31 + y * y) & 255, (x ^ y) & 255]);
    await choose(page, [png('slow.png', big), png('next.png', plain(kBlue))]);
    const bar = page.getByRole('progressbar', {name: 'Upload of slow.png'});
    await until('the bar moves', async () => {
      const value = Number(await bar.getAttribute('value'));
      return value > 0 && value < 1;
    });
    await row(page, 'slow.png').getByText(/Sending, \d+ %/).waitFor();
    await button(page, 'Cancel upload').press('Enter');
    await page.locator('#files:focus').waitFor();  // the button is gone, the keyboard's place is not
    await row(page, 'slow.png').getByText('Cancelled.').waitFor();
    await row(page, 'next.png').getByText('Cancelled.').waitFor();
    assert.equal(await button(page, 'Cancel upload').isVisible(), false);
    assert.equal((await display.status()).showing.name, 'quarters.png');
    assert.equal((await display.status()).uploads.accepted, 0);
  }, {pictures: {'quarters.png': quarters}});

  pageTest('names are text, whatever they hold', async (page) => {
    const name = '<img src=x onerror="document.title=1">"\'.png';
    await page.getByText(`${name}: `).waitFor();  // in the list of files that cannot be shown
    await choose(page, png(name, plain(kGreen)));
    await row(page, name).getByText('On the panel').waitFor();
    assert.equal(await page.locator('img[src="x"]').count(), 0);
    assert.notEqual(await page.title(), '1');
  }, {pictures: {'<img src=x onerror="document.title=1">"\'.png': Buffer.from('rubbish')}});
});

describe('the controls', () => {
  const three = {'1.png': plain(kRed), '2.png': plain(kGreen), '3.png': plain(kBlue)};

  pageTest('next and back walk through the rotation', async (page, display) => {
    await until('a picture is shown', async () => (await display.status()).showing.name);
    const first = (await display.status()).showing.name;
    const seen = new Set([first]);
    for (let step = 0; step < 2; step += 1) {
      const before = [...seen].at(-1);
      await button(page, 'Next').click();
      seen.add(await until('another is shown', async () => {
        const {name} = (await display.status()).showing;
        return name !== before && name;
      }));
    }
    assert.equal(seen.size, 3);
    const last = [...seen].at(-1);
    await previewShows(page, {'1.png': kRed, '2.png': kGreen, '3.png': kBlue}[last]);
    await button(page, 'Back').click();
    await previewShows(page, {'1.png': kRed, '2.png': kGreen, '3.png': kBlue}[[...seen].at(-2)]);
  }, {pictures: three});

  pageTest('pause becomes resume, and back', async (page, display) => {
    await button(page, 'Pause').click();
    await button(page, 'Resume').waitFor();
    assert.equal((await display.status()).player.paused, true);
    await button(page, 'Resume').click();
    await button(page, 'Pause').waitFor();
    assert.equal((await display.status()).player.paused, false);
  }, {pictures: three});

  pageTest('rotation turns the picture and is kept', async (page, display) => {
    await previewShows(page, kRed, 0.25, 0.25);
    await page.getByRole('radio', {name: '90°', exact: true}).check();
    await previewShows(page, kBlue, 0.25, 0.25);  // clockwise: what was below on the left is above
    await page.getByRole('radio', {name: '180°'}).check();
    await previewShows(page, kYellow, 0.25, 0.25);
    assert.equal((await display.get('/config')).panel.rotation, 180);
    await page.reload();
    await page.getByRole('radio', {name: '180°', checked: true}).waitFor();
  }, {pictures: {'quarters.png': quarters}});

  pageTest('fit, scaling and brightness reach the display', async (page, display) => {
    const is = (check) => until('the setting is kept', async () => check(await display.get('/config')));
    await previewShows(page, [0, 0, 0], 0.5, 0.1);  // a wide picture leaves bars
    await page.getByLabel('Fit').selectOption('Fill the panel');
    await is((config) => config.picture.fit === 'cover');
    await previewShows(page, kGreen, 0.5, 0.1);
    await page.getByLabel('Scaling').selectOption('Smooth');
    await is((config) => config.picture.scaling === 'bilinear');
    await page.getByLabel('Brightness').fill('60');
    await is((config) => config.panel.brightness === 60);
    await page.locator('.value', {hasText: '60 %'}).waitFor();
  }, {pictures: {'wide.png': encodePng(64, 16, () => kGreen)}});

  pageTest('a change made elsewhere comes to the page', async (page, display) => {
    await fetch(`${display.url}/config`, {
      method: 'PUT', headers: {'Content-Type': 'application/json'}, body: '{"panel":{"rotation":270}}'});
    await page.getByRole('radio', {name: '270°', checked: true}).waitFor();
  });
});

describe('a display that goes away', () => {
  pageTest('is missed plainly, and found again', async (page, display) => {
    await display.stop();
    await connectionSays(page, 'Not connected, trying again…');
    await button(page, 'Next').click();
    await page.getByText('The display does not answer. (NOT_CONNECTED)').waitFor();
    await choose(page, png('lost.png', plain(kRed)));
    await row(page, 'lost.png').getByText('(NOT_CONNECTED)').waitFor();
    await display.run();
    await connectionSays(page, 'Connected');
    assert.equal(await page.getByText('The display does not answer.').isVisible(), false);
    await choose(page, png('back.png', plain(kGreen)));
    await previewShows(page, kGreen);
  }, {pictures: {'quarters.png': quarters}, expected: [kGone]});
});
