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


def test_every_equivalent_mutant_has_its_reason():
    assert all(len(reason) > 10 for reason in mutants.equivalents().values())
