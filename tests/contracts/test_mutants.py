"""The sampler of mutants: the same seed draws the same, each changes one thing, and its nearest tests lead to it."""

import ast
import importlib.util
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def load():
    spec = importlib.util.spec_from_file_location("mutants", ROOT / "scripts" / "mutants.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["mutants"] = module
    spec.loader.exec_module(module)
    return module


mutants = load()


def test_the_same_seed_draws_the_same_mutants_and_another_draws_others():
    first, again, other = (mutants.sampled(seed, 40, ("foundation/psychrometrics.py", "compute/flops.py")) for seed in (3, 3, 4))
    assert first == again and first != other and len(set(first)) == 40


def test_each_mutant_is_one_change_that_still_parses():
    for mutant in mutants.mutants_of(mutants.PACKAGE / "compute" / "flops.py"):
        now = ast.dump(ast.parse(mutants.source_of(mutant)))
        was = ast.dump(ast.parse((mutants.PACKAGE / mutant.file).read_text(encoding="utf-8")))
        assert now != was, mutant.name


def test_nearest_tests_are_those_that_import_the_module():
    assert mutants.nearest_tests("company/finance/rates_of_return.py")[0].name == "test_rates_of_return.py"
    assert not [t for t in mutants.nearest_tests("compute/roofline.py") if set(t.parts) & mutants.HASHED]


def test_slices_of_a_seed_follow_each_other_without_overlap():
    targets = ("compute/flops.py",)
    assert mutants.sampled(3, 4, targets) + mutants.sampled(3, 6, targets, skip=4) == mutants.sampled(3, 10, targets)


def test_texts_words_of_errors_annotations_and_indices_are_left_alone():
    text = '''
def level(x, y: Annotated[int, 3] = 4, *, z: Annotated[int, 5] = 6):
    """Adds 7."""
    if x < 8:
        raise ValueError(f"below {9 + x}" + str(10))
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


def test_tests_that_reach_the_limit_of_processor_time_are_told_apart_from_those_that_fail():
    endless, failing, passing = "while True: pass", "raise SystemExit(1)", "pass"
    codes = [mutants._code([sys.executable, "-c", text], {}, 1.0) for text in (endless, failing, passing)]
    assert codes == [None, 1, 0]


def test_every_equivalent_mutant_has_its_reason_and_names_one_mutant_of_today():
    for key, reason in mutants.equivalents().items():
        assert len(reason) > 10
        assert [m.key for m in mutants.mutants_of(mutants.PACKAGE / key[0])].count(key) == 1, key
