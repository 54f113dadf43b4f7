"""Methods of sex: signs, probabilities, and nobody who is not grown up."""

from __future__ import annotations

import pytest

from remains.science.methods import METHODS, Classification, Kind, MethodRefusal, apply


def sex(code: str, **scored: int) -> Classification:
    found = apply(code, {name: str(value) for name, value in scored.items()})
    assert isinstance(found, Classification)
    return found


@pytest.mark.parametrize(
    ("gla", "mas", "men", "y", "p_female", "said"),
    [
        (1, 1, 1, 5.418, 0.995584, "female"),
        (2, 2, 2, 1.708, 0.846577, "female"),
        (2, 3, 2, 0.523, 0.627849, "female"),
        (3, 3, 2, -0.852, 0.299013, "male"),
        (3, 3, 3, -2.002, 0.118993, "male"),
        (4, 4, 4, -5.712, 0.003295, "male"),
        (5, 5, 5, -9.422, 8.1e-05, "male"),
    ],
)
def test_walkers_y_above_0_is_female(
    gla: int, mas: int, men: int, y: float, p_female: float, said: str
) -> None:
    """Walker 2008: -1.375 glabella - 1.185 mastoid - 1.150 mental eminence + 9.128."""
    found = sex("walker_2008", gla=gla, mas=mas, men=men)
    assert (found.sex, found.y) == (said, y)
    assert found.p_female == pytest.approx(p_female, abs=1e-6)


@pytest.mark.parametrize(
    ("scored", "y"),
    [
        ({"gla": 2, "mas": 3}, 7.434 - 1.558 * 2 - 1.459 * 3),
        ({"gla": 2, "men": 3}, 7.372 - 1.525 * 2 - 1.485 * 3),
        ({"men": 2, "mas": 3}, 7.382 - 1.415 * 2 - 1.629 * 3),
        ({"som": 2, "men": 3}, 6.018 - 1.007 * 2 - 1.850 * 3),
        ({"nuc": 2, "men": 3}, 5.329 - 0.700 * 2 - 1.559 * 3),
        ({"gla": 2, "mas": 3, "som": 5, "nuc": 5}, 7.434 - 1.558 * 2 - 1.459 * 3),
    ],
)
def test_walker_uses_the_line_of_the_traits_that_are_there(scored: dict[str, int], y: float) -> None:
    """Walker 2008, lines of two traits."""
    assert sex("walker_2008", **scored).y == pytest.approx(y)


@pytest.mark.parametrize(
    ("va", "ma", "sc", "y", "p_female", "said"),
    [
        (1, 1, 1, -11.299, 0.999988, "female"),
        (2, 2, 2, -6.286, 0.998141, "female"),
        (3, 3, 2, -2.346, 0.912616, "female"),
        (3, 3, 3, -1.273, 0.781256, "female"),
        (3, 4, 4, 1.014, 0.266198, "male"),
        (4, 4, 4, 3.74, 0.023203, "male"),
        (5, 5, 5, 8.753, 0.000158, "male"),
    ],
)
def test_klales_y_below_0_is_female(va: int, ma: int, sc: int, y: float, p_female: float, said: str) -> None:
    """Klales, Ousley & Vollner 2012: 2.726 ventral arc + 1.214 medial aspect + 1.073 contour - 16.312."""
    found = sex("klales_2012", va=va, ma=ma, sc=sc)
    assert (found.sex, found.y) == (said, y)
    assert found.p_female == pytest.approx(p_female, abs=1e-6)


@pytest.mark.parametrize(
    ("score", "p_male", "said"),
    [(1, 0.12, "female"), (2, 0.66, "male"), (3, 0.88, "male"), (4, 0.93, "male"), (5, 0.90, "male")],
)
def test_the_sciatic_notch(score: int, p_male: float, said: str) -> None:
    """Walker 2005, 296 of known sex."""
    found = sex("walker_2005", notch=score)
    assert found.sex == said
    assert 1 - (found.p_female or 0) == pytest.approx(p_male)
    assert found.warnings  # none of the scores reaches 0.95


@pytest.mark.parametrize(
    ("scored", "said"),
    [
        ({"ventral_arc": 1, "subpubic_concavity": 1, "ramus": 1}, "female"),
        ({"ventral_arc": 1, "subpubic_concavity": 2}, "female"),
        ({"ramus": 3}, "male"),
        ({"ventral_arc": 1, "ramus": 3}, "undetermined"),
        ({"ventral_arc": 2}, "undetermined"),
    ],
)
def test_phenice_by_the_traits_that_are_clear(scored: dict[str, int], said: str) -> None:
    """Phenice 1969; traits that contradict each other decide nothing."""
    assert sex("phenice_1969", **scored).sex == said


def test_a_weak_probability_says_so() -> None:
    assert sex("walker_2008", gla=2, mas=3, men=2).warnings == ("The probability is 0.63 only.",)
    assert sex("walker_2008", gla=1, mas=1, men=1).warnings == ()


@pytest.mark.parametrize("stage", ["fetal", "infant", "child", "adolescent", "subadult"])
@pytest.mark.parametrize("code", [code for code, method in METHODS.items() if method.kind is Kind.SEX])
def test_no_skeletal_method_tells_the_sex_of_a_subadult(code: str, stage: str) -> None:
    with pytest.raises(MethodRefusal) as caught:
        apply(code, {}, growth_stage=stage)
    assert caught.value.code == "method.subadult_sex"


@pytest.mark.parametrize("scored", [{}, {"gla": "3"}, {"som": "1", "nuc": "1"}])
def test_too_few_traits_are_refused(scored: dict[str, str]) -> None:
    with pytest.raises(MethodRefusal) as caught:
        apply("walker_2008", scored)
    assert caught.value.code == "method.missing_score"
