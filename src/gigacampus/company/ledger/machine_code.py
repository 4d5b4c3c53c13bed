"""Machine code of compiled rules, kept between runs and loaded by LLVM's binding alone: importing the compiler takes far longer.

Source of the calling convention: numba's, in which a function takes a place for its result, one for an exception, then its
arguments with every array spelt out; it returns a status, 0 where all went well.
"""

from __future__ import annotations

import ctypes
import hashlib
import json
import os
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np

from gigacampus.foundation.cache_folder import cache_folder
from gigacampus.foundation.whole_file import write_bytes

DTYPES = {"f": np.dtype(np.float64), "i": np.dtype(np.int64)}
HEAD_BYTES = 4096


class Unusable(RuntimeError):
    """Machine code that cannot be loaded here."""


def folder() -> Path:
    """Where compiled rules lie: beside their sources as other compiled Python does, or in the cache where that cannot be written."""
    named, beside = os.environ.get("NUMBA_CACHE_DIR"), Path(__file__).parent / "__pycache__"
    writable = os.access(beside if beside.is_dir() else beside.parent, os.W_OK)
    return Path(named) if named else beside if writable else cache_folder("machine_code")


def place(name: str) -> Path:
    """File of the machine code of some rules for this processor and these compilers."""
    return folder() / f"{name}-{here()}.code"


@cache
def here() -> str:
    """Hash of the processor and of the compilers."""
    import llvmlite.binding as llvm

    versions = [metadata.version(package) for package in ("numba", "llvmlite")]
    text = json.dumps([versions, llvm.get_process_triple(), llvm.get_host_cpu_name(), llvm.get_host_cpu_features().flatten()])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _machine() -> Any:
    """This machine; an engine takes the one that it is given for its own."""
    import llvmlite.binding as llvm

    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    features = llvm.get_host_cpu_features().flatten()
    return llvm.Target.from_default_triple().create_target_machine(cpu=llvm.get_host_cpu_name(), features=features, opt=3, jit=True)


def keep(text: str, file: Path) -> bytes:
    """Machine code of the one function that ``text``, the compiler's optimised intermediate code, hands out; kept in ``file``."""
    import llvmlite.binding as llvm

    module = llvm.parse_assembly(text)
    (entry,) = [f for f in module.functions if not f.is_declaration and f.linkage == llvm.Linkage.external]
    takes = ["i" if str(a.type) == "i64" else "p" for a in entry.arguments]
    needs = [f.name for f in module.functions if f.is_declaration and not f.name.startswith("llvm.")]
    code = _machine().emit_object(module)
    facts = {"entry": entry.name, "takes": takes, "needs": needs, "hash": hashlib.sha256(code).hexdigest()}
    head = json.dumps(facts).encode().ljust(HEAD_BYTES)
    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        write_bytes(file, head + code)
    return head + code


def loaded(kept: bytes, layout: tuple[str, ...]) -> Callable[..., None]:
    """The function in some machine code; ``layout`` has one word for each argument: ``i`` a whole number, ``f2`` an array of
    floats with two dimensions, ``i1`` one of whole numbers.
    """
    import llvmlite.binding as llvm

    try:
        head, code = json.loads(kept[:HEAD_BYTES]), kept[HEAD_BYTES:]
        sound = head["hash"] == hashlib.sha256(code).hexdigest()
    except (ValueError, KeyError, TypeError):
        sound = False
    if not sound:
        raise Unusable("damaged machine code")
    if head["takes"] != (words := ["p", "p", *(word for x in layout for word in _words(x))]):
        raise Unusable("machine code takes its arguments in another way than is known here")
    engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), _machine())
    if missing := [name for name in head["needs"] if not llvm.address_of_symbol(name)]:
        raise Unusable(f"machine code needs {', '.join(missing)}, which this process does not hold")
    engine.add_object_file(llvm.ObjectFileRef.from_data(code))
    engine.finalize_object()
    call = ctypes.CFUNCTYPE(ctypes.c_int32, *[ctypes.c_int64] * len(words))(engine.get_function_address(head["entry"]))

    def function(*arguments: Any) -> None:
        result, trouble = ctypes.c_int64(0), ctypes.c_int64(0)
        spelt = [word for given, x in zip(arguments, layout, strict=True) for word in _spelt(given, x)]
        if call(ctypes.addressof(result), ctypes.addressof(trouble), *spelt):
            raise RuntimeError("the compiled rules stopped")

    function.engine = engine  # type: ignore[attr-defined]  # the code lives as long as the engine
    return function


def _words(layout: str) -> str:
    """Kind of each word of an argument: a place in memory or a whole number."""
    return "i" if len(layout) == 1 else "ppiip" + "ii" * int(layout[1])


def _spelt(given: Any, layout: str) -> list[int]:
    """An argument as the words in which compiled code takes it; an array must lie in memory as the code was made to read it."""
    if len(layout) == 1:
        return [int(given)]
    if given.dtype != DTYPES[layout[0]] or given.ndim != int(layout[1]) or not given.flags.c_contiguous:
        raise TypeError(f"compiled rules take {layout}, not {given.dtype} of shape {given.shape}")
    return [0, 0, given.size, given.itemsize, given.ctypes.data, *given.shape, *given.strides]
