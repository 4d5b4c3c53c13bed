// Texts of the viewer in the language of the page: English is the key, the page brings the rest.

let known: Record<string, string> | null = null;

/** A text in the page's language, its {fields} filled in. */
export function t(text: string, fields: Record<string, string | number> = {}): string {
  if (!known) known = JSON.parse(document.getElementById("data-words")?.textContent || "{}") as Record<string, string>;
  return Object.entries(fields).reduce((said, [name, value]) => said.replaceAll(`{${name}}`, String(value)), known[text] || text);
}

export const chinese = (): boolean => document.documentElement.lang.startsWith("zh");
