// Amounts of inputs as people write them: numbers with their unit in the plural, and fields that take 4bn for 4,000,000,000.
import { spelt } from "./numbers";
import { chinese, t } from "./words";

export const digits = 4;
const plurals: Record<string, string> = { day: "days", month: "months", year: "years", person: "people", device: "devices", byte: "bytes", token: "tokens", job: "jobs", truck: "trucks", "person-year": "person-years" };
const sizes: [string, number][] = [["tn", 12], ["bn", 9], ["M", 6]];

export function told(value: number): string {
  const large = Math.abs(value) >= 1e6;
  return value.toLocaleString("en", large ? { notation: "compact", compactDisplay: "long", maximumSignificantDigits: digits } : { maximumSignificantDigits: digits });
}

/** A unit as it stands beside a number: what is counted in the plural unless there is just one. */
export function spelled(unit: string, value = 0): string {
  const [counted, ...per] = (spelt[unit] ?? unit).split("/");
  if (counted === "1") return t(`per ${per.join("/")}`);
  const many = value !== 1 || chinese() ? plurals[counted!] ?? counted! : counted!;
  return [t(many), ...per].join("/");
}

export const amount = (value: number, unit: string): string => `${told(value)} ${spelled(unit, value)}`.trim();

/** A number as a narrow field shows it, exactly. */
export function shortened(value: number): string {
  const size = sizes.find(([, power]) => Math.abs(value) >= 10 ** power);
  return size ? `${Number((value / 10 ** size[1]).toPrecision(15))}${size[0]}` : String(value);
}

/** The number that somebody typed, with or without commas or a size; null where it is none. */
export function unshortened(text: string): number | null {
  const found = /^([-+]?[\d.]+(?:e[-+]?\d+)?)\s*(tn|trillion|bn|b|billion|m|million|k|thousand)?$/i.exec(text.trim().replaceAll(",", "").replace("\u2212", "-"));
  const powers: Record<string, number> = { t: 12, b: 9, m: 6, k: 3 };
  const size = (found?.[2] ?? "").toLowerCase();
  const power = size === "thousand" ? 3 : powers[size.slice(0, 1)] ?? 0;
  const value = found ? Number((Number(found[1]) * 10 ** power).toPrecision(15)) : Number.NaN;
  return Number.isFinite(value) ? value : null;
}
