"""Links into the agents' groups."""

SUPERGROUP = "-100"  # how the id of a supergroup begins, which its links leave out


def topic_link(thread: str | None) -> str | None:
    """Where the topic `group:topic` is opened by its members; none where there is no such link."""
    group, _, topic = (thread or "").partition(":")
    return f"https://t.me/c/{group.removeprefix(SUPERGROUP)}/{topic}" if group.startswith(SUPERGROUP) else None
