// The page for everyone: keyboard alone, screen reader, small screens, light and dark.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';

import {launch, openPage, png, previewShows} from './browser.mjs';
import {Display, until} from './display.mjs';
import {cutOff, weakText} from './looks.mjs';
import {plain} from './png.mjs';

const kRed = [200, 30, 40];
const kGreen = [20, 160, 60];
const broken = Buffer.from('rubbish');

let browser;
let display;
before(async () => {
  browser = await launch();
  display = await Display.start({'1.png': plain(kRed), '2.png': plain(kGreen), 'broken.png': broken});
  await display.playUntilSkipped();
});
after(async () => {
  await browser?.close();
  await display?.remove();
});

async function withPage(options, run) {
  const page = await openPage(browser, display, options);
  try {
    await run(page);
  } finally {
    await page.context().close();
  }
}

const focused = (page) => page.evaluate(() => {
  const element = document.activeElement;
  return element.dataset.key ?? element.dataset.action ?? element.id ?? element.localName;
});

test('Tab walks through every control in the order of the page', () => withPage({}, async (page) => {
  await page.getByRole('radio', {name: '0°', exact: true, checked: true}).waitFor();
  const walk = [];
  for (let step = 0; step < 9; step += 1) {
    await page.keyboard.press('Tab');
    walk.push(await focused(page));
  }
  assert.deepEqual(walk, ['swap_back', 'pause', 'swap_next', 'files', 'panel.rotation', 'picture.fit',
                          'picture.scaling', 'panel.brightness', 'upload.overwrite']);
}));

test('what has the focus is marked', () => withPage({}, async (page) => {
  for (let step = 0; step < 9; step += 1) {
    await page.keyboard.press('Tab');
    const marked = await page.evaluate(() => {
      const element = document.activeElement;
      const places = [element, element.parentElement, element.nextElementSibling].filter(Boolean);
      return places.some((place) => {
        const {outlineStyle, outlineWidth} = getComputedStyle(place);
        return outlineStyle === 'solid' && parseFloat(outlineWidth) >= 2;
      });
    });
    assert.equal(marked, true, `${await focused(page)} has the focus and does not show it`);
  }
}));

test('the keyboard alone does everything', () => withPage({}, async (page) => {
  const chosen = page.waitForEvent('filechooser');  // early: the browser must know before the key comes
  const shown = async () => (await display.status()).showing.name;
  const first = await until('a picture is shown', shown);
  const tab = async (count) => { for (let step = 0; step < count; step += 1) await page.keyboard.press('Tab'); };

  await tab(3);
  await page.keyboard.press('Enter');  // Next
  await until('the next picture is shown', async () => (await shown()) !== first);
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Space');  // Pause
  await page.getByRole('button', {name: 'Resume'}).waitFor();
  assert.equal(await focused(page), 'resume', 'the focus stays on the button');
  await page.keyboard.press('Space');
  await page.getByRole('button', {name: 'Pause'}).waitFor();

  await tab(2);
  assert.equal(await focused(page), 'files');
  await page.keyboard.press('Enter');
  await (await chosen).setFiles(png('typed.png', plain([1, 2, 3])));
  await previewShows(page, [1, 2, 3]);
  await page.getByRole('button', {name: 'Cancel upload'}).waitFor({state: 'hidden'});

  await tab(1);
  await page.keyboard.press('ArrowRight');  // 90°
  await until('the panel is turned', async () => (await display.get('/config')).panel.rotation === 90);
  await page.keyboard.press('ArrowLeft');
  await until('the panel is turned back', async () => (await display.get('/config')).panel.rotation === 0);
  await tab(3);
  await page.keyboard.press('End');
  await page.keyboard.press('ArrowLeft');
  await until('the panel is dimmed', async () => (await display.get('/config')).panel.brightness === 99);
}));

test('every control has a name, and landmarks and live regions are there', () => withPage({}, async (page) => {
  await page.getByText('broken.png: ').waitFor();
  const devtools = await page.context().newCDPSession(page);
  const {nodes} = await devtools.send('Accessibility.getFullAXTree');
  const roles = new Map();
  for (const node of nodes.filter((node) => !node.ignored)) {
    const role = node.role?.value;
    roles.set(role, [...(roles.get(role) ?? []), node.name?.value ?? '']);
  }
  for (const role of ['button', 'radio', 'combobox', 'slider', 'image', 'region']) {
    assert.ok(roles.has(role), `no ${role} in the accessibility tree: ${[...roles.keys()]}`);
    for (const name of roles.get(role)) assert.notEqual(name.trim(), '', `a ${role} has no name`);
  }
  for (const role of ['main', 'banner', 'heading', 'status']) assert.ok(roles.has(role), `no ${role}`);
  assert.ok(roles.get('image').some((name) => name.startsWith('The panel shows ')));
}));

for (const width of [320, 375, 768, 1920]) {
  test(`nothing is cut off at ${width} pixels`, () => withPage({viewport: {width, height: 640}}, async (page) => {
    await page.getByText('broken.png: ').waitFor();
    assert.deepEqual(await cutOff(page), []);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
    const {width: across, height: down} = await page.locator('#preview').boundingBox();
    assert.ok(Math.abs(across - down) < 1, `a square panel is shown ${across} × ${down}`);
    assert.ok(across >= 240, `the preview is only ${across} wide`);
  }));
}

for (const colorScheme of ['light', 'dark']) {
  test(`text can be read, ${colorScheme}`, () => withPage({colorScheme}, async (page) => {
    await page.getByText('broken.png: ').waitFor();
    await page.getByLabel('Choose pictures').setInputFiles([png('no.png', broken)]);
    await page.locator('#uploads [data-state="failed"]').waitFor();
    assert.deepEqual(await weakText(page), []);
  }));
}

test('nothing moves for people who asked for that', () => withPage({reducedMotion: 'reduce'}, async (page) => {
  const moving = await page.evaluate(() => [...document.querySelectorAll('*')]
      .filter((element) => parseFloat(getComputedStyle(element).transitionDuration) > 0).map((e) => e.id));
  assert.deepEqual(moving, []);
}));
