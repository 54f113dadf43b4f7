"""The published methods in the reader's language: their names, what they look at, and what is scored.

The methods themselves (`remains.science.methods`) say it in English and know nothing of languages. Populations, sources
and what a score is called stay as the publication has them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from remains.science.methods import Method, why_withheld

NAMES: Final[Mapping[str, Any]] = {
    "suchey_brooks_1990": _("Suchey-Brooks, pubic symphysis"),
    "osborne_2004": _("Osborne et al., auricular surface"),
    "lovejoy_1985": _("Lovejoy et al., auricular surface"),
    "iscan_loth_1984": _("Iscan, Loth & Wright, sternal end of the fourth rib"),
    "langley_jantz_2010_5": _("Langley-Shirley & Jantz, medial clavicle, 5 phases"),
    "langley_jantz_2010_3": _("Langley-Shirley & Jantz, medial clavicle, 3 phases"),
    "buckberry_chamberlain_2002": _("Buckberry & Chamberlain, auricular surface"),
    "samworth_gowland_2007": _("Samworth & Gowland, pubic symphysis with auricular surface"),
    "mincer_1993_white": _("Mincer et al., third molar"),
    "mincer_1993_black": _("Mincer et al., third molar"),
    "kasper_2009": _("Kasper et al., third molar"),
    "epiphyseal_fusion": _("Fusion of epiphyses, usual windows"),
    "diaphyseal_length": _("Length of the shaft, South African children"),
    "phenice_1969": _("Phenice, pubic bone"),
    "walker_2005": _("Walker, greater sciatic notch"),
    "walker_2008": _("Walker, skull"),
    "klales_2012": _("Klales et al., pubic bone"),
    "trotter_gleser_1952_white": _("Trotter & Gleser 1952, long bones"),
    "trotter_gleser_1952_black": _("Trotter & Gleser 1952, long bones"),
}
INDICATORS: Final[Mapping[str, Any]] = {
    "pubic symphysis": _("pubic symphysis"),
    "auricular surface": _("auricular surface"),
    "sternal end of rib 4": _("sternal end of rib 4"),
    "medial clavicle": _("medial clavicle"),
    "pubic symphysis and auricular surface": _("pubic symphysis and auricular surface"),
    "third molar": _("third molar"),
    "epiphyseal fusion": _("epiphyseal fusion"),
    "diaphyseal length": _("diaphyseal length"),
    "pubic bone": _("pubic bone"),
    "greater sciatic notch": _("greater sciatic notch"),
    "skull traits": _("skull traits"),
    "long bone length": _("long bone length"),
}
ITEMS: Final[Mapping[str, Any]] = {
    "Apex": _("Apex"),
    "Auricular surface (Lovejoy)": _("Auricular surface (Lovejoy)"),
    "Bone": _("Bone"),
    "Glabella": _("Glabella"),
    "Greater sciatic notch": _("Greater sciatic notch"),
    "Greatest length (mm)": _("Greatest length (mm)"),
    "Ischiopubic ramus": _("Ischiopubic ramus"),
    "Length of the shaft without epiphyses (mm)": _("Length of the shaft without epiphyses (mm)"),
    "Macroporosity": _("Macroporosity"),
    "Mastoid process": _("Mastoid process"),
    "Medial aspect of the ramus": _("Medial aspect of the ramus"),
    "Mental eminence": _("Mental eminence"),
    "Microporosity": _("Microporosity"),
    "Nuchal crest": _("Nuchal crest"),
    "Orbital margin": _("Orbital margin"),
    "Phase": _("Phase"),
    "Place of fusion": _("Place of fusion"),
    "Pubic symphysis (Suchey-Brooks)": _("Pubic symphysis (Suchey-Brooks)"),
    "Sex of the person": _("Sex of the person"),
    "Stage (Demirjian)": _("Stage (Demirjian)"),
    "State": _("State"),
    "Subpubic concavity": _("Subpubic concavity"),
    "Subpubic contour": _("Subpubic contour"),
    "Texture": _("Texture"),
    "Third molar (FDI)": _("Third molar (FDI)"),
    "Tibia only: measured": _("Tibia only: measured"),
    "Transverse organisation": _("Transverse organisation"),
    "Ventral arc": _("Ventral arc"),
}
_WITHHELD: Final[Mapping[str, Any]] = {
    "Nobody has yet checked its values against the print.": _(
        "Nobody has yet checked its values against the print."
    ),
    "Its classes are modal ages, not intervals of a person. Score the phase with the pubic symphysis (Samworth & "
    "Gowland), or the same surface by Osborne et al. or Buckberry & Chamberlain.": _(
        "Its classes are modal ages, not intervals of a person. Score the phase with the pubic symphysis (Samworth & "
        "Gowland), or the same surface by Osborne et al. or Buckberry & Chamberlain."
    ),
}


def name_of(method: Method) -> str:
    """Return the name of a method."""
    return str(NAMES.get(method.code, method.name))


def indicator_of(method: Method) -> str:
    """Return what a method looks at."""
    return str(INDICATORS.get(method.indicator, method.indicator))


def item_label(label: str) -> str:
    """Return the name of what is scored."""
    return str(ITEMS.get(label, label))


def why_not_offered(method: Method) -> str:
    """Return why a method is not offered without being asked, or nothing when it is."""
    why = why_withheld(method)
    return str(_WITHHELD.get(why, why))
