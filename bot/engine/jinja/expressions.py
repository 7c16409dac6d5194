"""Expressions of a template, read once into closures over the scope in which they are used."""

from collections.abc import Callable, Sequence
from typing import Any

from bot.engine.jinja.filters import FILTERS
from bot.engine.jinja.methods import METHODS
from bot.engine.jinja.operators import BINARY, calculated, holds
from bot.engine.jinja.predicates import PREDICATES
from bot.engine.jinja.scope import MOST_ITEMS, Expression, Namespace, Scope, Unfit, bounded, number
from bot.engine.jinja.syntax import BRACKETS, DEEPEST, TemplateError, Token, unquoted
from bot.problems import did_you_mean

CONSTANTS = {"true": True, "false": False, "none": None, "True": True, "False": False, "None": None}
RESERVED = frozenset({"and", "or", "not", "if", "else", "in", "is", *CONSTANTS})
WITH_ANOTHER = ("in", "equalto", "eq", "ne", "sameas")  # tests that need no parentheses around what they compare with
COMPARISONS = ("==", "!=", "<", "<=", ">", ">=")
LAYERS = (("+", "-"), ("~",), ("*", "/", "//", "%"))  # the first binds least

Arguments = tuple[tuple[Expression, ...], dict[str, Expression]]


class Parser:
    """Reads one tag's tokens. `names` takes up those that it looks at, with their columns."""

    def __init__(self, tokens: Sequence[Token], names: list[tuple[str, int]]) -> None:
        self.tokens, self.at, self.names, self.depth = tokens, 0, names, 0

    @property
    def token(self) -> Token:
        return self.tokens[self.at]

    def take(self, *texts: str) -> bool:
        """Go past the next token if it is one of these."""
        if self.token.kind in ("sign", "name") and self.token.text in texts:
            self.at += 1
            return True
        return False

    def need(self, text: str) -> None:
        if not self.take(text):
            raise self.wrong(f"'{text}' is missing here")

    def name(self) -> str:
        """A name that may be given to a value."""
        token = self.token
        if token.kind != "name" or token.text in RESERVED:
            raise self.wrong("a name is missing here")
        self.at += 1
        return token.text

    def wrong(self, message: str, token: Token | None = None) -> TemplateError:
        return TemplateError(message, (token or self.token).column)

    def end(self) -> None:
        if self.token.kind != "end":
            raise self.wrong(f"'{self.token.text}' has no place here")

    def whole(self) -> Expression:
        """An expression that is all there is."""
        read = self.expression()
        self.end()
        return read

    def expression(self) -> Expression:
        """Also `a if b else c`."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.wrong("too many parentheses within each other")
        read = self.either()
        while self.take("if"):
            test, then = self.either(), read
            other = self.expression() if self.take("else") else _nothing
            read = _choice(test, then, other)
        self.depth -= 1
        return read

    def either(self) -> Expression:
        read = self.both()
        while self.take("or"):
            read = _or(read, self.both())
        return read

    def both(self) -> Expression:
        read = self.negated()
        while self.take("and"):
            read = _and(read, self.negated())
        return read

    def negated(self) -> Expression:
        turns = 0
        while self.take("not"):
            turns += 1
        read = self.compared()
        return _not(read) if turns % 2 else read

    def compared(self) -> Expression:
        """`a < b <= c` holds where each pair does."""
        first = self.layered(0)
        links: list[tuple[str, Expression]] = []
        while True:
            sign = self.token.text
            if self.take(*COMPARISONS) or self.take("in"):
                links.append((sign, self.layered(0)))
            elif sign == "not" and self.tokens[self.at + 1].text == "in":
                self.at += 2
                links.append(("not in", self.layered(0)))
            else:
                return _compared(first, links) if links else first

    def layered(self, layer: int) -> Expression:
        """Sums of joined texts of products."""
        if layer == len(LAYERS):
            return self.signed()
        read = self.layered(layer + 1)
        while (sign := self.token.text) in LAYERS[layer] and self.token.kind == "sign":
            self.at += 1
            read = _calculated(sign, read, self.layered(layer + 1))
        return read

    def signed(self) -> Expression:
        turns = 0
        while (sign := self.token.text) in ("-", "+") and self.token.kind == "sign":
            self.at += 1
            turns += sign == "-"
        read = self.primary()
        if self.take("**"):
            read = _calculated("**", read, self.signed())
        return _calculated("-", lambda _scope: 0, read) if turns % 2 else read

    def primary(self) -> Expression:
        """A value with what follows it: fields, calls, filters, questions."""
        token = self.token
        self.at += 1
        read: Expression
        match token.kind:
            case "number":
                read = _constant(float(token.text) if "." in token.text else int(token.text[:30]))
            case "text":
                read = _constant(unquoted(token))
            case "name" if token.text in CONSTANTS:
                read = _constant(CONSTANTS[token.text])
            case "name" if token.text in ("range", "namespace") and self.token.text == "(":
                read = self.made(token.text)
            case "name" if token.text not in RESERVED:
                self.names.append((self.path(token), token.column))
                read = _looked_up(token.text)
            case "sign" if token.text in BRACKETS:
                read = self.bracketed(token)
            case _:
                raise self.wrong("a value is missing here", token)
        return self.followed(read)

    def path(self, token: Token) -> str:
        """The name with the field after it, which tells what `slots.x` is about."""
        dot, field = self.tokens[self.at : self.at + 2] if self.token.kind != "end" else (self.token, self.token)
        return f"{token.text}.{field.text}" if dot.text == "." and field.kind == "name" else token.text

    def made(self, name: str) -> Expression:
        self.need("(")
        given = self.arguments(")")
        return _range(given) if name == "range" else _namespace(given)

    def bracketed(self, opening: Token) -> Expression:
        if opening.text == "{":
            return self.mapping()
        closing = BRACKETS[opening.text]
        items: list[Expression] = []
        while not self.take(closing):
            items.append(self.expression())
            if not self.take(","):
                self.need(closing)
                if opening.text == "(" and len(items) == 1:
                    return items[0]
                break
        return lambda scope: bounded([item(scope) for item in items])

    def mapping(self) -> Expression:
        pairs: list[tuple[Expression, Expression]] = []
        while not self.take("}"):
            key = self.expression()
            self.need(":")
            pairs.append((key, self.expression()))
            if not self.take(","):
                self.need("}")
                break
        return lambda scope: {str(key(scope)): value(scope) for key, value in pairs}

    def followed(self, read: Expression) -> Expression:
        while self.token.kind != "end":
            if self.take("."):
                read = self.field(read)
            elif self.take("["):
                read = self.indexed(read)
            elif self.take("|"):
                known = self.known(FILTERS, "filter")
                read = _called(FILTERS[known], read, self.arguments(")") if self.take("(") else _NO_ARGUMENTS)
            elif self.take("is"):
                read = self.asked(read)
            else:
                break
        return read

    def known(self, there: dict[str, Callable[..., Any]], what: str) -> str:
        token = self.token
        if token.text not in there:
            hint = did_you_mean(token.text, there)
            raise self.wrong(f"there is no {what} '{token.text}' here" + (f" ({hint})" if hint else ""))
        self.at += 1
        return token.text

    def field(self, read: Expression) -> Expression:
        token = self.token
        if token.kind not in ("name", "number"):
            raise self.wrong("a name is missing after '.'")
        if self.tokens[self.at + 1].text == "(" and token.text != "cycle":
            name = self.known(METHODS, "method")
            self.need("(")
            return _called(METHODS[name], read, self.arguments(")"))
        self.at += 1
        if self.take("("):
            return _cycled(self.arguments(")"))
        key = int(token.text) if token.text.isdecimal() else token.text
        return lambda scope: scope.field(read(scope), key)

    def indexed(self, read: Expression) -> Expression:
        """`[0]`, `['name']`, `[1:3]`."""
        first = None if self.token.text == ":" else self.expression()
        if not self.take(":"):
            self.need("]")
            key = first or _nothing
            return lambda scope: scope.field(read(scope), key(scope))
        last = None if self.token.text == "]" else self.expression()
        self.need("]")
        return _sliced(read, first, last)

    def asked(self, read: Expression) -> Expression:
        turned = self.take("not")
        known = self.known(PREDICATES, "test")
        given: Arguments = _NO_ARGUMENTS
        if self.take("("):
            given = self.arguments(")")
        elif self.token.kind in ("number", "text") or self.token.text == "[" or known in WITH_ANOTHER:
            given = ((self.primary(),), {})
        answer = _called(PREDICATES[known], read, given)
        return _not(answer) if turned else answer

    def arguments(self, closing: str) -> Arguments:
        """Up to the closing bracket, those with a name apart."""
        by_place: list[Expression] = []
        by_name: dict[str, Expression] = {}
        while not self.take(closing):
            if self.token.kind == "name" and self.tokens[self.at + 1].text == "=":
                name = self.token.text
                self.at += 2
                by_name[name] = self.expression()
            else:
                by_place.append(self.expression())
            if not self.take(","):
                self.need(closing)
                break
        return tuple(by_place), by_name


_NO_ARGUMENTS: Arguments = ((), {})


def _nothing(_scope: Scope) -> None:
    return None


def _constant(value: Any) -> Expression:
    return lambda _scope: value


def _looked_up(name: str) -> Expression:
    return lambda scope: scope.value(name)


def _choice(test: Expression, then: Expression, other: Expression) -> Expression:
    return lambda scope: then(scope) if test(scope) else other(scope)


def _or(left: Expression, right: Expression) -> Expression:
    return lambda scope: left(scope) or right(scope)


def _and(left: Expression, right: Expression) -> Expression:
    return lambda scope: left(scope) and right(scope)


def _not(read: Expression) -> Expression:
    return lambda scope: not read(scope)


def _calculated(sign: str, left: Expression, right: Expression) -> Expression:
    assert sign in BINARY
    return lambda scope: calculated(sign, left(scope), right(scope))


def _compared(first: Expression, links: Sequence[tuple[str, Expression]]) -> Expression:
    def compare(scope: Scope) -> bool:
        left = first(scope)
        for sign, expression in links:
            right = expression(scope)
            if not holds(sign, left, right):
                return False
            left = right
        return True

    return compare


def _called(function: Callable[..., Any], read: Expression, given: Arguments) -> Expression:
    by_place, by_name = given

    def call(scope: Scope) -> Any:
        value = read(scope)
        scope.step(value)
        places = [argument(scope) for argument in by_place]
        names = {name: argument(scope) for name, argument in by_name.items()}
        try:
            return bounded(function(value, *places, **names))
        except (TypeError, ValueError, AttributeError, KeyError, IndexError, OverflowError):
            raise Unfit from None

    return call


def _cycled(given: Arguments) -> Expression:
    """`loop.cycle(a, b)`."""

    def cycle(scope: Scope) -> Any:
        loop = scope.value("loop")
        if not given[0] or not isinstance(loop, dict):
            raise Unfit
        return given[0][loop["index0"] % len(given[0])](scope)

    return cycle


def _sliced(read: Expression, first: Expression | None, last: Expression | None) -> Expression:
    def cut(scope: Scope) -> Any:
        value = read(scope)
        if not isinstance(value, str | list):
            raise Unfit
        return value[slice(*(None if each is None else int(number(each(scope))) for each in (first, last)))]

    return cut


def _range(given: Arguments) -> Expression:
    def count(scope: Scope) -> list[int]:
        made = range(*(int(number(each(scope))) for each in given[0][:3])) if given[0] else range(0)
        scope.step(items := list(made[:MOST_ITEMS]))
        return items

    return count


def _namespace(given: Arguments) -> Expression:
    return lambda scope: Namespace({name: each(scope) for name, each in given[1].items()})
