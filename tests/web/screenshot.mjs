// Takes the README's picture: node tests/web/screenshot.mjs [FILE] [light|dark] [WIDTHxHEIGHT]
import {dirname, resolve} from 'node:path';
import {fileURLToPath} from 'node:url';

import {bay} from './art.mjs';
import {choose, launch, openPage, png} from './browser.mjs';
import {Display} from './display.mjs';

const kRoot = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const [file = resolve(kRoot, 'docs/page.png'), colorScheme = 'light', size = '1200x860'] = process.argv.slice(2);
const [width, height] = size.split('x').map(Number);

const display = await Display.start();
const browser = await launch();
try {
  const page = await openPage(browser, display, {colorScheme, viewport: {width, height}, deviceScaleFactor: 1.5});
  await choose(page, png('bay.png', bay()));
  await page.locator('#uploads [data-state="done"]').waitFor();
  await page.locator('#caption', {hasText: '72 × 72'}).waitFor();
  await page.locator('#facts', {hasText: '1 taken'}).waitFor();
  await page.screenshot({path: file, fullPage: width < 600});
  console.log(`${file} shows the page of ${display.url}`);
} finally {
  await browser.close();
  await display.remove();
}
