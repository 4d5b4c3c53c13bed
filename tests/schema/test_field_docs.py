"""The text under a field: found for every spec, through inheritance, and no text that stands elsewhere."""

from __future__ import annotations

from gigacampus.foundation.types import Spec
from gigacampus.schema.field_docs import Described, said_of


class Below(Spec):
    """A class's own text is no field's."""

    said: float = 1.0
    """First line
    and a second."""
    silent: float = 2.0
    other: float = 3.0
    "Its own."


class Above(Below):
    """Says one field anew."""

    said: float = 4.0
    """Anew."""


def test_fields_have_the_text_under_them_and_the_nearest_class_has_the_last_word():
    assert said_of(Below) == {"said": "First line\nand a second.", "other": "Its own."}
    assert said_of(Above) == {"said": "Anew.", "other": "Its own."}


def test_the_json_schema_carries_the_texts():
    properties = Above.model_json_schema(schema_generator=Described)["properties"]
    assert properties["said"]["description"] == "Anew." and "description" not in properties["silent"]
