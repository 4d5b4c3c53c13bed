// Draws each figure's specification as SVG, with a text beside the pointer and buttons to save what is seen.
import { expressionInterpreter } from "vega-interpreter";
import { compile } from "vega-lite";
import { parse, View } from "vega";
import { put } from "./copy";
import { aloneAt } from "./embed";
import { block, make, save } from "./page";
import { config, onPage, saved } from "./theme";
import { t } from "./words";

type Spec = Record<string, any>;
const views = new Map<string, View>();
const refuse = { load: () => Promise.reject(new Error("nothing is loaded")), sanitize: () => Promise.reject(new Error("nothing is loaded")) };

const tip = make("div", { id: "tip", role: "presentation", hidden: "" });

function showTip(_: unknown, event: MouseEvent, __: unknown, value: unknown): void {
  tip.hidden = value === null || value === undefined || value === "";
  if (tip.hidden) return;
  const text = typeof value === "object" ? Object.values(value as object).join("\n") : String(value);
  const [first = "", ...rest] = text.split("\n");
  tip.replaceChildren(make("strong", {}, first), ...rest.map((line) => make("span", {}, line)));
  const width = tip.offsetWidth;
  const left = event.clientX + 14 + width > innerWidth ? event.clientX - width - 14 : event.clientX + 14;
  tip.style.left = `${Math.max(4, left)}px`;
  tip.style.top = `${Math.min(event.clientY + 14, innerHeight - tip.offsetHeight - 4)}px`;
}

/** The specification at the width of its place; stacked panels share one width because their y axes have one extent. */
function sized(spec: Spec, width: number): Spec {
  if (spec.vconcat) {
    return { ...spec, autosize: { type: "pad" }, padding: { left: 0, right: 8, top: 18, bottom: 0 },
             vconcat: spec.vconcat.map((child: Spec) => ({ ...child, width: width - 64 })) };
  }
  return { ...spec, width, autosize: { type: "fit-x", contains: "padding" }, padding: { left: 0, right: 8, top: 18, bottom: 0 } };
}

/** The specification with its records as the library reads them; the page holds them by columns. */
function unpacked(part: any): any {
  if (Array.isArray(part)) return part.map(unpacked);
  if (part === null || typeof part !== "object") return part;
  if (!part.columns || !part.rows) return Object.fromEntries(Object.entries(part).map(([name, value]) => [name, unpacked(value)]));
  const { columns, rows, ...rest } = part;
  return { ...unpacked(rest), values: rows.map((row: unknown[]) => Object.fromEntries(columns.map((name: string, i: number) => [name, row[i]]))) };
}

async function draw(place: HTMLElement, spec: Spec): Promise<void> {
  const name = place.dataset.figure ?? "";
  const width = Math.floor(place.clientWidth);
  if (width < 50) return;
  const { description, ...shown } = spec;
  const themed = onPage({ ...shown, config: config(width) });
  const compiled = compile(sized(themed, width) as never).spec;
  views.get(name)?.finalize();
  const canvas = make("div");
  const view = new View(parse(compiled, undefined, { ast: true }), {
    expr: expressionInterpreter, renderer: "svg", container: canvas, hover: true, loader: refuse as never, tooltip: showTip as never,
    logLevel: 1,
  } as never);
  await view.runAsync();
  views.set(name, view);
  const drawing = canvas.querySelector("svg");
  drawing?.setAttribute("role", "img");
  drawing?.removeAttribute("aria-roledescription");
  drawing?.setAttribute("aria-label", `${place.closest("figure")?.querySelector("h3")?.textContent ?? name}. ${description}`);
  drawing?.querySelectorAll("[role='graphics-symbol'],[role='graphics-object'],[aria-roledescription]").forEach((e) => {
    for (const a of ["role", "aria-roledescription", "aria-label"]) e.removeAttribute(a);
  });
  canvas.setAttribute("class", "drawing");
  for (const a of ["role", "aria-label", "aria-roledescription"]) canvas.removeAttribute(a);
  place.replaceChildren(canvas);
  place.dataset.drawn = String(width);
}

// A cell that a spreadsheet program would compute gets an apostrophe before it; a plain number does not.
const inert = (text: string) => (/^\s*[=+\-@\t\r＝＋－＠]/.test(text) && !/^\s*[+-]?[\d.,]+(e[+-]?\d+)?\s*%?$/i.test(text) ? `'${text}` : text);

function csv(table: HTMLTableElement): string {
  const quote = (text: string) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  return [...table.rows].map((row) => [...row.cells].map((c) => quote(inert(c.textContent ?? ""))).join(",")).join("\n");
}

function tools(place: HTMLElement): void {
  const figure = place.closest("figure");
  const bar = figure?.querySelector<HTMLElement>(".tools");
  const name = place.dataset.figure ?? "figure";
  const title = figure?.querySelector("h3")?.textContent ?? name;
  if (!figure || !bar) return;
  const button = (label: string, act: () => void) => {
    const element = make("button", { type: "button", "aria-label": `${label}: ${title}` }, label);
    element.addEventListener("click", act);
    return element;
  };
  const drawn = async (then: (svg: string) => void) => {
    const view = views.get(name);
    if (view) then(saved(await view.toSVG()));
  };
  const table = figure.querySelector("table");
  const copied = (label: string, text: () => string) => {
    const made = button(label, async () => {
      made.textContent = (await put(text())) ? t("Copied") : text();
      setTimeout(() => (made.textContent = label), 2500);
    });
    return made;
  };
  const link = () => `${location.href.split("#")[0]}#${figure.id}`;
  bar.append(button(t("Save SVG"), () => void drawn((svg) => save(`${name}.svg`, "image/svg+xml", svg))),
    button(t("Save PNG"), () => void drawn((svg) => png(`${name}.png`, svg))), ...(table ? [button(t("Save CSV"), () => save(`${name}.csv`, "text/csv", csv(table)))] : []),
    copied(t("Link"), link), copied(t("Embed"), () => `<iframe src="${aloneAt(figure.id)}" title="${title.replaceAll('"', "")}" width="720" height="520"></iframe>`));
  bar.hidden = false;
}

/** Offers a drawing as a picture of twice its size. */
function png(name: string, svg: string): void {
  const picture = new Image();
  picture.onload = () => {
    const canvas = make("canvas", { width: String(2 * picture.width), height: String(2 * picture.height) });
    const paper = canvas.getContext("2d")!;
    paper.fillStyle = "#ffffff";
    paper.fillRect(0, 0, canvas.width, canvas.height);
    paper.drawImage(picture, 0, 0, canvas.width, canvas.height);
    canvas.toBlob((blob) => blob && save(name, "image/png", blob));
  };
  picture.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
}

const pause = () => new Promise((done) => setTimeout(done));

export async function charts(): Promise<void> {
  const specs = block<Record<string, Spec>>("data-figures");
  const places = [...document.querySelectorAll<HTMLElement>(".chart[data-figure]")];
  document.body.append(tip);
  let round = 0;
  const all = async () => {
    const mine = ++round;
    for (const place of places) {
      const spec = specs[place.dataset.figure ?? ""];
      if (mine !== round) return;
      if (place.closest("details:not([open]), [hidden]")) continue;
      if (spec && place.dataset.drawn !== String(Math.floor(place.clientWidth))) await draw(place, unpacked(spec));
      await pause();
    }
    document.documentElement.dataset.ready = "yes";
  };
  places.forEach(tools);
  for (const box of document.querySelectorAll<HTMLDetailsElement>("#stories > details")) box.addEventListener("toggle", () => void all());
  let timer = 0;
  addEventListener("resize", () => {
    clearTimeout(timer);
    timer = window.setTimeout(() => void all(), 150);
  });
  await all();
}
