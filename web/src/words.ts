// Texts of the viewer in the language of the page: English is the key, the page brings the rest.

let known: Record<string, string> | null = null;

/** A text in the page's language, its {fields} filled in. */
export function t(text: string, fields: Record<string, string | number> = {}): string {
  if (!known) known = JSON.parse(document.getElementById("data-words")?.textContent || "{}") as Record<string, string>;
  return Object.entries(fields).reduce((said, [name, value]) => said.replaceAll(`{${name}}`, String(value)), known[text] || text);
}

/** The title of a headline figure, which the catalogue holds under a key of its own; as it came where it holds none. */
export function titled(id: string, title: string): string {
  const key = `headline:${id}`;
  const found = t(key);
  return found === key ? title : found;
}

export const chinese = (): boolean => document.documentElement.lang.startsWith("zh");
