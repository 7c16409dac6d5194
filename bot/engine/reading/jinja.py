"""Texts of CALM that are Jinja templates: checked, and where they only show names, in the words of here."""

import re

from bot.engine.flow import Text
from bot.engine.jinja import ROOTS, TemplateError, read_template, without_tags
from bot.engine.reading.findings import Findings
from bot.yaml_nodes import Node, Scalar

_NAME = re.compile(r"\{\{\s*(?:slots\.)?([\w.]+)\s*\}\}")
_OPENING = re.compile(r"\{[{%#]")
_SINGLE = re.compile(r"(?<![{\\])\{((?:slots\.)?[^\W\d]\w*)\}(?!\})")
TEMPLATE = re.compile(r"(\{\{(?:(?!\{\{).)*?\}\}|\{%(?:(?!\{%).)*?%\})", re.DOTALL)  # what opens twice begins anew


def checked_template(node: Scalar, found: Findings) -> str:
    """The template as it is written, with its slots noted; of one that can't be read, the words around its tags."""
    try:
        template = read_template(node.text)
    except TemplateError as wrong:
        message = f"this template can't be read, so only the words around it are said: {wrong}"
        found.warn_calm(node.mark_at(wrong.column), "bad-template", message)
        return without_tags(node.text)
    for name, column in template.names:
        root, _, field = name.partition(".")
        slot = field if root == "slots" else root
        if slot and (root == "slots" or root not in ROOTS):
            found.use("slot", slot, node.mark_at(column), "'text' shows", "weak")
    return node.text


def is_template(node: Node, found: Findings) -> bool:
    """Whether a text of CALM's that says nothing of Jinja is a template all the same, which nobody wants to be read."""
    if not isinstance(node, Scalar) or not found.is_calms(node) or not TEMPLATE.search(node.text):
        return False
    try:
        read_template(node.text)
    except TemplateError:
        return False  # braces of another kind
    message = "this is a template, which CALM shows as it is written; here it is filled in"
    found.warn(node, "template", message, "say so: 'metadata: {template: jinja}'")
    return True


def with_names(source: str) -> str:
    """The source of such a template, with what CALM's other texts show as `{x}` shown by it too."""
    return _SINGLE.sub(r"{{ \1 }}", source)


def named(source: str) -> str:
    """The source with `{{slots.x}}` as `{x}`."""
    return _NAME.sub(r"{\1}", source)


def undoubled(text: Text) -> Text:
    """With doubled braces as single ones that show no value, as rasa fills texts in (rasa.core.nlg.interpolator)."""
    single = {code: source.replace("{{", "\\{").replace("}}", "}") for code, source in text.by_language.items()}
    return Text(by_language=single)


def plainly(text: Text) -> Text:
    """Without Jinja where the text only shows names: `{{slots.x}}` is `{x}` here."""
    plain = {code: named(source) for code, source in text.by_language.items()}
    if not text.jinja or any(_OPENING.search(source) for source in plain.values()):
        return text
    return Text(by_language=plain)
