"""Finding the rasa-sdk actions of a package. What is wrong with the package is said at start, by name."""

import importlib
import inspect
import logging
import os
import pkgutil
import sys
import sysconfig
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import Action
from rasa_sdk.utils import all_subclasses

log = logging.getLogger(__name__)

ActionRun = Callable[..., Any]
LIBRARIES = tuple(f"{sysconfig.get_path(name)}{os.sep}" for name in ("stdlib", "platstdlib", "purelib", "platlib"))


class ActionPackageError(Exception):
    """The package of actions can't be used; the text says which module or class, and why."""


def load_actions(package: str) -> dict[str, ActionRun]:
    """The `run` of every action by its name, from a dotted name or a folder. Raises ActionPackageError.

    rasa-sdk's own `register_package` is not used: it ends the process when an import fails, and takes in the actions
    of every other package that happens to be imported.
    """
    with _log_left_as_it_was():
        modules = list(_import_tree(_importable_name(package)))
    executor = ActionExecutor()
    owners: dict[str, type[Action]] = {}
    for action_class in _action_classes(modules):
        name = _register(executor, action_class)
        other = owners.get(name)
        if other is not None and _place_of(other) != _place_of(action_class):
            log.warning(
                "action_named_twice",
                extra={"action": name, "used": _full_name(action_class), "not_used": _full_name(other)},
            )
        owners[name] = action_class  # the last one counts, as in rasa-sdk
    return dict(executor.actions)


@contextmanager
def _log_left_as_it_was() -> Iterator[None]:
    """Many packages set logging up while they are imported, as if they were alone: then libraries log what customers
    write, nothing hides secrets, or whoever was there before is silent from then on.
    """
    root, names = logging.getLogger(), logging.root.manager.loggerDict
    level, handlers, limit = root.level, root.handlers[:], logging.root.manager.disable
    speaking = [logger for logger in names.values() if isinstance(logger, logging.Logger) and not logger.disabled]
    try:
        yield
    finally:
        root.setLevel(level)
        root.handlers[:] = handlers
        logging.disable(limit)
        for logger in speaking:
            logger.disabled = False


def _importable_name(package: str) -> str:
    """The dotted name to import, after the folder it stands in was added to the import path."""
    folder = Path(package)
    is_folder = os.sep in package or folder.suffix == ".py" or package.startswith(".")
    if not is_folder:
        _extend_import_path(Path.cwd())  # as `python -m rasa_sdk --actions NAME` does
        return package
    folder = folder.expanduser().resolve()
    if not folder.exists():
        raise ActionPackageError(f"there is no folder {package}")
    name = folder.stem
    if not name.isidentifier():
        raise ActionPackageError(f"folder {folder} can't be imported: rename it to letters, digits and _")
    _extend_import_path(folder.parent)
    module = _import(name)
    places = [Path(place).resolve() for place in getattr(module, "__path__", [])] or [Path(str(module.__file__))]
    if folder not in places:
        raise ActionPackageError(f"folder {folder} has the name of another module, {places[0]}: rename the folder")
    return name


def _extend_import_path(folder: Path) -> None:
    if str(folder) not in sys.path:
        sys.path.append(str(folder))


def _import_tree(name: str) -> Iterator[ModuleType]:
    module = _import(name)
    yield module
    for found in pkgutil.iter_modules(getattr(module, "__path__", []), prefix=name + "."):
        if not found.name.endswith(".__main__"):
            yield from _import_tree(found.name)


def _import(name: str) -> ModuleType:
    try:
        return importlib.import_module(name)
    except KeyboardInterrupt:
        raise
    except BaseException as failure:
        if isinstance(failure, SystemExit):
            why = "it calls sys.exit() while it is imported"
        else:
            said = failure.msg if isinstance(failure, SyntaxError) else str(failure)
            why = ": ".join((type(failure).__name__, *said.strip().splitlines()[:1]))
        raise ActionPackageError(f"module {name} can't be imported: {why}{_place(failure)}") from failure


def _place(failure: BaseException) -> str:
    """Where in the package it happened, in the form ` (file:line)`."""
    if isinstance(failure, SyntaxError):
        return f" ({failure.filename}:{failure.lineno})"
    frame = authors_frame(failure)
    return f" ({frame.filename}:{frame.lineno})" if frame is not None else ""


def authors_frame(failure: BaseException) -> traceback.FrameSummary | None:
    """The innermost line of the package's own code that led to it: what a library did there tells its author little."""
    frames = traceback.extract_tb(failure.__traceback__)
    own = [frame for frame in frames if not _is_elsewhere(frame.filename)]
    return own[-1] if own else None


def _is_elsewhere(file: str) -> bool:
    """Whether the file is ours, Python's own, or a library's."""
    return file.startswith(("<frozen ", *LIBRARIES)) or Path(file).parent == Path(__file__).parent


def _action_classes(modules: list[ModuleType]) -> Iterator[type[Action]]:
    """Concrete actions that these modules define, or import from elsewhere than rasa-sdk; each once."""
    names = {module.__name__ for module in modules}
    imported = {id(member) for module in modules for member in vars(module).values()}
    for action_class in dict.fromkeys(all_subclasses(Action)):
        is_of_package = action_class.__module__ in names or id(action_class) in imported
        is_of_sdk = action_class.__module__.startswith("rasa_sdk.")
        if is_of_package and not is_of_sdk and not inspect.isabstract(action_class):
            yield action_class


def _register(executor: ActionExecutor, action_class: type[Action]) -> str:
    try:
        action = action_class()
        name = action.name()
        executor.register_action(action)
    except Exception as failure:
        reason = f"{type(failure).__name__}: {failure}"
        raise ActionPackageError(f"{_full_name(action_class)} can't be made an action: {reason}") from failure
    if not isinstance(name, str):
        raise ActionPackageError(f"{_full_name(action_class)}: its name is not a text")
    return name


def _place_of(action_class: type[Action]) -> tuple[str, str]:
    """One file that is imported by two names makes two classes of one place."""
    module = sys.modules.get(action_class.__module__)
    return str(getattr(module, "__file__", None)), action_class.__qualname__


def _full_name(action_class: type) -> str:
    return f"{action_class.__module__}.{action_class.__qualname__}"
