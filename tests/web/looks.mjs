// What a page looks like, in numbers.

// What reaches beyond the window's left or right edge.
export const cutOff = (page) => page.evaluate(() => [...document.querySelectorAll('body *:not(option):not(.unseen)')]
    .filter((element) => {
      const {left, right, width} = element.getBoundingClientRect();
      return width > 0 && (left < 0 || right > innerWidth + 0.5);
    }).map((element) => element.outerHTML.slice(0, 80)));

// Text that is too weak against what lies behind it (WCAG 2.2, 1.4.3).
export const weakText = (page) => page.evaluate(() => {
  const numbers = (colour) => colour.match(/[\d.]+/g).map(Number);
  const light = (colour) => {
    const [r, g, b] = numbers(colour).map((v) => v / 255)
        .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor;
      if ((numbers(colour)[3] ?? 1) === 1) return colour;
    }
    return 'rgb(255,255,255)';
  };
  return [...document.querySelectorAll('body *')].filter((element) => element.checkVisibility() &&
      [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim())).map((element) => {
    const [dim, bright] = [light(getComputedStyle(element).color), light(behind(element))].sort((a, b) => a - b);
    return {text: element.textContent.slice(0, 30), ratio: (bright + 0.05) / (dim + 0.05)};
  }).filter(({ratio}) => ratio < 4.5);
});
