// The controls that stand for a setting: data-key="section.key" names it. What the display says is
// what they show; a change is sent as PUT /config, one at a time, the newest value of each key.
import {getConfig, putConfig} from './api.js';
import {setText} from './text.js';

// `onSaved` is called after each change that the display took, `onError` with each that it refused.
// Returns a function that shows the display's settings as they are now.
export function startSettings(form, onSaved, onError) {
  let unsent = {};
  let sending = false;

  async function send() {
    if (sending) return;
    sending = true;
    while (Object.keys(unsent).length > 0) {
      const patch = unsent;
      unsent = {};
      try {
        await putConfig(patch);
        onSaved();
      } catch (error) {
        onError(error);
      }
    }
    sending = false;
    await refresh();
  }

  async function refresh() {
    let config;
    try {
      config = await getConfig();
    } catch {
      return null;  // the status line says so already
    }
    if (!sending) form.querySelectorAll('[data-key]').forEach((control) => show(control, config));
    return config;
  }

  form.addEventListener('input', ({target}) => {
    if (!target.dataset.key) return;
    const [section, key] = target.dataset.key.split('.');
    unsent[section] = {...unsent[section], [key]: valueOf(target)};
    describe(target);
    send();
  });
  form.addEventListener('submit', (event) => event.preventDefault());
  return refresh;
}

// Numbers and booleans of the settings stand as JSON in the control's value, names as they are.
function valueOf(control) {
  try {
    return JSON.parse(control.value);
  } catch {
    return control.value;
  }
}

function show(control, config) {
  const [section, key] = control.dataset.key.split('.');
  const value = config[section]?.[key];
  if (value === undefined || control.matches(':active')) return;
  if (control.type === 'radio') {
    control.checked = control.value === String(value);
  } else {
    control.value = String(value);
  }
  describe(control);
}

function describe(control) {
  if (!control.dataset.unit) return;
  const words = `${control.value} ${control.dataset.unit}`;
  control.setAttribute('aria-valuetext', words);
  setText(control.closest('label').querySelector('.value'), words);
}
