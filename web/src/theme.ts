// Colours of the figures. Specs carry fixed colours; on the page each becomes a variable of the style sheet, which knows
// light, dark and print; a saved drawing gets the fixed colours back.

const names: Record<string, string> = {
  "#0b62a4": "--blue", "#c25e00": "--orange", "#008f7a": "--teal", "#7d2a6b": "--purple", "#b3261e": "--red", "#8f7200": "--gold",
  "#66727e": "--grey", "#46525e": "--soft", "#dfe4e8": "--faint",
};

export function onPage<T>(value: T): T {
  if (typeof value === "string") return (names[value] ? `var(${names[value]})` : value) as T;
  if (Array.isArray(value)) return value.map(onPage) as T;
  if (value && typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, key === "values" ? inner : onPage(inner)])) as T;
  }
  return value;
}

export function saved(svg: string): string {
  return Object.entries(names).reduce((text, [colour, name]) => text.replaceAll(`var(${name})`, colour), svg);
}

export function config(width: number): object {
  const text = "#46525e";
  const faint = "#dfe4e8";
  const font = getComputedStyle(document.body).fontFamily;
  return {
    background: null,
    font,
    view: { stroke: null },
    axis: {
      labelColor: text, titleColor: text, labelFontSize: 12, titleFontSize: 12, titleFontWeight: 500,
      gridColor: faint, domainColor: text, tickColor: faint, labelPadding: 6,
    },
    axisX: { grid: false, tickSize: 5 },
    axisY: {
      domain: false, ticks: false, titleAngle: 0, titleAlign: "left", titleAnchor: "end", titleX: -44, titleY: -12, tickCount: 5,
      minExtent: 40, labelLimit: Math.max(120, Math.min(260, width * 0.42)),
    },
    text: { fontSize: 11, font },
    point: { stroke: null },
  };
}
