// Touches on the live picture, for the stream that has the panel: by finger, mouse or keyboard.
import {postTouch} from './api.js';
import {setText} from './text.js';

const kStepsAcross = 36;  // of the arrow keys; with Shift one pixel
const kKeyboard = 'keyboard';
const kArrows = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1]};

const clamp = (value, last) => Math.min(Math.max(Math.floor(value), 0), last);

// Sends one touch after the other. A finger's newest move takes the place of one that still waits.
function startSending(onError) {
  let waiting = [];
  let sending = false;
  return async (touch) => {
    const last = waiting.findLastIndex(({id}) => id === touch.id);
    if (touch.kind === 'move' && waiting[last]?.kind === 'move') waiting[last] = touch;
    else waiting.push(touch);
    if (sending) return;
    sending = true;
    while (waiting.length > 0) {
      try {
        await postTouch(waiting.shift());
      } catch (error) {
        waiting = waiting.filter(({kind}) => kind === 'up');  // no finger stays down for that
        onError(error);
      }
    }
    sending = false;
  };
}

// `canvas` is the preview, `mark` shows where the keyboard points, `hint` is its description and
// `news` a live region. Returns a function that takes the name of the stream that gets the touches,
// null for none.
export function startTouches({canvas, mark, hint, news}, onError) {
  const send = startSending(onError);
  const fingers = new Map();  // who touches: {id, x, y}
  let on = false;
  let pointed = null;  // by the keyboard

  function down(who, at) {
    const used = [...fingers.values()].map(({id}) => id);
    let id = 0;
    while (used.includes(id)) id += 1;
    fingers.set(who, {id, ...at});
    send({kind: 'down', ...fingers.get(who)});
  }
  function move(who, at) {
    const finger = fingers.get(who);
    if (!finger || (finger.x === at.x && finger.y === at.y)) return;
    Object.assign(finger, at);
    send({kind: 'move', ...finger});
  }
  function up(who) {
    if (!fingers.has(who)) return;
    send({kind: 'up', ...fingers.get(who)});
    fingers.delete(who);
  }

  function place({clientX, clientY}) {
    const {left, top, width, height} = canvas.getBoundingClientRect();
    return {x: clamp((clientX - left) / width * canvas.width, canvas.width - 1),
            y: clamp((clientY - top) / height * canvas.height, canvas.height - 1)};
  }

  canvas.addEventListener('pointerdown', (event) => {
    if (!on || event.button !== 0) return;
    canvas.setPointerCapture(event.pointerId);
    mark.hidden = true;
    down(event.pointerId, place(event));
  });
  canvas.addEventListener('pointermove', (event) => move(event.pointerId, place(event)));
  for (const end of ['pointerup', 'pointercancel', 'lostpointercapture']) {
    canvas.addEventListener(end, (event) => up(event.pointerId));
  }

  function showMark() {
    pointed ??= {x: canvas.width >> 1, y: canvas.height >> 1};
    pointed = {x: clamp(pointed.x, canvas.width - 1), y: clamp(pointed.y, canvas.height - 1)};
    mark.hidden = false;
    mark.style.left = `${canvas.offsetLeft + (pointed.x + 0.5) / canvas.width * canvas.clientWidth}px`;
    mark.style.top = `${canvas.offsetTop + (pointed.y + 0.5) / canvas.height * canvas.clientHeight}px`;
  }
  function point([right, below], fine) {
    showMark();
    const step = fine ? 1 : Math.max(1, Math.round(canvas.width / kStepsAcross));
    pointed = {x: pointed.x + right * step, y: pointed.y + below * step};
    showMark();
    setText(news, `${pointed.x} across, ${pointed.y} down`);
    move(kKeyboard, pointed);
  }

  canvas.addEventListener('keydown', (event) => {
    if (!on || event.ctrlKey || event.altKey || event.metaKey) return;
    const presses = event.key === ' ' || event.key === 'Enter';
    if (!presses && !kArrows[event.key]) return;
    event.preventDefault();  // the page does not scroll
    if (!presses) return point(kArrows[event.key], event.shiftKey);
    if (event.repeat || fingers.has(kKeyboard)) return;
    showMark();
    down(kKeyboard, pointed);
    setText(news, `Touched ${pointed.x} across, ${pointed.y} down`);
  });
  canvas.addEventListener('keyup', ({key}) => {
    if (key === ' ' || key === 'Enter') up(kKeyboard);
  });
  canvas.addEventListener('focus', () => { if (on && canvas.matches(':focus-visible')) showMark(); });
  canvas.addEventListener('blur', () => { up(kKeyboard); mark.hidden = true; });
  new ResizeObserver(() => { if (!mark.hidden) showMark(); }).observe(canvas);

  return (name) => {
    on = name !== null;
    if (!on) {
      for (const who of [...fingers.keys()]) up(who);
      mark.hidden = true;
    }
    canvas.classList.toggle('touchable', on);
    hint.hidden = !on;
    setText(hint, on ? `Touches go to ${name}: tap or drag on the picture, or move with the arrow keys and press Space.` : '');
    const role = on ? 'application' : 'img';
    if (canvas.getAttribute('role') === role) return;
    canvas.setAttribute('role', role);
    if (on) {
      canvas.tabIndex = 0;
      canvas.setAttribute('aria-describedby', hint.id);
    } else {
      canvas.removeAttribute('tabindex');
      canvas.removeAttribute('aria-describedby');
    }
  };
}
