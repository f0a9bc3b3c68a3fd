// Every text that a reader sees, with its colour, the colour of what it stands on, the contrast of the
// two as WCAG 2.1 defines it, its size in px and how far right it reaches.
() => {
  const numbers = (colour) => {
    const found = colour.match(/[\d.]+/g).map(Number);
    if (!/^rgba?\(/.test(colour)) throw new Error(`cannot read the colour ${colour}`);
    return found.length === 3 ? [...found, 1] : found;
  };
  const over = (top, ground) => {
    const alpha = top[3];
    return [...[0, 1, 2].map((n) => top[n] * alpha + ground[n] * (1 - alpha)), 1];
  };
  const luminance = (colour) => {
    const [red, green, blue] = colour.slice(0, 3).map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const contrast = (one, other) => {
    const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (light + 0.05) / (dark + 0.05);
  };
  const canvas = () => {
    const probe = document.body.appendChild(document.createElement("div"));
    probe.style.setProperty("background-color", "Canvas", "important");
    const colour = numbers(getComputedStyle(probe).backgroundColor);
    probe.remove();
    return colour;
  };
  const ground = (element) => {
    const layers = [];
    for (let node = element; node; node = node.parentElement) {
      const style = getComputedStyle(node);
      if (style.backgroundImage !== "none") throw new Error("text stands on a picture");
      layers.push(numbers(style.backgroundColor));
      if (layers.at(-1)[3] === 1) break;
    }
    return layers.reverse().reduce((below, layer) => over(layer, below), canvas());
  };
  const cutOff = (element) => {
    for (let node = element; node; node = node.parentElement) {
      if (getComputedStyle(node).overflow === "hidden" && node.offsetHeight === 0) return true;
    }
    return false;
  };
  const opacity = (element) => {
    let product = 1;
    for (let node = element; node; node = node.parentElement) {
      product *= Number(getComputedStyle(node).opacity);
    }
    return product;
  };

  const seen = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    const element = node.parentElement;
    const text = node.data.replace(/\s+/g, " ").trim();
    if (!text || !element.checkVisibility({ visibilityProperty: true }) || cutOff(element)) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const boxes = [...range.getClientRects()].filter((box) => box.width && box.height);
    if (!boxes.length) continue;
    const style = getComputedStyle(element);
    const below = ground(element);
    const colour = numbers(style.color);
    const inked = over([...colour.slice(0, 3), colour[3] * opacity(element)], below);
    const rgb = (parts) => `rgb(${parts.slice(0, 3).map(Math.round).join(", ")})`;
    seen.push({
      text: text.slice(0, 80),
      element: element.tagName.toLowerCase(),
      colour: rgb(inked),
      ground: rgb(below),
      contrast: contrast(inked, below),
      size: parseFloat(style.fontSize),
      right: Math.max(...boxes.map((box) => box.right)),
      left: Math.min(...boxes.map((box) => box.left)),
    });
  }
  return seen;
}
