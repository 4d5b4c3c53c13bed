// Bundles the viewer into one script and one style sheet, with the licence texts of everything bundled.
import { build } from "esbuild";
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, "..", "src", "gigacampus", "report", "viewer");
const byteLimit = 1_600_000;

function packageFolder(input) {
  const match = input.match(/^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//);
  return match ? join(here, match[1]) : null;
}

function notices(metafile) {
  const folders = [...new Set(Object.keys(metafile.inputs).map(packageFolder))].filter(Boolean).sort();
  const holders = new Map();
  for (const folder of folders) {
    const { name, version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const file = readdirSync(folder).find((f) => /^licen[cs]e/i.test(f));
    if (!file) throw new Error(`${name} has no licence file; it cannot be bundled`);
    const text = readFileSync(join(folder, file), "utf8").replaceAll("*/", "* /").trim();
    holders.set(text, [...(holders.get(text) ?? []), `${name} ${version}`]);
  }
  return [...holders].map(([text, names]) => `${names.join(", ")}\n\n${text}`).join("\n\n---\n\n");
}

const options = {
  absWorkingDir: here,
  bundle: true,
  minify: true,
  charset: "ascii",
  target: "es2020",
  format: "iife",
  metafile: true,
  write: false,
  legalComments: "none",
};
const script = await build({ ...options, entryPoints: ["src/main.ts"], define: { "process.env.NODE_ENV": '"production"' } });
const style = await build({ ...options, entryPoints: ["src/style.css"] });
const banner = `/*! Software bundled here and its licences\n\n${notices(script.metafile)}\n*/`.replaceAll("\r", "");
const js = `${banner}\n${script.outputFiles[0].text}`;
const css = style.outputFiles[0].text;
if (/<\/script|<!--/i.test(js)) throw new Error("the bundle holds a script or comment tag and cannot be inlined");
if (js.length + css.length > byteLimit) throw new Error(`the viewer is ${js.length + css.length} bytes; the limit is ${byteLimit}`);

if (!existsSync(out)) mkdirSync(out, { recursive: true });
rmSync(join(out, "built_from.txt"), { force: true });
for (const [name, text] of [["viewer.css", css], ["viewer.js", js]]) {
  writeFileSync(join(out, `${name}.part`), text);
  renameSync(join(out, `${name}.part`), join(out, name));
}
console.log(`viewer: ${js.length} bytes of script, ${css.length} bytes of style`);
