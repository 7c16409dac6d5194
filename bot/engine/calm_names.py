"""The names of CALM's patterns and default actions, and what becomes of those that only make sense beside a language model."""

PREFIX = "pattern_"
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
DEFAULT_ACTIONS = frozenset({
    "action_listen",
    "action_restart",
    "action_session_start",
    "action_default_fallback",
    "action_deactivate_loop",
    "action_revert_fallback_events",
    "action_default_ask_affirmation",
    "action_default_ask_rephrase",
    "action_two_stage_fallback",
    "action_unlikely_intent",
    "action_back",
    "action_extract_slots",
    "action_validate_slot_mappings",
    "action_cancel_flow",
    "action_clean_stack",
    "action_clarify_flows",
    "action_correct_flow_slot",
    "action_reset_routing",
    "action_run_slot_rejections",
    "action_trigger_search",
    "action_trigger_chitchat",
    "action_repeat_bot_messages",
    "action_hangup",
    "action_block_interruptions",
})  # fmt: skip


def is_for_language_models(flow: str) -> bool:
    """Whether this is a pattern that is never started here: it corrects or completes what a language model understood."""
    return flow.startswith(PREFIX) and flow not in SERVED_PATTERNS
