"""Claims: every class of verdict is reached and can be lost, pairs are found, and any reader's file is read or refused."""

import csv

import numpy as np
import pytest

from gigacampus.answers.claims import judge, register, verdict
from gigacampus.answers.claims.register import Claim, ClaimsError, Judge, Register
from tests.answers.synthetic import DRAWS, MONTHS, synthetic

HEADER = "id,claim,value,unit,claimant,role,variable,months,over_months,factor,relation,within_frac"


def judged(*claims, result=None, **more):
    return judge.judged(result or synthetic(), Register("test", list(claims), **more))


def revenue(value, relation="about", **more):
    return Claim(
        "A", "a claim", value=str(value), unit="USD", judge=Judge(use="variable", variable="revenue_usd", relation=relation, **more)
    )


@pytest.mark.parametrize(
    ("claim", "word", "tail"),
    [
        (revenue(100), verdict.REPRODUCED, 1.0),
        (revenue(160), verdict.CONSISTENT, 0.49),
        (revenue(400), verdict.UNLIKELY, 0.0),
        (revenue(90, "at_least"), verdict.REPRODUCED, 0.555),
        (revenue(170, "at_least"), verdict.CONSISTENT, 0.155),
        (revenue(195, "at_least"), verdict.UNLIKELY, 0.03),
        (revenue(5, "at_most"), verdict.UNLIKELY, 0.025),
    ],
)
def test_a_number_gets_the_word_that_its_place_in_the_band_deserves(claim, word, tail):
    row = judged(claim)["claims"][0]
    assert (row["verdict"], row["tail"], row["resolution"]) == (word, pytest.approx(tail), 1 / DRAWS)


def test_a_tail_is_no_finer_than_the_futures():
    assert "below 1 in 200" in judged(revenue(400, "at_least"))["claims"][0]["text"]


def test_dates_count_never_as_later():
    never = np.where(np.arange(DRAWS) < 50, 5.0, np.nan)
    claim = Claim("A", "by June", judge=Judge(use="variable", variable="escape_month", relation="by", claimed="2026-06"))
    row = judged(claim, result=synthetic(escape_month=never))["claims"][0]
    assert row["tail"] == 0.25 and row["verdict"] == verdict.CONSISTENT


def test_inputs_are_given_or_differ_and_missing_ones_are_named():
    def of(path, claimed):
        return Claim("A", "x", role="input", judge=Judge(use="input", path=path, claimed=claimed, unit="USD"))

    words = [
        judged(of(*pair))["claims"][0]
        for pair in (("company.cash", 3.0), ("company.cash", 4.0), ("company.word", "ye"), ("company.none", 1.0))
    ]
    assert [w["verdict"] for w in words] == [verdict.GIVEN, verdict.DIFFERS, verdict.GIVEN, verdict.UNCHECKED]
    assert "company.none" in words[3]["why"]


def test_what_the_run_does_not_hold_is_a_named_reason():
    claims = [
        Claim("A", "x", value="1", judge=Judge(use="variable", variable="noise_night_dba")),
        Claim("B", "x", value="1", judge=Judge(use="variable", variable="revenue_usd", months="2031-01")),
        Claim("C", "x", judge=Judge(use="variable", variable="revenue_usd")),
        Claim("D", "x", role="context"),
    ]
    rows = judged(*claims)["claims"]
    assert [r["verdict"] for r in rows] == [verdict.UNCHECKED] * 3 + [verdict.CONTEXT]
    assert "noise_night_dba" in rows[0]["why"] and "does not cover" in rows[1]["why"] and "no single number" in rows[2]["why"]


def test_two_claims_that_never_meet_are_impossible_together():
    falling = np.repeat(np.arange(DRAWS, 0.0, -1.0)[:, None], len(MONTHS), axis=1)
    high = [
        Claim("A", "x", value="120", judge=Judge(use="variable", variable="revenue_usd", relation="at_least")),
        Claim("B", "x", value="120", judge=Judge(use="variable", variable="opex_usd", relation="at_least")),
    ]
    apart = judged(*high, result=synthetic(opex_usd=falling))
    assert [r["verdict"] for r in apart["claims"]] == [verdict.IMPOSSIBLE] * 2
    assert apart["claims"][0]["impossible_with"] == ["B"] and apart["pairs"][0]["joint"] == 0
    together = judged(*high, result=synthetic(opex_usd=falling[::-1]))
    assert [r["verdict"] for r in together["claims"]] == [verdict.CONSISTENT] * 2 and not together["pairs"]


def test_rare_claims_that_miss_each_other_by_chance_are_not_called_impossible():
    falling = np.repeat(np.arange(DRAWS, 0.0, -1.0)[:, None], len(MONTHS), axis=1)
    rare = [
        Claim(k, "x", value="190", judge=Judge(use="variable", variable=v, relation="at_least"))
        for k, v in (("A", "revenue_usd"), ("B", "opex_usd"))
    ]
    assert not judged(*rare, result=synthetic(opex_usd=falling))["pairs"]


def test_calibrated_claims_and_free_constants_are_counted_apart():
    found = judged(
        revenue(100),
        Claim("B", "x", value="100", role="calibrate", judge=Judge(use="variable", variable="revenue_usd")),
        calibrated=[{"paths": "company.b", "claims": ["A"], "how": "set"}],
    )
    assert found["counts"] == {"calibrated": {verdict.REPRODUCED: 2}} and found["free_constant_count"] == 1


def write(tmp_path, *lines, header=HEADER):
    path = tmp_path / "mine.csv"
    path.write_text("\n".join([header, *lines]), encoding="utf-8")
    return path


def test_a_reader_can_bring_claims_of_their_own(tmp_path):
    path = write(
        tmp_path,
        "M1,revenue of the year,1206,USD,me,output,revenue_usd,2026-01..2026-12,sum,1,about,0.02",
        "M2,no number,,,me,output,,,,,,",
    )
    rows = judge.judged(synthetic(), register.read(path))["claims"]
    assert rows[0]["verdict"] == verdict.REPRODUCED and rows[0]["value"] == pytest.approx(1206)
    assert rows[1]["verdict"] == verdict.UNCHECKED and "names no variable" in rows[1]["why"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "missing"),
        (b"\xff\xfe\x00", "UTF-8"),
        (b"id,clam\n", "nearest valid name: claim"),
        (b"id,claim\nA\n", "1 cells under 2"),
        (b'id,claim\nA,"open\n', "not a CSV"),
        (b"id,claim\nA,x\nA,y\n", "same id"),
        (b"id,claim,role\nA,x,outpt\n", "nearest valid name: output"),
        (b"id,claim,value,variable\nA,x,1,revenu_usd\n", "nearest valid name: revenue_usd"),
        (b"id,claim,value,variable\nA,x,nan,revenue_usd\n", "not a number"),
        (b"id,claim,value,variable,months\nA,x,1,revenue_usd,soon\n", "are none"),
        (b"id,claim\n," + b"x\n", "needs an id"),
        (b"id,claim\nA," + b"x" * 3000 + b"\n", "2000 characters"),
        (b"id,claim\n" + b"A,x\n" * 2500, "more than 2000 claims"),
    ],
)
def test_a_hostile_file_gives_one_clear_error(content, words, tmp_path):
    path = tmp_path / "bad.csv"
    path.write_bytes(content)
    with pytest.raises(ClaimsError) as error:
        register.read(path)
    assert words in str(error.value) and path.name in str(error.value)


def test_the_bundled_judges_are_complete_and_name_what_exists():
    found = register.read()
    with register.BUNDLED.open(encoding="utf-8") as file:
        assert [c.id for c in found.claims] == [row["id"] for row in csv.DictReader(file)] and len(found.claims) == 60
    for claim in found.claims:
        problems: list[tuple[str, ...]] = []
        for row in [claim.judge.__dict__, *claim.judge.parts]:
            if row.get("variable"):
                register.check(row, lambda *words, found=problems: found.append(words))
        assert not problems, claim.id
        assert claim.judge.use != "not_checkable" or claim.judge.why, claim.id


def test_a_verdict_says_its_months_and_whom_it_counts():
    now = judged(revenue(100))["claims"][0]
    span = judged(revenue(100, months=f"{MONTHS[0]}..{MONTHS[1]}"))["claims"][0]
    assert now["period"].startswith("month ") and span["period"] == f"months {MONTHS[0]} to {MONTHS[1]}"
    assert now["place"] == "sum over places" and now["perimeter"]


COUNTED = ("people", "tokens", "trucks a day", "jobs", "cars", "images")


def test_no_bundled_claim_holds_by_one_person_one_token_or_one_truck():
    counted = [c for c in register.read().claims if c.judge.relation == "at_least" and c.judge.unit in COUNTED]
    assert counted and all(float(c.judge.claimed) > 1.0 for c in counted)
