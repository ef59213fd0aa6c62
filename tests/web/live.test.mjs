// Live streams in a browser: the stream itself, who has the panel, and touches on the live picture.
import assert from 'node:assert/strict';
import {after, before, describe, test} from 'node:test';

import {launch, openPage, previewColour, previewShows} from './browser.mjs';
import {Display, until} from './display.mjs';
import {cutOff, weakText} from './looks.mjs';
import {plain} from './png.mjs';
import {openStream} from './stream.mjs';

const kRed = [200, 30, 40];
const kGreen = [20, 160, 60];
const kBlue = [30, 60, 210];

let browser;
before(async () => { browser = await launch(); });
after(() => browser?.close());

// A display with one kept picture, its page, and a way to open streams.
function liveTest(name, run) {
  test(name, async () => {
    const display = await Display.start({'kept.png': plain(kBlue)});
    const streams = [];
    let page;
    try {
      page = await openPage(browser, display);
      await run(page, display, async (hello) => {
        streams.push(await openStream(browser, display, hello));
        return streams.at(-1);
      });
      assert.deepEqual(page.complaints, []);
    } catch (error) {
      error.message += `\nThe display said:\n${display.log}\nThe browser said:\n${page?.complaints.join('\n')}`;
      throw error;
    } finally {
      for (const stream of streams) await stream.close();
      await page?.context().close();
      await display.remove();
    }
  });
}

const near = (seen, colour) => seen.every((value, i) => Math.abs(value - colour[i]) <= 4);
const row = (page, name) => page.locator('#sources li', {hasText: name});
const press = (page, name) => page.getByRole('button', {name, exact: true}).click();
const news = (page) => page.locator('#sources [role=status]');
const kShow = (name) => `Show ${name} on the panel`;
const kRelease = (name) => `Release the panel from ${name}`;

describe('the preview', () => {
  liveTest('comes as P3X in few bytes, goes on after pictures that are too rich, and asks for no snapshots', async (page, display, open) => {
    const canvas = await open({name: 'canvas', acks: true});
    const sizes = [], snapshots = [];
    page.on('websocket', (socket) => socket.on('framereceived', ({payload}) => sizes.push(payload.length)));
    page.on('request', (request) => { if (request.url().endsWith('/snapshot.png')) snapshots.push(request.url()); });
    await page.reload();
    await until('the preview has begun', () => sizes.length > 0);
    for (const colour of [kRed, kGreen, kBlue]) {
      await canvas.draw(colour, {type: 'image/png'});
      await previewShows(page, colour);
    }
    assert.ok(sizes.length >= 4 && sizes.every((size) => size < 5000), `${sizes}`);
    const before = snapshots.length;
    await canvas.draw(kRed, {type: 'image/png'});
    await previewShows(page, kRed);
    assert.equal(snapshots.length, before);
  });
});

describe('a browser streams', () => {
  liveTest('JPEG frames of a canvas come onto the panel, and each is acknowledged', async (page, display, open) => {
    const canvas = await open({name: 'canvas', acks: true});
    const hello = await canvas.next('hello');
    assert.deepEqual([hello.version, hello.width, hello.height], [1, 720, 720]);
    for (const [index, colour] of [kRed, kGreen, [240, 240, 10]].entries()) {
      await canvas.draw(colour, index === 1 ? {sequence: 41} : {});
      const ack = await canvas.next('ack', ({frame}) => frame === index + 1);
      assert.ok(ack.presented_us >= ack.decoded_us && ack.decoded_us >= ack.received_us, JSON.stringify(ack));
      assert.equal(ack.sequence, index === 1 ? 41 : undefined);
      await until('the snapshot shows it', async () => near(await previewColour(page), colour));
    }
    assert.deepEqual(await canvas.heard('error'), []);
    assert.equal((await display.status()).source.name, 'canvas');
  });

  liveTest('as many frames as a canvas gives: in order, the last one shown, none lost untold', async (page, display, open) => {
    const canvas = await open({name: 'canvas', acks: true});
    await canvas.tab.evaluate(async () => {
      const canvas = new OffscreenCanvas(720, 720);
      const context = canvas.getContext('2d');
      for (let frame = 1; frame <= 120; frame += 1) {
        context.fillStyle = `rgb(${frame} ${255 - frame} 90)`;
        context.fillRect(0, 0, 720, 720);
        socket.send(await canvas.convertToBlob({type: 'image/jpeg', quality: 0.8}));
      }
    });
    const last = await canvas.next('ack', ({frame}) => frame === 120);
    assert.ok(last.presented_us, `the newest wins: ${JSON.stringify(last)}`);
    await until('the last frame is shown', async () => near(await previewColour(page), [120, 135, 90]));
    const acks = await until('all are told', async () => {
      const acks = await canvas.heard('ack');
      return acks.length === 120 && acks;
    });
    const shown = acks.filter((ack) => ack.presented_us).map((ack) => ack.frame);
    assert.deepEqual(shown, [...shown].sort((a, b) => a - b));
    assert.ok(shown.length > 1);
  });
});

describe('who has the panel', () => {
  liveTest('is shown with those that wait, and taken with a button', async (page, display, open) => {
    await row(page, 'Rotation').getByText('On the panel').waitFor();
    assert.equal(await page.locator('#sources button:visible').count(), 0);
    const first = await (await open({name: 'first'})).play(kRed);
    await row(page, 'first').getByText('On the panel').waitFor();
    await row(page, 'Rotation').getByText('Next').waitFor();
    const second = await (await open({name: 'second'})).play(kGreen);
    await row(page, 'second').getByText('On the panel').waitFor();
    await row(page, 'first').getByText('Next').waitFor();
    await row(page, 'Rotation').getByText('Waiting').waitFor();
    await news(page).getByText('second has the panel.').waitFor();
    await page.locator('#facts', {hasText: '2 streams, '}).waitFor();
    await previewShows(page, kGreen);

    await press(page, kShow('first'));
    await row(page, 'first').getByText('On the panel').waitFor();
    assert.equal((await display.status()).source.reason, 'taken');
    await first.next('source', ({you, reason}) => you && reason === 'taken');
    await first.play(kRed);
    await previewShows(page, kRed);

    await press(page, kRelease('first'));  // the next one gets it
    await row(page, 'second').getByText('On the panel').waitFor();
    await row(page, 'first').getByText('Stopped here').waitFor();
    await second.next('source', ({you, reason}) => you && reason === 'released');

    await press(page, kShow('Rotation'));
    await row(page, 'Rotation').getByText('On the panel').waitFor();
    await news(page).getByText('Rotation has the panel.').waitFor();
    await previewShows(page, kBlue);
    await second.play(kGreen);  // stays stopped
    assert.equal((await display.status()).source.owner, 'rotation');

    await press(page, kShow('second'));
    await second.play(kGreen);
    await previewShows(page, kGreen);
    await first.close();
    await row(page, 'first').waitFor({state: 'detached'});
  });

  liveTest('includes a picture sent straight to the panel', async (page, display, open) => {
    const send = () => fetch(`${display.url}/display/raw`, {
      method: 'POST', headers: {'Content-Type': 'image/png'}, body: plain(kRed)});
    await send();
    await row(page, 'Sent picture').getByText('On the panel').waitFor();
    await (await open({name: 'stream'})).play(kGreen);
    await row(page, 'stream').getByText('On the panel').waitFor();
    await row(page, 'Sent picture').getByText('Next').waitFor();
    await press(page, kRelease('stream'));
    await previewShows(page, kRed);
    await press(page, kRelease('Sent picture'));
    await previewShows(page, kBlue);
  });

  liveTest('the keyboard keeps its place when a row changes or goes', async (page, display, open) => {
    const stream = await (await open({name: 'keys'})).play(kRed);
    const button = page.getByRole('button', {name: kRelease('keys')});
    await button.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('button', {name: kShow('keys')}).waitFor();
    const focused = () => page.evaluate(() => document.activeElement.getAttribute('aria-label') ?? document.activeElement.id);
    assert.equal(await focused(), kShow('keys'));
    await page.keyboard.press('Enter');
    await button.waitFor();
    await stream.close();
    await row(page, 'keys').waitFor({state: 'detached'});
    assert.equal(await focused(), 'sources-title');
  });

  liveTest('can be read on a small screen, light and dark', async (page, display, open) => {
    await (await open({name: 'waits'})).play(kRed);
    await (await open({name: 'a_very_long_name_without_a_single_space_in_it_64_bytes_as_allowed'})).play(kGreen);
    await row(page, 'waits').getByText('Next').waitFor();
    await page.setViewportSize({width: 320, height: 640});
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({colorScheme});
      assert.deepEqual(await cutOff(page), []);
      assert.deepEqual(await weakText(page), []);
    }
  });

  liveTest('a name is text, whatever it holds', async (page, display, open) => {
    const name = '<img src=x onerror="document.title=1">';
    await (await open({name})).play(kRed);
    await row(page, name).getByText('On the panel').waitFor();
    assert.equal(await page.locator('img[src="x"]').count(), 0);
  });
});

describe('touches', () => {
  const surface = (page) => page.getByRole('application', {name: /^The panel shows /});
  // [kind, id, x, y] of those that came so far.
  const touches = async (stream) => (await stream.heard('touch')).map(({kind, id, x, y}) => [kind, id, x, y]);
  const came = (stream, count) => until(`${count} touches came`, async () => {
    const all = await touches(stream);
    return all.length >= count && all;
  });
  // Where on the screen that pixel of the panel is.
  async function on(page, x, y) {
    const {x: left, y: top, width, height} = await page.locator('#preview').boundingBox();
    return [left + (x + 0.5) / 720 * width, top + (y + 0.5) / 720 * height];
  }

  liveTest('go from the mouse to the stream in the panel\'s pixels, and only while it has the panel',
           async (page, display, open) => {
    await page.mouse.click(...await on(page, 100, 100));
    const stream = await (await open({name: 'toucher', touch: true})).play(kRed);
    await surface(page).waitFor();
    await page.getByText('Touches go to toucher: ').waitFor();
    await page.mouse.move(...await on(page, 50, 60));
    await page.mouse.down();
    await page.mouse.move(...await on(page, 700, 710));
    await came(stream, 2);
    await page.mouse.move(-5, 3);  // a drag beyond the edge stays at the edge
    await came(stream, 3);
    await page.mouse.up();
    const [down, move, edge, up] = await came(stream, 4);
    assert.deepEqual(down, ['down', 0, 50, 60]);
    assert.deepEqual(move, ['move', 0, 700, 710]);
    assert.deepEqual(edge.slice(0, 4), ['move', 0, 0, 0]);
    assert.deepEqual(up, ['up', 0, 0, 0]);

    await press(page, kShow('Rotation'));
    await page.getByRole('img', {name: /^The panel shows /}).waitFor();
    assert.equal(await page.getByText('Touches go to').isVisible(), false);
    await page.mouse.click(...await on(page, 100, 100));
    await stream.tab.evaluate(() => socket.send('{"type":"ping","t0_us":7}'));
    await stream.next('pong', ({t0_us}) => t0_us === 7);
    assert.equal((await touches(stream)).length, 4);
  });

  liveTest('are pixels of the upright picture on a display that is turned', async (page, display, open) => {
    await fetch(`${display.url}/config`, {
      method: 'PUT', headers: {'Content-Type': 'application/json'}, body: '{"panel":{"rotation":90}}'});
    const stream = await (await open({name: 'turned', touch: true})).play(kRed);
    await stream.tab.evaluate(async () => {  // a green mark in the corner of the upright picture
      const {buildHeader} = await import('/wire.js');
      const pixels = new Uint8Array(100 * 100 * 3).map((_, i) => (i % 3 === 1 ? 255 : 0));
      socket.send(new Blob([buildHeader('rgb888', pixels.length, {region: [0, 0, 100, 100]}), pixels]));
    });
    await surface(page).waitFor();
    const corners = [[50, 50], [670, 50], [50, 670], [670, 670]];
    const marked = await until('the mark is seen', async () => {
      for (const [x, y] of corners) {
        if (String(await previewColour(page, x / 720, y / 720)) === '0,255,0') return [x, y];
      }
      return null;
    });
    assert.notDeepEqual(marked, [50, 50], 'the panel is turned');
    await page.mouse.click(...await on(page, ...marked));
    const [[kind, id, x, y]] = await came(stream, 2);
    assert.deepEqual([kind, id], ['down', 0]);
    assert.ok(x < 100 && y < 100, `the mark was touched, not ${x},${y}`);
  });

  liveTest('come from the keyboard, with a mark to see and words to hear', async (page, display, open) => {
    const stream = await (await open({name: 'keys', touch: true})).play(kRed);
    await surface(page).waitFor();
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate(() => document.activeElement.id), 'preview');
    assert.equal(await page.locator('#mark').isVisible(), true);
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Shift+ArrowUp');
    await page.locator('#touch-news', {hasText: '380 across, 359 down'}).waitFor();
    await page.keyboard.down('Space');
    await page.locator('#touch-news', {hasText: 'Touched 380 across, 359 down'}).waitFor();
    await page.keyboard.press('Shift+ArrowLeft');
    await came(stream, 2);
    await page.keyboard.up('Space');
    assert.deepEqual(await came(stream, 3),
                     [['down', 0, 380, 359], ['move', 0, 379, 359], ['up', 0, 379, 359]]);
    assert.equal(await page.evaluate(() => scrollY), 0);
    await page.keyboard.down('Enter');
    await came(stream, 4);
    await page.keyboard.press('Tab');  // leaves: no finger stays down
    assert.equal((await came(stream, 5)).at(-1)[0], 'up');
    assert.equal(await page.locator('#mark').isVisible(), false);
  });

  liveTest('two fingers are two', async (page, display, open) => {
    const stream = await (await open({name: 'two', touch: true})).play(kRed);
    await surface(page).waitFor();
    const fingers = await page.context().newCDPSession(page);
    const at = async (...places) => fingers.send('Input.dispatchTouchEvent', {
      type: places.pop(), touchPoints: await Promise.all(places.map(async ([x, y], id) => {
        const [screenX, screenY] = await on(page, x, y);
        return {x: screenX, y: screenY, id};
      }))});
    await at([100, 100], 'touchStart');
    await at([100, 100], [600, 600], 'touchStart');
    await came(stream, 2);
    await at([100, 300], [600, 600], 'touchMove');
    await at('touchEnd');
    const all = await came(stream, 5);
    assert.deepEqual(all.slice(0, 2), [['down', 0, 100, 100], ['down', 1, 600, 600]]);
    assert.deepEqual(all[2].slice(0, 2), ['move', 0]);
    assert.deepEqual(all.slice(3).map(([kind, id]) => [kind, id]).sort(), [['up', 0], ['up', 1]]);
  });
});
