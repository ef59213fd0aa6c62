// Asks for the token of a display that wants one (auth.token_file), when the display says so.
import {setToken} from './api.js';
import {setText} from './text.js';

// `form` has an input, and a text for what was wrong. `onToken` runs when a token was typed. Returns
// a function that takes whether a token is missing.
export function startToken(form, onToken) {
  const input = form.querySelector('input');
  const wrong = form.querySelector('[role="status"]');
  let tried = false;
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const token = input.value.trim();
    if (!/^[!-~]+$/.test(token)) {
      setText(wrong, 'A token is letters, digits and signs, without spaces.');
      return;
    }
    tried = true;
    setToken(token);
    input.value = '';
    setText(wrong, '');
    onToken();
  });
  return (missing) => {
    if (missing === !form.hidden && !tried) return;
    form.hidden = !missing;
    setText(wrong, missing && tried ? 'That is not the token of this display.' : '');
    tried = false;
    if (missing) input.focus();
  };
}
