"""How a command ends badly."""


class CommandFailed(Exception):
    """The command can't do what it was asked. The text is one line for people; `status` is the exit status."""

    def __init__(self, message: str, status: int = 1) -> None:
        super().__init__(message)
        self.status = status
