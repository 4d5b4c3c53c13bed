// The map: an SVG that pans and zooms by pointer, wheel, pinch or keyboard, and asks the address door.
import { answerHtml, formHtml } from "./answer";
import { ask, plants, type Place, readPlace } from "./door";
import type { MapData, Receptor, Shown, Site } from "./map-data";
import { layerNames, layerUnits, times } from "./map-times";
import { monthName, significant } from "./numbers";
import { block, make, svg } from "./page";
import { named, type Found } from "./search";
import { t } from "./words";

const ringsKm = [1, 2, 5, 10, 20];
const kmPerDegree = 111.195;
/** Corner of the map that its buttons cover, pixels. */
const [buttonsWide, buttonsTall] = [56, 160];

class Projection {
  constructor(readonly centre: Place) {}
  private get squeeze() { return Math.cos((this.centre.lat * Math.PI) / 180); }
  /** Kilometres east and south of the centre. */
  to(p: Place): [number, number] {
    return [(p.lon - this.centre.lon) * kmPerDegree * this.squeeze, (this.centre.lat - p.lat) * kmPerDegree];
  }
  from(x: number, y: number): Place {
    return { lat: this.centre.lat - y / kmPerDegree, lon: this.centre.lon + x / kmPerDegree / this.squeeze };
  }
}

export function map(): void {
  const host = document.getElementById("map-view");
  const doorHost = document.getElementById("door");
  const data = block<MapData>("data-map");
  if (!host || !doorHost) return;
  if (!data.sites.length) {
    host.replaceChildren(make("p", {}, t("This run gives no place to any campus, so there is no map.")));
    return;
  }
  const view = new MapView(data, host);
  host.append(times(data, view));
  openDoor(data, view, doorHost);
}

function openDoor(data: MapData, view: MapView, host: HTMLElement): void {
  const { form, field, said } = formHtml(data);
  const answer = (place: Place) => {
    view.mark(place);
    said.replaceChildren(answerHtml(data, place, data.door ? ask(data.door, plants(data.door, data.sites), place) : null));
    said.scrollIntoView({ block: "nearest" });
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const place = readPlace(field.value);
    field.setAttribute("aria-invalid", String(!place));
    if (place) return answer(place);
    const found = named(data, field.value);
    if (found.length === 1) return take(found[0]!);
    field.setAttribute("aria-invalid", String(!found.length));
    said.replaceChildren(...(found.length ? choices(found) : [make("p", { class: "warning" }, t("No place or street of this map has that name. Type a name that stands on it, or a latitude and a longitude in degrees, such as 35.0602, -90.1555."))]));
  });
  const take = (found: Found) => {
    field.value = found.name;
    field.setAttribute("aria-invalid", "false");
    answer(found);
  };
  const choices = (found: Found[]) => [make("p", {}, t("Which one?")), make("div", { class: "choices" }, ...found.map((one) => {
    const button = make("button", { type: "button" }, `${one.name} (${one.kind})`);
    button.addEventListener("click", () => take(one));
    return button;
  }))];
  view.onPick = (place) => {
    field.value = `${place.lat.toFixed(5)}, ${place.lon.toFixed(5)}`;
    field.setAttribute("aria-invalid", "false");
    answer(place);
  };
  host.replaceChildren(form, said);
  const level = (r: Receptor) => r.by_month.noise?.[data.times.moments[0]!] ?? 0;
  const loudest = [...data.receptors].sort((a, b) => level(b) - level(a))[0];
  if (!loudest || !data.door || matchMedia("(max-width: 52rem)").matches) return;
  view.mark(loudest);
  said.replaceChildren(make("p", { class: "note" }, t("For example, {name}:", { name: loudest.title })), answerHtml(data, loudest, ask(data.door, plants(data.door, data.sites), loudest)));
}

class MapView {
  onPick: (place: Place) => void = () => {};
  shown: Shown;
  private readonly projection: Projection;
  private readonly root: SVGElement;
  private readonly layer = svg("g");
  private readonly pin = svg("g", { class: "pin" });
  private readonly scale = svg("g", { class: "scale" });
  private centre: [number, number];
  private kmPerPx = 0.05;
  private fitted: { centre: [number, number]; spanKm: number };
  private readonly fingers = new Map<number, [number, number]>();
  private moved = 0;
  private taken: [number, number, number, number][] = [];

  constructor(private readonly data: MapData, host: HTMLElement) {
    this.shown = { month: data.times.moments[0]!, layer: "noise", wind: [] };
    const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;
    this.projection = new Projection({ lat: mean(data.sites.map((s) => s.lat)), lon: mean(data.sites.map((s) => s.lon)) });
    const points = [...data.sites, ...data.receptors].map((p) => this.projection.to(p));
    const xs = points.map((p) => p[0]);
    const ys = points.map((p) => p[1]);
    const span = Math.max(Math.max(...xs) - Math.min(...xs), Math.max(...ys) - Math.min(...ys), 2);
    this.fitted = { centre: [(Math.max(...xs) + Math.min(...xs)) / 2, (Math.max(...ys) + Math.min(...ys)) / 2], spanKm: span * 1.45 };
    this.centre = this.fitted.centre;
    this.root = svg("svg", {
      class: "map", tabindex: 0, role: "application", "aria-roledescription": t("map"),
      "aria-label": t("Map of campuses and neighbours. Arrow keys move, plus and minus zoom, Enter asks at the cross in the middle."),
    }, this.layer, this.pin, svg("path", { class: "cross", d: "" }), this.scale);
    host.replaceChildren(this.root, this.controls(), this.layers());
    this.listen();
    new ResizeObserver(() => this.fit()).observe(this.root);
    this.fit();
  }

  show(change: Partial<Shown>): void {
    this.shown = { ...this.shown, ...change };
    this.draw();
  }

  mark(place: Place): void {
    this.pin.replaceChildren(svg("circle", { r: 7 }), svg("circle", { r: 2.5 }));
    this.pin.dataset.lat = String(place.lat);
    this.pin.dataset.lon = String(place.lon);
    const [x, y] = this.screen(place);
    if (x < 0 || y < 0 || x > this.size[0] || y > this.size[1]) this.centre = this.projection.to(place);
    this.draw();
  }

  private get size(): [number, number] { return [this.root.clientWidth || 600, this.root.clientHeight || 420]; }

  private fit(): void {
    this.centre = [...this.fitted.centre];
    this.kmPerPx = this.fitted.spanKm / Math.min(...this.size);
    this.draw();
  }

  private screen(p: Place): [number, number] {
    const [x, y] = this.projection.to(p);
    return [this.size[0] / 2 + (x - this.centre[0]) / this.kmPerPx, this.size[1] / 2 + (y - this.centre[1]) / this.kmPerPx];
  }

  private place(px: number, py: number): Place {
    return this.projection.from(this.centre[0] + (px - this.size[0] / 2) * this.kmPerPx, this.centre[1] + (py - this.size[1] / 2) * this.kmPerPx);
  }

  private zoom(factor: number, px = this.size[0] / 2, py = this.size[1] / 2): void {
    const before = this.kmPerPx;
    this.kmPerPx = Math.min(0.4, Math.max(0.0005, before * factor));
    this.centre = [this.centre[0] + (px - this.size[0] / 2) * (before - this.kmPerPx), this.centre[1] + (py - this.size[1] / 2) * (before - this.kmPerPx)];
    this.draw();
  }

  private pan(dx: number, dy: number): void {
    this.centre = [this.centre[0] - dx * this.kmPerPx, this.centre[1] - dy * this.kmPerPx];
    this.draw();
  }

  private draw(): void {
    this.taken = [];
    this.root.classList.toggle("other-month", this.shown.month !== this.data.times.moments[0]);
    const [sites, receptors] = [this.sites(), this.receptors()];
    const parts = [...this.ground(), ...this.people(), ...this.contours(), ...this.spots(), ...this.circles(), ...this.plumes(), ...receptors, ...sites];
    this.layer.replaceChildren(...parts);
    if (this.pin.dataset.lat) {
      const [x, y] = this.screen({ lat: Number(this.pin.dataset.lat), lon: Number(this.pin.dataset.lon) });
      this.pin.setAttribute("transform", `translate(${x} ${y})`);
    }
    const [w, h] = this.size;
    this.root.querySelector(".cross")?.setAttribute("d", `M${w / 2 - 8} ${h / 2}h16M${w / 2} ${h / 2 - 8}v16`);
    this.drawScale();
  }

  /** State and county lines, highways, rivers, streets that the user brought, and towns where there is room for their name. */
  private ground(): SVGElement[] {
    const { lines = [], places = [] } = this.data.basemap ?? {};
    const drawn = lines.map((line) => {
      const d = `M${line.points.map(([lat, lon]) => this.screen({ lat, lon }).map((v) => v.toFixed(1)).join(" ")).join("L")}`;
      return svg("path", { class: `ground ground-${line.class}`, d }, svg("title", {}, line.name));
    });
    const [w, h] = this.size;
    const named = places.flatMap((place) => {
      const [x, y] = this.screen(place);
      const half = 3.2 * place.name.length;
      if (x < half || y < 14 || x > w - half || y > h - 24 || !this.free(x - half, y - 8, 2 * half, 14)) return [];
      return [svg("text", { class: "ground town", x, y: y + 4 }, place.name)];
    });
    return [...drawn, ...named];
  }

  private people(): SVGElement[] {
    return this.data.population.map((p) => {
      const [cx, cy] = this.screen(p);
      return svg("circle", { class: "people", cx, cy, r: Math.sqrt(p.people) * 0.006 / this.kmPerPx + 1 }, svg("title", {}, t("{count} people", { count: p.people.toLocaleString("en") })));
    });
  }

  private contours(): SVGElement[] {
    return this.data.contours.map((c) => {
      const d = c.rings.map((ring) => `M${ring.map(([lat, lon]) => this.screen({ lat, lon }).map((v) => v.toFixed(1)).join(" ")).join("L")}Z`).join("");
      const line = svg("path", { class: "contour", d, "fill-rule": "evenodd" }, svg("title", {}, `${c.title}: ${c.level} ${c.unit}`));
      return svg("g", {}, line, ...this.contourText(c.level, c.rings));
    });
  }

  /** The level beside the highest point of each ring, where there is room. */
  private contourText(level: number, rings: [number, number][][]): SVGElement[] {
    return rings.flatMap((ring) => {
      const [lat, lon] = ring.reduce((top, p) => (p[0] > top[0] ? p : top), ring[0]!);
      const [x, y] = this.screen({ lat, lon });
      return this.free(x - 10, y - 7, 20, 14) ? [svg("text", { class: "contour contour-text", x, y: y + 4 }, String(level))] : [];
    });
  }

  private circles(): SVGElement[] {
    return this.apart().flatMap((site) => ringsKm.flatMap((km) => {
      const r = km / this.kmPerPx;
      if (r < 28 || r > 1.2 * Math.max(...this.size)) return [];
      const [cx, cy] = this.screen(site);
      const label = this.free(cx - 18, cy + r - 12, 36, 14) ? [svg("text", { class: "ring-text", x: cx, y: cy + r - 3 }, `${km} km`)] : [];
      return [svg("circle", { class: "ring", cx, cy, r }), ...label];
    }));
  }

  /** Sites at least three kilometres from each other: one set of rings serves close neighbours. */
  private apart(): Site[] {
    return this.data.sites.reduce<Site[]>((kept, s) => {
      const [x, y] = this.projection.to(s);
      const far = kept.every((k) => Math.hypot(x - this.projection.to(k)[0], y - this.projection.to(k)[1]) > 3);
      return far ? [...kept, s] : kept;
    }, []);
  }

  /** Takes a box for a label; false when another label is there already. */
  private free(x: number, y: number, w: number, h: number): boolean {
    if (this.taken.some(([a, b, c, d]) => x < a + c && a < x + w && y < b + d && b < y + h)) return false;
    this.taken.push([x, y, w, h]);
    return true;
  }

  /** What the stacks add at the points of the door, the more the darker, where that layer is chosen. */
  private spots(): SVGElement[] {
    const name = { noise: "", no2: "no2_ugm3", pm25: "pm25_ugm3" }[this.shown.layer];
    const field = this.data.door?.fields.find((f) => f.name === name);
    if (!field) return [];
    const most = Math.max(...field.value) || 1;
    return field.value.map((value, i) => {
      const [cx, cy] = this.screen({ lat: this.data.door!.lat[i]!, lon: this.data.door!.lon[i]! });
      return svg("circle", { class: "spot", cx, cy, r: 9, "fill-opacity": (0.75 * Math.sqrt(Math.max(value, 0) / most)).toFixed(2) }, svg("title", {}, `${field.title}: ${significant(value, 2)} ${field.unit}`));
    });
  }

  /** Where the wind of the chosen hour takes the plume of each campus: a wedge of eleven degrees to either side. */
  private plumes(): SVGElement[] {
    return this.data.sites.flatMap((site, k) => {
      const from = this.shown.wind[k];
      if (from === null || from === undefined) return [];
      const [x, y] = this.screen(site);
      const reach = Math.min(4 / this.kmPerPx, 0.45 * Math.min(...this.size));
      const at = (deg: number) => `${(x + reach * Math.sin((deg * Math.PI) / 180)).toFixed(1)} ${(y - reach * Math.cos((deg * Math.PI) / 180)).toFixed(1)}`;
      return [svg("path", { class: "plume", d: `M${x} ${y}L${at(from + 169)}L${at(from + 191)}Z` })];
    });
  }

  /** Places with the chosen layer in the chosen month; the highest claim room for their label first. Nothing is said where no plant stands. */
  private receptors(): SVGElement[] {
    const { layer, month } = this.shown;
    const at = (r: Receptor, m = month) => r.by_month[layer]?.[m] ?? null;
    const say = (value: number) => (layer === "noise" ? `${value.toFixed(0)} dBA` : `${significant(value, 2)} ${layerUnits[layer]}`);
    const order = [...this.data.receptors].sort((a, b) => (at(b) ?? 0) - (at(a) ?? 0));
    return order.map((r) => {
      const [x, y] = this.screen(r);
      const value = at(r);
      const moments = [...new Set([month, ...this.data.times.moments])].sort((a, b) => a - b);
      const lines = moments.map((m) => `${monthName(this.data.times.months[m]!)}: ${at(r, m) === null ? t("not built yet") : say(at(r, m)!)}`);
      const text = value === null ? "" : say(value);
      const label = text && this.free(x + 7, y - 8, 7 * text.length, 16) ? [svg("text", { x: 9, y: 4 }, text)] : [];
      return svg("g", { class: "receptor", transform: `translate(${x} ${y})` }, svg("circle", { r: 5 }), ...label, svg("title", {}, [r.title, t(layerNames[layer]), ...lines].join("\n")));
    }).reverse();
  }

  private sites(): SVGElement[] {
    return this.data.sites.map((s) => {
      const [x, y] = this.screen(s);
      const fits = Math.floor(this.size[0] / 8);
      const title = s.title.length > fits ? `${s.title.slice(0, fits - 1)}…` : s.title;
      const half = 4 * title.length;
      const edge = y < buttonsTall ? buttonsWide : 0;
      const inside = x > 0 && x < this.size[0] ? Math.max(0, half - x + edge) - Math.max(0, x + half - this.size[0]) : 0;
      this.free(x - half + inside, y - 28, 2 * half, 36);
      const doubt = s.half_width_m > 0 ? [svg("circle", { class: "doubt", r: s.half_width_m / 1000 / this.kmPerPx })] : [];
      return svg("g", { class: "site", transform: `translate(${x} ${y})` }, ...doubt, svg("rect", { x: -7, y: -7, width: 14, height: 14 }), svg("text", { x: inside, y: -13 }, title), svg("title", {}, s.title));
    });
  }

  private drawScale(): void {
    const km = [20, 10, 5, 2, 1, 0.5, 0.2, 0.1].find((v) => v / this.kmPerPx < this.size[0] / 3) ?? 0.05;
    const length = km / this.kmPerPx;
    const y = this.size[1] - 14;
    this.scale.replaceChildren(
      svg("path", { d: `M14 ${y - 5}v5h${length}v-5` }), svg("text", { x: 18, y: y - 6 }, km < 1 ? `${km * 1000} m` : `${km} km`),
      svg("path", { class: "north", d: `M${this.size[0] - 22} 34l7 -20l7 20l-7 -5z` }), svg("text", { x: this.size[0] - 15, y: 48, "text-anchor": "middle" }, "N"),
    );
  }

  private controls(): HTMLElement {
    const button = (label: string, text: string, act: () => void) => {
      const element = make("button", { type: "button", "aria-label": label, title: label }, text);
      element.addEventListener("click", act);
      return element;
    };
    return make("div", { class: "map-controls" }, button(t("Zoom in"), "+", () => this.zoom(0.7)), button(t("Zoom out"), "\u2212", () => this.zoom(1.43)),
      button(t("Show all"), "\u2302", () => this.fit()));
  }

  private layers(): HTMLElement {
    const toggle = (name: string, text: string, there: boolean) => {
      const box = make("input", { type: "checkbox", checked: "" });
      box.addEventListener("change", () => this.root.classList.toggle(`no-${name}`, !box.checked));
      return there ? [make("label", { class: `layer-${name}` }, box, text)] : [];
    };
    return make("div", { class: "map-layers", role: "group", "aria-label": t("Layers of the map") },
      ...toggle("receptors", t("Neighbours"), this.data.receptors.length > 0), ...toggle("people", t("People by block group"), this.data.population.length > 0),
      ...toggle("contour", `${t("Contours, dBA")}: ${this.data.contours[0]?.title ?? ""}`, this.data.contours.length > 0), ...toggle("ring", t("Distances"), true),
      ...toggle("ground", t("Lines and towns"), (this.data.basemap?.lines.length ?? 0) > 0));
  }

  private listen(): void {
    const at = (e: PointerEvent | WheelEvent): [number, number] => {
      const box = this.root.getBoundingClientRect();
      return [e.clientX - box.left, e.clientY - box.top];
    };
    this.root.addEventListener("wheel", (e) => {
      if (!e.ctrlKey && document.activeElement !== this.root) return;
      e.preventDefault();
      this.zoom(Math.exp(e.deltaY * 0.0015), ...at(e));
    }, { passive: false });
    this.root.addEventListener("pointerdown", (e) => {
      this.fingers.set(e.pointerId, at(e));
      this.moved = this.fingers.size > 1 ? 99 : 0;
      this.root.setPointerCapture(e.pointerId);
    });
    this.root.addEventListener("pointermove", (e) => this.drag(e.pointerId, at(e)));
    this.root.addEventListener("pointercancel", (e) => this.fingers.delete(e.pointerId));
    this.root.addEventListener("pointerup", (e) => {
      const known = this.fingers.delete(e.pointerId);
      if (known && this.moved < 6 && !this.fingers.size) this.onPick(this.place(...at(e)));
    });
    this.root.addEventListener("keydown", (e) => this.key(e));
  }

  private drag(id: number, now: [number, number]): void {
    const last = this.fingers.get(id);
    if (!last) return;
    const other = [...this.fingers].find(([key]) => key !== id)?.[1];
    const [dx, dy] = [now[0] - last[0], now[1] - last[1]];
    this.moved += Math.abs(dx) + Math.abs(dy);
    this.fingers.set(id, now);
    if (other) {
      const before = Math.hypot(last[0] - other[0], last[1] - other[1]);
      const after = Math.hypot(now[0] - other[0], now[1] - other[1]);
      if (after > 1) this.zoom(before / after, (now[0] + other[0]) / 2, (now[1] + other[1]) / 2);
    } else if (this.moved >= 6) this.pan(dx, dy);
  }

  private key(e: KeyboardEvent): void {
    const steps: Record<string, [number, number]> = { ArrowLeft: [40, 0], ArrowRight: [-40, 0], ArrowUp: [0, 40], ArrowDown: [0, -40] };
    const step = steps[e.key];
    if (step) this.pan(...step);
    else if (e.key === "+" || e.key === "=") this.zoom(0.8);
    else if (e.key === "-") this.zoom(1.25);
    else if (e.key === "Enter") this.onPick(this.place(this.size[0] / 2, this.size[1] / 2));
    else return;
    e.preventDefault();
  }
}
