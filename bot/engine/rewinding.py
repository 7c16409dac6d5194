"""A clock that had gone ahead and is right again: what was begun meanwhile would last as much too long."""

from datetime import datetime, timedelta

import msgspec

from bot.engine.conversation import Conversation, Wait

AHEAD = timedelta(minutes=1)  # two machines may differ by less


def rewound(conversation: Conversation, now: datetime) -> Conversation:
    """The conversation as if its customer had written just now, where it was heard in what is the future now."""
    ahead = conversation.heard_at - now
    if ahead <= AHEAD:
        return conversation
    resumed = conversation.resumed_at
    return msgspec.structs.replace(
        conversation,
        heard_at=now,
        resumed_at=None if resumed is None else min(resumed, now),
        wait=_earlier(conversation.wait, ahead),
        stack=tuple(
            msgspec.structs.replace(frame, interrupted=_earlier(frame.interrupted, ahead))
            for frame in conversation.stack
        ),
    )


def _earlier(wait: Wait | None, by: timedelta) -> Wait | None:
    if wait is None:
        return None
    return msgspec.structs.replace(
        wait,
        since=wait.since - by,
        times_out_at=None if wait.times_out_at is None else wait.times_out_at - by,
        slow_at=None if wait.slow_at is None else wait.slow_at - by,
        interrupted=_earlier(wait.interrupted, by),
    )
