// Debian's Chromium, and the page of a display opened in it.
import assert from 'node:assert/strict';
import {chromium} from 'playwright-core';

import {until} from './display.mjs';

export const launch = () => chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
         '--disable-component-update', '--disable-sync'],
});

// Opens the page and waits until it has heard from the display. `page.complaints` collects what the
// browser's console said: script errors, refused resources, violations of the content policy.
// With `stepClock` a test may move the page's clock on.
// `prepare` is called with the browser's context before the page is opened.
export async function openPage(browser, display, {stepClock = false, prepare = () => {}, ...options} = {}) {
  const context = await browser.newContext({viewport: {width: 1200, height: 900}, ...options});
  await prepare(context);
  const page = await context.newPage();
  if (stepClock) await page.clock.install();
  page.complaints = [];
  page.on('pageerror', (error) => page.complaints.push(String(error)));
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) page.complaints.push(message.text());
  });
  await page.goto(display.url);
  await connectionSays(page, 'Connected');
  return page;
}

export const connectionSays = (page, text) =>
    page.locator('#connection', {hasText: new RegExp(`^${text}$`)}).waitFor();

// The colour that the preview shows at a place given in shares of its width and height.
export function previewColour(page, across = 0.5, down = 0.5) {
  return page.locator('#preview').evaluate((preview, [across, down]) => {
    const pixel = new OffscreenCanvas(1, 1).getContext('2d', {willReadFrequently: true});
    pixel.drawImage(preview, -Math.floor(preview.width * across), -Math.floor(preview.height * down));
    return [...pixel.getImageData(0, 0, 1, 1).data.subarray(0, 3)];
  }, [across, down]);
}

export async function previewShows(page, colour, across, down) {
  let seen;
  await until(`the preview shows ${colour}`, async () => {
    seen = await previewColour(page, across, down);
    return String(seen) === String(colour);
  }).catch((error) => assert.fail(`${error.message}; it shows ${seen}`));
}

export const choose = (page, files) => page.getByLabel('Choose pictures').setInputFiles(files);

export const png = (name, buffer) => ({name, mimeType: 'image/png', buffer});

// What a person does with the mouse: drags files over the page and lets go.
export async function drop(page, target, {name, buffer, mimeType}) {
  const transfer = await page.evaluateHandle(({name, base64, mimeType}) => {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    const transfer = new DataTransfer();
    transfer.items.add(new File([bytes], name, {type: mimeType}));
    return transfer;
  }, {name, mimeType, base64: buffer.toString('base64')});
  await page.dispatchEvent(target, 'dragover', {dataTransfer: transfer});
  assert.equal(await page.getByText('Drop to show it on the panel').isVisible(), true);
  await page.dispatchEvent(target, 'drop', {dataTransfer: transfer});
}
