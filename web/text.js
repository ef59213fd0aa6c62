// Numbers as people read them, and text into the page: always as text, never as markup.

const kUnits = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'];

export function bytes(count) {
  if (!Number.isFinite(count)) return 'unknown';
  let unit = 0;
  while (count >= 1024 && unit < kUnits.length - 1) {
    count /= 1024;
    unit += 1;
  }
  const digits = unit > 0 && count < 10 && !Number.isInteger(count) ? 1 : 0;
  return `${count.toFixed(digits)} ${kUnits[unit]}`;
}

export function duration(ms) {
  const seconds = Math.floor(ms / 1000);
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  if (hours >= 24) return `${Math.floor(hours / 24)} d ${hours % 24} h`;
  if (hours > 0) return `${hours} h ${minutes % 60} min`;
  if (minutes > 0) return `${minutes} min ${seconds % 60} s`;
  return `${seconds} s`;
}

export const count = (number, one, many) => `${number} ${number === 1 ? one : many}`;

// Touches the page only when something changed: screen readers speak what is touched.
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

export function element(name, text = '', className = '') {
  const made = document.createElement(name);
  made.textContent = text;
  if (className) made.className = className;
  return made;
}
