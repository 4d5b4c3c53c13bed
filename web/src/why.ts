// "Why?": what stands behind a figure, opened beside it; the page carries each chain of stages once.
import { block, make } from "./page";
import { t } from "./words";

type Part = { title: string; lines: string[] };

export function whys(): void {
  if (!document.getElementById("data-why")) return;
  const chains = block<Record<string, Part[]>>("data-why");
  for (const bar of document.querySelectorAll<HTMLElement>(".tools[data-why]")) {
    const parts = chains[bar.dataset.why ?? ""];
    if (!parts?.length) continue;
    const owner = bar.closest("figure, details, [role=row]");
    const name = owner?.querySelector("h3, [role=rowheader]")?.firstChild?.textContent ?? "";
    const button = make("button", { type: "button", "aria-expanded": "false", "aria-label": `${t("Why?")} ${name}`.trim() }, t("Why?"));
    button.addEventListener("click", () => {
      const open = button.getAttribute("aria-expanded") !== "true";
      button.setAttribute("aria-expanded", String(open));
      const box = bar.nextElementSibling?.classList.contains("why") ? bar.nextElementSibling : null;
      box?.remove();
      if (open) bar.after(panel(parts));
    });
    bar.append(button);
    bar.hidden = false;
  }
}

function panel(parts: Part[]): HTMLElement {
  return make("div", { class: "why" }, ...parts.flatMap((part) => [make("p", {}, make("b", {}, part.title)), make("ul", {}, ...part.lines.map((line) => make("li", {}, line)))]),
    make("p", {}, make("a", { href: "#inputs" }, t("All inputs with their sources"))));
}
