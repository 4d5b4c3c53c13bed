// One piece of the report alone: an address that ends in #embed=ID shows that element and nothing else; claims and answers are copied whole.
import { put } from "./copy";
import { make } from "./page";
import { t } from "./words";

const KEY = "#embed=";

/** The address of a piece alone. */
export const aloneAt = (id: string): string => `${location.href.split("#")[0]}${KEY}${id}`;

/** Shows only what the address asks for; whether it asked for a piece alone. */
export function alone(): boolean {
  addEventListener("hashchange", (event) => {
    if (event.newURL.includes(KEY) || event.oldURL.includes(KEY)) location.reload();
  });
  const id = location.hash.startsWith(KEY) ? decodeURIComponent(location.hash.slice(KEY.length)) : "";
  const piece = id ? document.getElementById(id) : null;
  if (!piece) return false;
  for (let part: Element = piece; part !== document.body && part.parentElement; part = part.parentElement) {
    if (part instanceof HTMLDetailsElement) part.open = true;
    for (const other of part.parentElement.children) if (other !== part && !(other instanceof HTMLScriptElement) && other.id !== "tip") other.setAttribute("hidden", "");
  }
  piece.querySelector("details")?.setAttribute("open", "");
  piece.after(make("p", { class: "note" }, make("a", { href: `#${id}` }, document.title)));
  document.documentElement.dataset.alone = "yes";
  return true;
}

/** A button beside each claim's and answer's link that copies it as a quotation, which needs no host and no script. */
export function quoting(): void {
  for (const piece of document.querySelectorAll<HTMLElement>("li.claim, details.answer[id]")) {
    const link = piece.querySelector<HTMLAnchorElement>(".note > a[href^='#']");
    if (!link) continue;
    const button = make("button", { type: "button", class: "quote", "aria-label": `${t("Embed")} ${piece.querySelector(".id")?.textContent ?? ""}` }, t("Embed"));
    button.addEventListener("click", () => void copied(button, quotation(piece, link)));
    link.after(" ", button);
  }
}

async function copied(button: HTMLElement, text: string): Promise<void> {
  const done = await put(text);
  button.textContent = done ? t("Copied") : text;
  if (done) setTimeout(() => (button.textContent = t("Embed")), 2500);
}

/** What stands in its first line, its sentences, and where it is from, as plain HTML. */
function quotation(piece: HTMLElement, link: HTMLAnchorElement): string {
  const plain = (part: Element | null) => make("p", {}, (part?.textContent ?? "").replace(/\s+/g, " ").trim()).outerHTML;
  const said = [...piece.querySelectorAll("details > p:not(.note)")].map(plain).join("");
  const from = make("footer", {}, make("a", { href: link.href }, document.title), ` · ${document.querySelector("header time")?.textContent ?? ""}`);
  return `<blockquote cite="${link.href.replaceAll('"', "%22")}">${plain(piece.querySelector("summary"))}${said}${from.outerHTML}</blockquote>`;
}
