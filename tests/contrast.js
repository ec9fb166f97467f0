// Every text of the page that stands out less than WCAG asks for (4.5 to 1), with its contrast.
() => {
  const numbers = (color) => color.match(/[\d.]+/g).map(Number).slice(0, 3);
  const linear = (x) => (x <= 0.03928 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4);
  const light = (color) => {
    const [r, g, b] = numbers(color).map((x) => linear(x / 255));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (x, y) => {
    const [less, more] = [light(x), light(y)].sort((p, q) => p - q);
    return (more + 0.05) / (less + 0.05);
  };
  const seen = (color) => color && color !== "none" && color !== "rgba(0, 0, 0, 0)";
  const paper = (text) => { // what a text stands on: its node's shape, or the nearest box with a colour
    const shape = text.closest(".node")?.querySelector("polygon, path");
    if (shape && seen(getComputedStyle(shape).fill)) return getComputedStyle(shape).fill;
    for (let box = text; box; box = box.parentElement) {
      if (seen(getComputedStyle(box).backgroundColor)) return getComputedStyle(box).backgroundColor;
    }
    return "rgb(255, 255, 255)";
  };
  return [...document.querySelectorAll("#picture text, p, button, h1, h2, h3, label, output, select, dt, dd, th, td, caption, span, small, b")]
    .filter((text) => text.textContent.trim() && text.getClientRects().length && !text.disabled)
    .map((text) => {
      const style = getComputedStyle(text);
      return [text.textContent, contrast(text.tagName === "text" ? style.fill : style.color, paper(text))];
    })
    .filter(([, found]) => found < 4.5);
}
