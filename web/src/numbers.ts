// Numbers as a reader says them, and what stands between two of them.
import { chinese, t } from "./words";

export const dateUnit = "month of the horizon";
const minus = "\u2212";

export function significant(value: number, digits = 3): string {
  const size = Math.abs(value);
  if (size >= 1e6 || (size > 0 && size < 1e-3)) {
    const [mantissa, power] = size.toExponential(digits - 1).split("e");
    return `${value < 0 ? minus : ""}${Number(mantissa)}\u00d710${[...String(Number(power))].map((c) => "\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079"[Number(c)] ?? "\u207b").join("")}`;
  }
  return size.toLocaleString("en", { maximumSignificantDigits: size >= 1000 ? 4 : digits }).replace(/^/, value < 0 ? minus : "");
}

const scales: [number, string][] = [[1e12, "trillion"], [1e9, "billion"], [1e6, "million"]];
const myriads: [number, string][] = [[1e12, " \u4e07\u4ebf"], [1e8, " \u4ebf"], [1e4, " \u4e07"]];

function money(value: number): string {
  const size = Math.abs(value);
  const sign = value < 0 ? minus : "";
  if (chinese()) {
    const [by, word] = myriads.find(([s]) => size >= s) ?? [1, " "];
    return `${sign}${significant(size / by)}${word}\u7f8e\u5143`;
  }
  const [by, word] = scales.find(([s]) => size >= s) ?? [1, ""];
  return `${sign}$${significant(size / by)}${word ? ` ${word}` : ""}`;
}

export const spelt: Record<string, string> = { "1": "", "m3": "m\u00b3", "ug/m3": "\u00b5g/m\u00b3", MGD: "million gallons a day" };

export function monthName(label: string): string {
  const [year, month] = label.split("-").map(Number);
  if (chinese()) return `${year}\u5e74${month}\u6708`;
  return `${["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"][month! - 1]} ${year}`;
}

/** A value in the unit of the registry; a month of the horizon as its calendar month. */
export function shown(value: number, unit: string, months: string[]): string {
  if (unit === dateUnit) {
    const at = Math.max(0, Math.floor(value + 1e-6));
    return at >= months.length ? t("after {month}", { month: monthName(months.at(-1)!) }) : monthName(months[at]!);
  }
  if (unit === "USD") return money(value);
  if (unit === "MW" && Math.abs(value) >= 1000) return `${significant(value / 1000)} GW`;
  return `${significant(value)} ${t(spelt[unit] ?? unit)}`.trim();
}

/** A difference with its sign, in the unit of the registry; months of the horizon are later or earlier. */
export function difference(by: number, unit: string): string {
  if (unit === dateUnit) {
    const size = significant(Math.abs(by), 2);
    return by >= 0 ? t("{count} months later", { count: size }) : t("{count} months earlier", { count: size });
  }
  return `${by >= 0 ? "+" : ""}${shown(by, unit === "dBA" ? "dB" : unit, [])}`;
}

/** A half width, without a sign. */
export function width(by: number, unit: string): string {
  if (unit === dateUnit) return t("{count} months", { count: significant(by, 2) });
  const size = Number(by.toPrecision(2));
  return shown(size, unit === "dBA" ? "dB" : unit, []);
}
