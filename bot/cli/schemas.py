"""`switchboard flows schema`: what editors need to complete flow files and to mark mistakes in them."""

import json
from argparse import Namespace

from bot.cli.failures import CommandFailed
from bot.engine.schema.document import flow_file_schema


def schema(arguments: Namespace) -> int:
    """Print the JSON Schema of flow files, or write it to a file."""
    text = json.dumps(flow_file_schema(), indent=2, ensure_ascii=False) + "\n"
    if arguments.output is None:
        print(text, end="")
        return 0
    try:
        arguments.output.parent.mkdir(parents=True, exist_ok=True)
        arguments.output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise CommandFailed(f"{arguments.output} cannot be written: {error.strerror}") from error
    print(f"{arguments.output} written")
    return 0
