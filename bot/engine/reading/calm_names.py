"""The names of CALM's patterns, and which of them only make sense beside a language model."""

from bot.engine.patterns import is_pattern

SERVED_PATTERNS = frozenset({
    "pattern_session_start",
    "pattern_completed",
    "pattern_human_handoff",
    "pattern_internal_error",
    "pattern_cannot_handle",
    "pattern_continue_interrupted",
    "pattern_cancel_flow",
    "pattern_restart",
    "pattern_repeat_bot_messages",
    "pattern_skip_question",
    "pattern_user_silence",
    "pattern_customer_satisfaction",
})  # fmt: skip


def is_for_language_models(flow: str) -> bool:
    """Whether this pattern is never started here: it corrects or completes what a language model understood."""
    return is_pattern(flow) and flow not in SERVED_PATTERNS
