// A display that wants a token: the page asks for it, keeps it in its tab and nowhere else.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';

import {choose, connectionSays, launch, png, previewShows} from './browser.mjs';
import {Display} from './display.mjs';
import {plain} from './png.mjs';

const kToken = 'correct-horse-battery-staple';

let browser;
let display;
before(async () => {
  browser = await launch();
  display = await Display.start({'1.png': plain([200, 30, 40])}, kToken);
});
after(async () => {
  await browser?.close();
  await display?.remove();
});

test('the page asks for the token and works with it', async () => {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(display.url);
  const field = page.getByLabel('Token', {exact: true});
  await field.waitFor();
  assert.equal(await field.evaluate((input) => input === document.activeElement), true, 'it has the focus');

  await field.fill('<img src=x onerror="document.title=1">');
  await page.keyboard.press('Enter');
  await page.getByText('without spaces').waitFor();
  await field.fill('"><script>document.title=1</script>');
  await page.keyboard.press('Enter');
  await page.getByText('That is not the token of this display.').waitFor();
  assert.equal(await page.title() === '1', false);

  await field.fill(kToken);
  await page.keyboard.press('Enter');
  await connectionSays(page, 'Connected');
  await field.waitFor({state: 'hidden'});
  await previewShows(page, [200, 30, 40]);
  await choose(page, png('sent.png', plain([1, 2, 3])));
  await previewShows(page, [1, 2, 3]);

  await page.reload();
  await connectionSays(page, 'Connected');
  const kept = await page.evaluate(() => [Object.values(localStorage), document.cookie, location.href].join());
  assert.equal(kept.includes(kToken), false);
  const other = await context.newPage();
  await other.goto(display.url);
  await other.getByLabel('Token', {exact: true}).waitFor();
  await context.close();
});
