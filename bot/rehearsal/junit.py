"""Results as JUnit's XML, which build servers show. Source: the Jenkins JUnit schema."""

import re
from collections.abc import Sequence
from itertools import groupby
from xml.etree import ElementTree

from bot.rehearsal.rehearsing import Result
from bot.rehearsal.rendering import failed_text, name_of

FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # what XML 1.0 cannot hold


def as_junit(results: Sequence[Result]) -> str:
    """One suite a file; a failed test tells all that the text output does."""
    root = ElementTree.Element("testsuites", _counts(results))
    by_file = sorted(results, key=lambda result: result.case.mark.file)
    for file, group in groupby(by_file, key=lambda result: result.case.mark.file):
        of_file = list(group)
        suite = ElementTree.SubElement(root, "testsuite", {"name": _clean(file), **_counts(of_file)})
        for result in of_file:
            _add(suite, result)
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=False) + "\n"


def _counts(results: Sequence[Result]) -> dict[str, str]:
    failed = sum(not result.passed for result in results)
    seconds = sum(result.seconds for result in results)
    return {"tests": str(len(results)), "failures": str(failed), "errors": "0", "time": f"{seconds:.3f}"}


def _add(suite: ElementTree.Element, result: Result) -> None:
    mark = result.case.mark
    about = {"name": _clean(name_of(result)), "classname": _clean(mark.file), "file": _clean(mark.file)}
    case = ElementTree.SubElement(suite, "testcase", {**about, "line": str(mark.line), "time": f"{result.seconds:.3f}"})
    if not result.passed:
        first = result.failures[0]
        message = f"expected {first.wanted}, but {first.came}"
        failure = ElementTree.SubElement(case, "failure", {"type": "expectation", "message": _clean(message)})
        failure.text = _clean(failed_text(result))


def _clean(text: str) -> str:
    return FORBIDDEN.sub("\ufffd", text)
