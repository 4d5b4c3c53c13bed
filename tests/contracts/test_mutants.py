"""The sampler of mutants: the same seed draws the same, each changes one thing, and its nearest tests lead to it."""

import ast
import sys
import types
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "scripts"))

import mutant_judge
import mutant_sample as mutants
from mutants import equivalents


def test_the_same_seed_draws_the_same_mutants_and_another_draws_others():
    first, again, other = (mutants.sampled(seed, 40, ("foundation/psychrometrics.py", "compute/flops.py")) for seed in (3, 3, 4))
    assert first == again and first != other and len(set(first)) == 40


def test_each_mutant_is_one_change_that_still_parses():
    for mutant in mutants.mutants_of(mutants.PACKAGE / "compute" / "flops.py"):
        now = ast.dump(mutants.changed_tree(mutant))
        was = ast.dump(ast.parse((mutants.PACKAGE / mutant.file).read_text(encoding="utf-8")))
        assert now != was, mutant.name


def test_nearest_tests_are_those_that_import_the_module():
    assert mutants.nearest_tests("company/finance/rates_of_return.py")[0].name == "test_rates_of_return.py"
    tests = Path(__file__).parents[1]
    assert not [t for t in mutants.nearest_tests("compute/roofline.py") if set(t.relative_to(tests).parts) & mutants.HASHED]


def test_slices_of_a_seed_follow_each_other_without_overlap():
    targets = ("compute/flops.py",)
    assert mutants.sampled(3, 4, targets) + mutants.sampled(3, 6, targets, skip=4) == mutants.sampled(3, 10, targets)


def test_another_file_moves_no_mutant_of_the_order():
    alone, both = (mutants.sampled(3, 10**6, targets) for targets in (("compute/flops.py",), ("compute/flops.py", "compute/failures.py")))
    assert [m for m in both if m.file == "compute/flops.py"] == alone


def test_texts_words_of_errors_annotations_and_indices_are_left_alone():
    text = '''
class Part:
    height_m: float = 15.0


def level(x, y: Annotated[int, 3] = 4, *, z: Annotated[int, 5] = 6):
    """Adds 7."""
    if x < 8:
        raise ValueError(f"below {9 + x}" + str(10))
    room = np.empty((15 + 1, 16))
    return [11] + [x[12]] + f"{x * 13}" + (x + 14)
'''
    found = [n for n in mutants.arithmetic(ast.parse(text)) if mutants.changed(n) is not None]
    assert sorted(ast.unparse(n) for n in found if isinstance(n, ast.Constant)) == ["11", "14", "8"]
    assert sorted(ast.unparse(n) for n in found if not isinstance(n, ast.Constant)) == [
        "[11] + [x[12]] + f'{x * 13}' + (x + 14)",
        "x + 14",
        "x < 8",
    ]


def test_a_module_that_only_a_table_names_has_the_tests_of_its_area():
    assert [t.name for t in mutants.nearest_tests("cooling/air_chiller.py")] == ["test_plant.py"]


def test_work_that_reaches_the_limit_of_processor_time_is_told_apart_from_work_that_ends(tmp_path):
    (tmp_path / "parsed").mkdir()

    def endless():
        yield "begun"
        while True:
            pass

    rows, ended = mutant_judge.in_child(endless, 0.0, tmp_path / "parsed")
    assert rows == ["begun"] and ended < 0
    assert mutant_judge.in_child(lambda: iter(["done"]), 5.0, tmp_path / "parsed") == (["done"], 0)


def loaded(tmp_path, monkeypatch, text):
    """A module of the package made of a text, and another that took its names; and every mutant of it."""
    file = tmp_path / "made_up.py"
    file.write_text(text)
    monkeypatch.setattr(mutants, "PACKAGE", tmp_path)
    module, taker = types.ModuleType("gigacampus.made_up"), types.ModuleType("taker")
    module.__file__ = str(file)
    exec(compile(text, str(file), "exec"), vars(module))
    vars(taker).update({name: value for name, value in vars(module).items() if not name.startswith("__")})
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setitem(sys.modules, taker.__name__, taker)
    return taker, {(m.before, m.after): m for m in mutants.mutants_of(file)}


def test_a_mutant_reaches_whoever_holds_the_function_or_the_constant(tmp_path, monkeypatch):
    text = "RATE = 2.0\nHALF = RATE / 4.0\n\n\ndef grown(x):\n    return [x * 3.0 for _ in range(1)]\n"
    taker, drawn = loaded(tmp_path, monkeypatch, text)
    held = taker.grown
    assert mutant_judge.put_in(drawn["x * 3.0", "x / 3.0"]) and held(6.0) == [2.0]
    taker, drawn = loaded(tmp_path, monkeypatch, text)
    assert mutant_judge.put_in(drawn["2.0", "2.2"]) and (taker.RATE, taker.HALF) == (2.2, 0.55)


def test_every_equivalent_mutant_has_its_reason_and_names_one_mutant_of_today():
    for key, reason in equivalents().items():
        assert len(reason) > 10
        assert [m.key for m in mutants.mutants_of(mutants.PACKAGE / key[0])].count(key) == 1, key
