// Copy buttons and the filter over the table of inputs.
import { make } from "./page";
import { t } from "./words";

async function taken(source: HTMLElement): Promise<boolean> {
  if (await put(source.textContent ?? "")) return true;
  getSelection()?.selectAllChildren(source);
  return document.execCommand("copy");
}

export function copying(): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>("button[data-copy]")) {
    const source = document.getElementById(button.dataset.copy ?? "");
    if (!source) continue;
    button.hidden = false;
    button.textContent = t("Copy");
    button.addEventListener("click", async () => {
      button.textContent = (await taken(source)) ? t("Copied") : t("Selected: copy it by hand");
      setTimeout(() => (button.textContent = t("Copy")), 2000);
    });
  }
}

export function filtering(): void {
  const box = document.querySelector<HTMLElement>("#inputs details .scroll");
  const rows = [...(box?.querySelectorAll<HTMLTableRowElement>("tbody tr") ?? [])];
  if (!box || rows.length < 12) return;
  const field = make("input", { type: "search", id: "inputs-filter", placeholder: "gas, assumed, campuses.north \u2026" });
  const count = make("span", { role: "status" });
  field.addEventListener("input", () => {
    const wanted = field.value.toLowerCase();
    for (const row of rows) row.hidden = !row.textContent?.toLowerCase().includes(wanted);
    count.textContent = `${rows.filter((r) => !r.hidden).length} of ${rows.length}`;
  });
  box.before(make("p", { class: "filter" }, make("label", { for: "inputs-filter" }, "Find an input "), field, " ", count));
}

/** Whether a text could be copied. */
export async function put(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
