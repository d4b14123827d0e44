// What a person who cannot see the page would miss: charts without words, tables without heads, parts without names.
(() => {
  const all = selector => [...document.querySelectorAll(selector)];
  const silent = all('svg').filter(svg => !svg.getAttribute('aria-label') && svg.getAttribute('aria-hidden') !== 'true');
  const headless = all('table').filter(table => !table.querySelector('th[scope]'));
  const nameless = all('section').filter(part =>
    !part.getAttribute('aria-label') && !document.getElementById(part.getAttribute('aria-labelledby')));
  return [...silent, ...headless, ...nameless].map(element => element.outerHTML.slice(0, 80));
})()
