// Who reads: the order of the tiles. And anchors: what an address names is opened and shown.

export function readers(): void {
  const bar = document.querySelector<HTMLElement>(".readers");
  const tiles = document.querySelector<HTMLElement>(".tiles");
  if (!bar || !tiles) return;
  const buttons = [...bar.querySelectorAll<HTMLButtonElement>("button[data-reader]")];
  for (const button of buttons) {
    button.addEventListener("click", () => {
      const chosen = tiles.dataset.reader === button.dataset.reader ? "" : (button.dataset.reader ?? "");
      tiles.dataset.reader = chosen;
      for (const other of buttons) other.setAttribute("aria-pressed", String(other.dataset.reader === chosen && chosen !== ""));
    });
  }
  bar.hidden = false;
}

function opened(): void {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!target) return;
  for (let box: Element | null = target; box; box = box.parentElement) if (box instanceof HTMLDetailsElement) box.open = true;
  const inside = target.querySelector(":scope > details");
  if (inside instanceof HTMLDetailsElement && target.matches("li")) inside.open = true;
  target.scrollIntoView();
}

export function anchors(): void {
  addEventListener("hashchange", opened);
  if (location.hash) opened();
}
