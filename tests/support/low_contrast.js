// The elements whose own text has less contrast than WCAG 2.1 AA asks for: 4.5, or 3 for large text.
(() => {
  const numbers = text => (text.match(/[\d.]+/g) || []).map(Number);
  const channel = value => value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  const luminance = ([red, green, blue]) =>
    0.2126 * channel(red / 255) + 0.7152 * channel(green / 255) + 0.0722 * channel(blue / 255);
  const background = element => {
    for (let at = element; at; at = at.parentElement) {
      const colour = numbers(getComputedStyle(at).backgroundColor);
      if (colour.length === 3 || colour[3] > 0) return colour;
    }
    return [255, 255, 255];
  };
  const isHard = element => {
    const style = getComputedStyle(element), size = parseFloat(style.fontSize);
    const pair = [luminance(numbers(style.color)), luminance(background(element))].sort((one, other) => other - one);
    const large = size >= 24 || (size >= 18.66 && parseInt(style.fontWeight) >= 700);
    return (pair[0] + 0.05) / (pair[1] + 0.05) < (large ? 3 : 4.5);
  };
  const hasText = element => [...element.childNodes].some(node => node.nodeType === 3 && node.textContent.trim());
  return [...document.querySelectorAll('body *')]
    .filter(element => hasText(element) && !element.closest('svg') && element.checkVisibility() && isHard(element))
    .map(element => element.tagName + ': ' + element.textContent.trim().slice(0, 40));
})()
