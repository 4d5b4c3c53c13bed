"""Hand-written hostile scenarios: bytes of the file, the files beside it, and words that the refusal must hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

GOOD = """\
title: Good
as_of: 2026-01-06
horizon: {start: 2025-01-01, months: 24}
campuses:
  north:
    site: {lat: 35, lon: -90}
    blocks:
      grid: {kind: grid_tranche, mw: 100, in_service: 2025-03-01}
"""


@dataclass(frozen=True)
class Case:
    """One hostile scenario. ``words`` empty: it may also load; it must only never break anything."""

    name: str
    content: bytes
    words: str = ""
    beside: dict[str, bytes] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)


def own(name: str, text: str, words: str = "", **more: dict) -> Case:
    return Case(name, text.encode(), words, **more)


def on_good(name: str, text: str, words: str = "", **more: dict) -> Case:
    return own(name, GOOD + text, words, **more)


def at_site(name: str, more: str, words: str = "", **beside: dict) -> Case:
    return own(name, GOOD.replace("{lat: 35, lon: -90}", f"{{lat: 35, lon: -90, {more}}}"), words, **beside)


def with_power(name: str, power: str, words: str = "") -> Case:
    return own(name, GOOD.replace("    blocks:", f"    power: {{{power}}}\n    blocks:"), words)


def all_cases() -> Iterator[Case]:
    yield from bombs()
    yield from encodings()
    yield from syntax()
    yield from numbers()
    yield from paths()
    yield from composition()
    yield from names()
    yield from meaning()


def bombs() -> Iterator[Case]:
    laughs = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]\n" for i in range(1, 10))
    yield own("billion_laughs", laughs, "aliases expanded")
    maps = "a0: &a0 {k: v}\n" + "".join(f"a{i}: &a{i} {{{', '.join(f'k{j}: *a{i - 1}' for j in range(9))}}}\n" for i in range(1, 10))
    yield own("billion_laughs_of_mappings", maps, "aliases expanded")
    yield own("chain_of_aliases", "".join(f"a{i}: &a{i} [{'*a' + str(i - 1) if i else 1}]\n" for i in range(60)), "nested deeper")
    yield own("alias_to_itself", "a: &a [*a]", "contains itself")
    yield own("mapping_in_itself", "a: &a {b: *a}", "contains itself")
    yield own("unknown_alias", "a: *nobody", "unknown alias")
    yield own("anchor_on_a_key", "&a a: *a\n", "")
    yield own("alias_as_a_key", "a: &a x\n*a : 1\n", "plain name")
    yield own("deep_flow_list", "a: " + "[" * 3000 + "]" * 3000, "nested deeper")
    yield own("deep_flow_map", "a: " + "{a: " * 1500 + "1" + "}" * 1500, "nested deeper")
    yield own("deep_block", "".join(" " * i + "a:\n" for i in range(60)), "nested deeper")
    yield own("deep_dashes", "a:\n" + "- " * 60 + "x", "nested deeper")
    yield own("open_brackets", "[" * 7000, "nested deeper")
    yield own("question_marks", "? " * 3000, "")
    yield own("many_keys", "".join(f"k{i}: 1\n" for i in range(9_000)), "unknown key")
    yield own("too_many_values", "a: [" + ",\n".join(["1"] * 9_990) + ",1" * 50 + "]", "values")
    yield own("too_many_lines", "\n" * 500_000, "lines")
    yield own("ten_megabytes", "a: " + "x" * 10_000_000, "too large")
    yield own("ten_megabytes_of_comments", "# x\n" * 2_500_000, "too large")
    yield own("one_long_line", "title: " + "x" * 900_000, "a line of")
    yield own("one_long_text", "title: >\n" + "  xxxxxxxx xxxxxxxx\n" * 9_000, "text of")
    yield own("one_long_key", "x" * 5000 + ": 1", "")
    yield own("many_anchors", "".join(f"a{i}: &a{i} 1\n" for i in range(4900)), "")
    yield own("many_empty_documents", "---\n" * 9_000, "")
    yield own("many_directives", "%FOO bar\n" * 9_000 + "--- 1", "")
    yield on_good("wide_list", "description: [" + "1, " * 2000 + "1]", "")


def encodings() -> Iterator[Case]:
    for name in ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-7"):
        yield Case(name, GOOD.replace("Good", "Größe").encode(name), "")
    yield Case("latin_1", "title: Größe\n".encode("latin-1"), "not UTF-8")
    yield Case("cp1252", "title: “quoted”\n".encode("cp1252"), "not UTF-8")
    yield Case("shift_jis", "title: 電力\n".encode("shift_jis"), "not UTF-8")
    yield Case("bom", b"\xef\xbb\xbf" + GOOD.encode(), "")
    yield Case("two_boms", b"\xef\xbb\xbf\xef\xbb\xbf" + GOOD.encode(), "invisible")
    yield Case("null_byte", b"title: a\x00b\n", "control character")
    yield Case("null_bytes", b"\x00" * 1000, "control character")
    yield Case("escape_sequence", b"title: \x1b[2Jgone\n", "control character")
    yield Case("escaped_escape", b'title: "\\e[2Jgone"\n', "control character")
    yield Case("escaped_null", b'title: "a\\0b"\n', "control character")
    yield Case("bell", b"title: a\x07\n", "control character")
    yield Case("delete", b"title: a\x7f\n", "control character")
    yield Case("next_line", "title: a\u0085b\n".encode(), "control character")
    yield Case("line_separator", "title: a\u2028b\n".encode(), "control character")
    yield Case("lone_return", b"title: a\rb: 1\n", "control character")
    yield Case("windows_line_ends", GOOD.replace("\n", "\r\n").encode(), "")
    yield Case("overlong_utf8", b"title: \xc0\xaf\n", "not UTF-8")
    yield Case("surrogate", b"title: \xed\xa0\x80\n", "not UTF-8")
    yield Case("escaped_surrogate", b'title: "\\ud800"\n', "control character")
    yield own("escaped_pair", GOOD.replace("Good", '"\\ud83d\\ude00"'), "")
    yield Case("escaped_beyond_unicode", b'title: "\\U00110000"\n', "YAML")
    yield Case("bidi_override", "title: a\u202etxt\n".encode(), "U+202E")
    yield Case("bidi_isolate", "title: a\u2066txt\n".encode(), "U+2066")
    yield Case("zero_width_space_in_a_key", GOOD.replace("as_of", "as\u200b_of").encode(), "U+200B")
    yield Case("tag_characters", "title: a\U000e0041\n".encode(), "U+E0041")
    yield Case("private_use", "title: a\ue000\n".encode(), "U+E000")
    yield Case("cyrillic_key", GOOD.replace("as_of", "аs_of").encode(), "unknown key")
    yield Case("fullwidth_key", GOOD.replace("title", "ｔｉｔｌｅ").encode(), "unknown key")
    yield Case("fullwidth_digits", GOOD.replace("100", "１００").encode(), "number")
    yield Case("arabic_digits_in_a_day", GOOD.replace("2026-01-06", "٢٠٢٦-٠١-٠٦").encode(), "day")
    yield Case("emoji_title", GOOD.replace("Good", "🏭👩‍🏭").encode(), "")
    yield Case("combining_marks", GOOD.replace("Good", "a" + "\u0301" * 150).encode(), "")
    yield Case("binary", bytes(range(256)) * 20, "")
    yield Case("gzip", b"\x1f\x8b\x08\x00" + b"\x01" * 100, "")
    yield Case("elf", b"\x7fELF\x02\x01\x01" + b"\x00" * 100, "")


def syntax() -> Iterator[Case]:
    yield own("empty", "", "empty")
    yield own("only_a_comment", "# nothing\n", "empty")
    yield own("only_null", "null\n", "mapping")
    yield own("only_a_list", "- 1\n- 2\n", "mapping")
    yield own("only_a_text", "just words\n", "mapping")
    yield own("two_documents", GOOD + "---\n" + GOOD, "second document")
    yield own("document_end", GOOD + "...\n", "")
    yield own("duplicate_key", GOOD + "title: Other\n", "duplicate key")
    yield own("duplicate_key_quoted", GOOD + '"title": Other\n', "duplicate key")
    yield own("merge_key", "a: &a {x: 1}\nb:\n  <<: *a\n", "merge keys")
    yield own("list_as_key", "? [a, b]\n: 1\n", "plain name")
    yield own("mapping_as_key", "? {a: b}\n: 1\n", "plain name")
    yield own("empty_key", '"": 1\n', "key")
    yield own("null_key", "~: 1\n", "unknown key")
    yield own("number_key", "1: 1\n", "unknown key")
    yield own("key_with_newline", '"a\\nb": 1\n', "key")
    yield own("tab_indent", "a:\n\tb: 1\n", "YAML")
    yield own("unclosed_quote", 'title: "open\n', "YAML")
    yield own("unclosed_flow", "campuses: {a: {b: 1}\n", "YAML")
    yield own("bad_indent", "a:\n    b: 1\n  c: 2\n", "YAML")
    yield own("stray_colon", "a: b: c\n", "YAML")
    yield own("at_sign", "title: @home\n", "YAML")
    yield own("backtick", "title: `x`\n", "YAML")
    yield own("percent_yaml_11", "%YAML 1.1\n---\n" + GOOD, "directives")
    yield own("percent_yaml_12", "%YAML 1.2\n---\n" + GOOD, "")
    yield own("percent_yaml_99", "%YAML 99.9\n---\n" + GOOD, "")
    yield own("percent_tag", "%TAG !e! tag:example.com,2000:\n---\n" + GOOD, "directives")
    for tag in (
        "!!python/object/apply:os.system ['echo hi']",
        "!!python/object/new:os.system [ls]",
        "!!python/name:os.system x",
        "!!binary aGk=",
        "!!set {a, b}",
        "!!omap [a: 1]",
        "!!int '3'",
        "!!float '3'",
        "!!str 3",
        "!!timestamp 2026-01-01",
        "!local x",
        "!<tag:yaml.org,2002:python/none> x",
        "!!map {}",
        "!!seq []",
        "!ruby/object:Gem {}",
        "! x",
    ):
        yield own(f"tag_{tag.split()[0]}", f"title: {tag}\n", "tag")
    yield own("tag_on_the_document", "!!python/object:os.environ {}\n", "tag")
    yield own("tag_on_a_key", "!!str title: x\n", "key")


def numbers() -> Iterator[Case]:
    for text in (".nan", ".NaN", ".inf", "-.inf", "+.INF", "1e400", "-1e400", "1e31", "9" * 400, "9" * 5000, "0" * 300 + "1e999999999"):
        yield on_good(f"number_{text[:12]}_{len(text)}", f"company: {{opening_cash_usd: {text}}}\n", "number")
    yield on_good("cash_1,000", "company: {opening_cash_usd: 1,000}\n", "company.000")
    yield on_good("cash_%", "company: {opening_cash_usd: %}\n", "YAML")
    yield on_good("key_with_tab", 'company: {"a\\tb": 1}\n', "control character")
    yield on_good("misspelt_key_without_a_value", "company: {opening_cash_us: }\n", "opening_cash_usd")
    for text in (
        "nan",
        "inf",
        "infinity",
        "'1e400'",
        "'nan'",
        "1e400 USD",
        "1 EUR",
        "5 MW",
        "1.2.3",
        "0x10",
        "0o17",
        "1:30",
        "--5",
        "5 USD USD",
        "USD",
        "''",
        "' '",
        "1_000_000 USDD",
        "½",
        "1e5e5",
        "true",
        "[1]",
        "{a: 1}",
        "2026-01-01",
        "1 usdc",
        "1 W",
        "5 %",
    ):
        yield on_good(f"cash_{text}", f"company: {{opening_cash_usd: {text}}}\n", "company.opening_cash_usd")
    for text in ("-1", "1.0000001", "101 %", "2", "1e-400"):
        yield with_power(f"share_{text}", f"conversion_loss_frac: {text}", "" if text == "1e-400" else "conversion_loss_frac")
    for text in ("0", "241", "-5", "1e9", "2.5", "'72'", "72.0", "1 year", "21 year", "1 day", "12 MW", "999999999999999999999"):
        well = ("'72'", "72.0", "1 year")
        yield own(f"months_{text}", GOOD.replace("months: 24", f"months: {text}"), "" if text in well else "horizon.months")
    for key, text in (
        ("worlds", "0"),
        ("worlds", "5000"),
        ("draws", "1e9"),
        ("draws", "2000000"),
        ("seed", "-1"),
        ("seed", "1e29"),
        ("seed", "9223372036854775808"),
        ("worlds", "1.5"),
    ):
        yield on_good(f"run_{key}_{text}", f"run: {{{key}: {text}}}\n", f"run.{key}")


def paths() -> Iterator[Case]:
    for name in (
        "../secret.yaml",
        "/etc/passwd",
        "/etc/passwd.yaml",
        "sub/../../secret.yaml",
        "..\\\\secret.yaml",
        "C:/x.yaml",
        "file:///etc/passwd",
        "https://example.com/a.yaml",
        "~/x.yaml",
        "$HOME/x.yaml",
        "%2e%2e/x.yaml",
        "missing.yaml",
        "s.txt",
        ".",
        "..",
        "",
        "sub",
        "x" * 300 + ".yaml",
        "a/" * 200 + "a.yaml",
        "nul\\0.yaml",
        "lib:scenarios/../x",
        "lib:generators/titan_130",
        "lib:scenarios/nothing",
        "lib:/etc/passwd",
        "lib:",
        "//host/share/x.yaml",
        "-",
        "con.yaml",
        "/dev/zero",
        "/dev/stdin",
        "/proc/self/environ",
        "/dev/random.yaml",
    ):
        yield own(f"base_{name[:24]}_{len(name)}", f'base: "{name}"\n' + GOOD, "s.yaml")
        yield on_good(f"patch_{name[:24]}_{len(name)}", f'patches: ["{name}"]\n', "s.yaml")
    for name in (
        "../load.csv",
        "/etc/passwd.csv",
        "/dev/zero.csv",
        "missing.csv",
        "sub/../../x.csv",
        "link.csv",
        "lib:x.csv",
        "a.CSV",
        "folder.csv",
        "loop.csv",
    ):
        yield at_site(
            f"table_{name}",
            f'weather: "{name}"',
            "site.weather",
            links={"link.csv": "/etc/hostname", "loop.csv": "loop.csv"},
            beside={"folder.csv/x": b"1"},
        )
    yield own("base_is_a_link_out", "base: link.yaml\n", "leads out", links={"link.yaml": "/etc/hostname"})
    yield own("base_through_a_linked_folder", "base: out/hostname.yaml\n", "leads out", links={"out": "/etc"})
    yield own("base_is_a_loop_of_links", "base: loop.yaml\n", "s.yaml", links={"loop.yaml": "loop.yaml"})
    yield own("base_is_a_folder", "base: dir.yaml\n", "regular file", beside={"dir.yaml/x": b""})
    yield own("base_2026", "base: 2026-01-01\n", "not a YAML file")
    for value in ("[a.yaml]", "{a: 1}", "3", "true"):
        yield own(f"base_{value}", f"base: {value}\n" + GOOD, "file name")
    yield on_good("library_path_escape", "company: {}\ncompute: {serving_model: 'lib:models/../../../etc/passwd'}\n", "serving_model")
    yield on_good("library_unknown", "compute: {serving_model: 'lib:models/moe_larg_generic'}\n", "moe_large_generic")
    yield at_site("library_weather_unknown", "weather: 'lib:weather/memphis'", "memphis_tn")


def composition() -> Iterator[Case]:
    yield own("base_of_itself", "base: s.yaml\n" + GOOD, "comes back")
    yield own("two_bases_in_a_ring", "base: b.yaml\n", "comes back", beside={"b.yaml": b"base: s.yaml\n"})
    ring = {f"b{i}.yaml": f"base: b{(i + 1) % 3}.yaml\n".encode() for i in range(3)}
    yield own("three_bases_in_a_ring", "base: b0.yaml\n", "comes back", beside=ring)
    tower = {f"b{i}.yaml": f"base: b{i + 1}.yaml\n".encode() for i in range(30)} | {"b30.yaml": GOOD.encode()}
    yield own("tower_of_bases", "base: b0.yaml\n", "bases on top", beside=tower)
    heavy = {f"p{i}.yaml": b"description: x\nx: [" + b"1,\n" * 2000 + b"1]\n" for i in range(20)}
    yield on_good("many_heavy_patches", f"patches: [{', '.join(heavy)}]\n", "values", beside=heavy)
    yield on_good(
        "one_patch_thousands_of_times",
        "patches: [" + ",\n".join(["p.yaml"] * 4000) + "]\n",
        "files",
        beside={"p.yaml": b"title: x\n" * 1 + b"# y\n" * 200},
    )
    yield on_good("patch_with_a_base", "patches: [{base: lib:scenarios/plain}]\n", "own base")
    yield on_good("patch_with_patches", "patches: [{patches: []}]\n", "own patches")
    for value in ("3", "words", "[1, 2]", "[[a]]", "[null]", "true"):
        yield on_good(f"patches_{value}", f"patches: {value}\n", "s.yaml")
    yield on_good("patch_is_a_list", "patches: [p.yaml]\n", "mapping", beside={"p.yaml": b"- 1\n"})
    yield on_good("patch_is_broken", "patches: [p.yaml]\n", "p.yaml:3", beside={"p.yaml": b"a: 1\nb: [\n"})
    yield on_good("everything_deleted", "patches: [{campuses: null, title: null, as_of: null, horizon: null}]\n", "required")
    yield on_good("two_levels_of_null", "patches: [{campuses: {north: {site: {lat: null}}}}]\n", "required")


def names() -> Iterator[Case]:
    for key in ("North", "no rth", "nord-ost", "../x", "x" * 65, "_x", "x.y", "x/y", "é", "__class__", "-", "0", "constructor"):
        words = "" if key in ("0", "constructor") else "campuses"
        yield own(f"campus_{key[:16]}_{len(key)}", GOOD.replace("  north:", f'  "{key}":'), words)
    for key in ("__class__", "__init__", "model_config", "model_fields", "model_dump", "__dict__", "copy", "json", "self", "cls"):
        yield on_good(f"key_{key}", f"{key}: 1\n", "unknown key")
        yield on_good(f"inner_key_{key}", f"company: {{{key}: 1}}\n", "unknown key")
    yield on_good("near_miss", "compnay: {}\n", "company")
    yield on_good("title_of_a_thousand_letters", f"description: {'x' * 5000}\n", "description")


def meaning() -> Iterator[Case]:
    for day in (
        "2026-13-01",
        "2026-02-30",
        "0000-01-01",
        "1989-12-31",
        "2101-01-01",
        "9999-12-31",
        "20260106",
        "0",
        "1767657600",
        "1.5",
        "2026",
        "2026-01",
        "2026-01-06T00:00:00",
        "2026-01-06 00:00:00Z",
        "06.01.2026",
        "01/06/2026",
        "Jan 6 2026",
        "today",
        "true",
        "[2026, 1, 6]",
        "-2026-01-06",
        "2026-1-6",
        "99999999999-01-01",
    ):
        yield own(f"day_{day}", GOOD.replace("2026-01-06", day), "as_of")
        yield own(f"start_{day}", GOOD.replace("start: 2025-01-01", f"start: {day}"), "horizon.start")
    later = "campuses: {north: {blocks: {hall: {kind: hall, it_mw: 5, known_from: 2026-02-01}}}}\n"
    yield own("fact_of_tomorrow", "patches: [p.yaml]\n" + GOOD, "block hall of campus north", beside={"p.yaml": later.encode()})
    yield own("block_without_kind", GOOD.replace("kind: grid_tranche, ", ""), "kind")
    yield own("block_of_unknown_kind", GOOD.replace("grid_tranche", "gird_tranche"), "grid_tranche")
    yield own("block_of_list_kind", GOOD.replace("kind: grid_tranche", "kind: [hall]"), "kind")
    yield own("block_that_is_a_list", GOOD.replace("{kind: grid_tranche, mw: 100, in_service: 2025-03-01}", "[1]"), "blocks.grid")
    yield own("block_with_a_foreign_field", GOOD.replace("mw: 100", "mw: 100, it_mw: 5"), "unknown key")
    for text in (
        "company.cash: {kind: uniform, low: 0, high: 1}",
        "company.opening_cash_usd: {kind: uniform, low: 2, high: 1}",
        "company.opening_cash_usd: {kind: gaussian}",
        "company.opening_cash_usd: 5",
        "company.opening_cash_usd: {}",
        "...: {kind: uniform, low: 0, high: 1}",
        "campuses.north.blocks.grid.in_service: {kind: uniform, low: 0, high: 1}",
        "campuses.*.power.reserve_units: {kind: uniform, low: 0, high: 1}",
        "as_of: {kind: uniform, low: 0, high: 1}",
        "run.seed: {kind: uniform, low: 0, high: 1}",
        "__class__.x: {kind: uniform, low: 0, high: 1}",
        "company.opening_cash_usd: {kind: choice, values: []}",
        "company.opening_cash_usd: {kind: choice, values: [1], weights: [-1]}",
        "company.opening_cash_usd: {kind: lognormal, p10: -1, p90: 2}",
        "company.opening_cash_usd: {kind: empirical, quantiles: [[0, 1]]}",
        "company.opening_cash_usd: {kind: normal, p10: 1 MW, p90: 2 MW}",
        "campuses.north.power.conversion_loss_frac: {kind: normal, p10: 0.01, p90: 0.2}",
    ):
        yield on_good(f"uncertain_{text}", f"uncertainty: {{{text}}}\n", "uncertainty")
    yield on_good("correlated_with_nothing", "correlations: [{a: x, b: y, rank: 0.5}]\n", "not in the uncertainty")
    yield on_good("rank_beyond_one", "correlations: [{a: x, b: y, rank: 1.5}]\n", "rank")
    yield on_good("baseline_of_anything", "baseline: {a: [1, {b: null}], c: 1e29}\n", "")
    yield on_good("goal_that_is_a_word", "goals: {x: high}\n", "goals.x")
