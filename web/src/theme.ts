// Colours of a figure on a light or dark page. Specs carry the light ones; on a dark page each is swapped for its twin.

const darkTwin: Record<string, string> = {
  "#0b62a4": "#5aa9e6",
  "#c25e00": "#ff9f45",
  "#008f7a": "#3fcdb4",
  "#9b4dca": "#c792ea",
  "#b3261e": "#ff7b72",
  "#8f7200": "#e3c04a",
  "#66727e": "#9aa7b4",
};

export const prefersDark = matchMedia("(prefers-color-scheme: dark)");

export function recolour<T>(value: T): T {
  if (typeof value === "string") return (darkTwin[value] ?? value) as T;
  if (Array.isArray(value)) return value.map(recolour) as T;
  if (value && typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, key === "values" ? inner : recolour(inner)])) as T;
  }
  return value;
}

export function config(dark: boolean): object {
  const text = dark ? "#c3ccd5" : "#46525e";
  const faint = dark ? "#2b343d" : "#e4e8ec";
  const font = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Liberation Sans', sans-serif";
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
      minExtent: 40,
    },
    text: { fontSize: 11, font },
    point: { stroke: null },
  };
}
