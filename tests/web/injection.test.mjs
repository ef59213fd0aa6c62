// Whatever text comes back to the page is text: no name, sentence or setting becomes markup. The page's content policy,
// which would stop the scripts anyway, is switched off here.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';

import {choose, launch, openPage, png} from './browser.mjs';
import {Display} from './display.mjs';
import {plain} from './png.mjs';
import {openStream} from './stream.mjs';

const kEvil = '"\'><img src=x onerror="globalThis.hit=1"><svg onload="globalThis.hit=1"></svg><script>hit=1</script>${hit=1}';
const kEvilFile = `${kEvil.replaceAll('/', '\u2215')}.png`;  // as a file may be called
const kEvilName = '"><img src=x onerror="globalThis.hit=1">';  // a stream's has 64 bytes at most
const kRefused = /status of 4\d\d/;

let browser;
let display;
before(async () => {
  browser = await launch();
  display = await Display.start({[kEvilFile]: plain([200, 30, 40]), [`broken ${kEvilFile}`]: Buffer.from('rubbish')});
  await display.playUntilSkipped();
});
after(async () => {
  await browser?.close();
  await display?.remove();
});

async function withPage(run, {prepare = () => {}} = {}) {
  const page = await openPage(browser, display, {bypassCSP: true, prepare});
  try {
    await run(page);
    assert.equal(await page.evaluate(() => globalThis.hit), undefined, 'something ran');
    assert.equal(await page.locator('img[src=x], svg[onload], script:not([src]), [onerror]').count(), 0, 'something is markup');
    assert.deepEqual(page.complaints.filter((line) => !kRefused.test(line)), []);
  } finally {
    await page.context().close();
  }
}

test('names of files and streams, as the display really has them', () => withPage(async (page) => {
  const stream = await openStream(browser, display, {name: kEvilName, acks: true});
  try {
    await stream.draw([20, 160, 60]);
    await page.locator('#sources .source-name', {hasText: kEvilName}).waitFor();
    await page.getByText(`broken ${kEvilFile}`).first().waitFor();
    await page.getByRole('button', {name: 'Release'}).click();
    await page.locator('#caption', {hasText: kEvilFile}).waitFor();
  } finally {
    await stream.close();
  }
  await choose(page, png(kEvilFile, Buffer.from('no picture')));
  await page.locator('#uploads li', {hasText: kEvil.slice(0, 40)}).getByText('(UNKNOWN_FORMAT)').waitFor();
}));

// A display that was taken over, or a later one that allows more: every text of every answer.
test('every text of every answer', () => withPage(async (page) => {
  await page.locator('#name', {hasText: kEvil}).waitFor();
  assert.equal(await page.title(), kEvil);
  await page.locator('#facts', {hasText: kEvil}).waitFor();
  await choose(page, png('a.png', plain([1, 2, 3])));
  await page.locator('#uploads li', {hasText: `${kEvil} (${kEvil})`}).waitFor();
  await page.getByRole('button', {name: 'Next'}).click();
  await page.locator('#notice', {hasText: kEvil}).waitFor();
}, {
  prepare: (context) => context.route(/\/(status|config|upload\/image|action\/.*|api\/ui-config|network\/stats)$/, async (route) => {
    if (route.request().method() === 'POST') {
      return route.fulfill({status: 400, json: {ok: false, error: kEvil, code: kEvil}});
    }
    const response = await route.fetch();
    const json = JSON.parse(await response.text(), (key, value) => typeof value === 'string' ? kEvil : value);
    await route.fulfill({response, json});
  }),
}));
