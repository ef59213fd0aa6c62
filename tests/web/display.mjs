// Starts the real p3a-display for a test, on a free port of loopback, with storage of its own.
import {spawn} from 'node:child_process';
import {existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {createServer} from 'node:net';
import {tmpdir} from 'node:os';
import {dirname, join, resolve} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {fileURLToPath} from 'node:url';

const kPatienceMs = 20000;
const kRoot = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

export const program = process.env.P3A_DISPLAY ?? join(kRoot, 'build/bin/p3a-display');

function freePort() {
  return new Promise((done) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const {port} = probe.address();
      probe.close(() => done(port));
    });
  });
}

// Repeats `check` until it returns something true, which it returns.
export async function until(what, check) {
  const deadline = Date.now() + kPatienceMs;
  for (;;) {
    const found = await check();
    if (found) return found;
    if (Date.now() > deadline) throw new Error(`waited ${kPatienceMs} ms in vain until ${what}`);
    await sleep(20);
  }
}

export class Display {
  // `pictures` is {name: bytes}: files that lie in the rotation from the start.
  // With a token, every request but the page's own files needs it.
  // `flags` are more of them for the command line.
  static async start(pictures = {}, token = '', flags = []) {
    if (!existsSync(program)) throw new Error(`${program} is missing: run script/build, or set P3A_DISPLAY`);
    const display = new Display();
    display.root = mkdtempSync(join(tmpdir(), 'p3a-web-'));
    display.port = await freePort();
    const scheme = flags.some((flag) => flag.startsWith('--http.tls.cert')) ? 'https' : 'http';
    display.url = `${scheme}://127.0.0.1:${display.port}`;
    mkdirSync(join(display.root, 'animations'));
    for (const [name, bytes] of Object.entries(pictures)) writeFileSync(join(display.root, 'animations', name), bytes);
    display.token = token;
    display.flags = flags;
    if (token) writeFileSync(join(display.root, 'token'), token);
    await display.run();
    return display;
  }

  async run() {
    this.log = '';
    this.child = spawn(program, [
      '--http.address=127.0.0.1', `--http.port=${this.port}`, `--storage.root=${this.root}`, '--mdns.enable=false',
      '--player.dwell_s=0', ...(this.token ? [`--auth.token_file=${join(this.root, 'token')}`] : []), ...this.flags,
    ], {stdio: ['ignore', 'pipe', 'pipe']});
    for (const stream of [this.child.stdout, this.child.stderr]) stream.on('data', (text) => { this.log += text; });
    const ended = new Promise((done) => this.child.once('exit', done));
    this.ended = ended;
    await until('the display answers', async () => {
      if (this.child.exitCode !== null) throw new Error(`p3a-display ended:\n${this.log}`);
      return this.status().catch(() => null);
    });
  }

  async get(path) {
    const headers = this.token ? {Authorization: `Bearer ${this.token}`} : {};
    const answer = await (await fetch(this.url + path, {headers})).json();
    return answer.data;
  }
  status() { return this.get('/status'); }

  // Until a broken file of the rotation has had its turn.
  playUntilSkipped() {
    return until('the broken file had its turn', async () => {
      await fetch(`${this.url}/action/swap_next`, {method: 'POST'});
      return (await this.status()).player.skipped.length > 0;
    });
  }

  // Until run() is called again there is nothing at the address.
  async stop() {
    this.child.kill('SIGTERM');
    await this.ended;
  }

  async remove() {
    if (this.child.exitCode === null && this.child.signalCode === null) await this.stop();
    rmSync(this.root, {recursive: true, force: true});
  }
}
