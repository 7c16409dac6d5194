"""Names that CALM's files may use without defining them: patterns, slots and responses of its own."""

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
    "pattern_ticket_state",
})  # fmt: skip

BUILT_IN_SLOTS = frozenset({
    "language", "return_value", "session_started_metadata", "requested_slot", "silence_timeout",
    "consecutive_silence_timeouts", "confirm_correction", "confirm_slot_correction", "confirm_interruption",
})  # fmt: skip
# What the engine says in their place; nothing where a language model would have to know what.
BUILT_IN_RESPONSES: dict[str, str | None] = {
    "utter_flow_cancelled_rasa": "utter_switchboard_cancelled",
    "utter_internal_error_rasa": "utter_switchboard_internal_error",
    "utter_skip_question_answer": "utter_switchboard_cannot_skip",
    "utter_ask_rephrase": "utter_switchboard_no_match",
    "utter_default": "utter_switchboard_no_match",
    "utter_ask_still_there": "utter_switchboard_no_input",
    "utter_float_slot_rejection": "utter_switchboard_not_a_number",
    "utter_boolean_slot_rejection": "utter_switchboard_not_allowed",
    "utter_categorical_slot_rejection": "utter_switchboard_not_allowed",
    "utter_can_do_something_else": "utter_switchboard_help",
    "utter_human_handoff_not_available": "utter_switchboard_handoff_no_agent",
    "utter_flow_continue_interrupted": None,
    "utter_corrected_previous_input": None,
    "utter_not_corrected_previous_input": None,
    "utter_ask_confirm_slot_correction": None,
    "utter_clarification_options_rasa": None,
    "utter_free_chitchat_response": None,
    "utter_no_knowledge_base": None,
    "utter_inform_code_change": None,
    "utter_inform_hangup": None,
    "utter_user_input_empty_error_rasa": None,
    "utter_user_input_too_long_error_rasa": None,
}


def is_for_language_models(flow: str) -> bool:
    """Whether this pattern is never started here: it corrects or completes what a language model understood."""
    return is_pattern(flow) and flow not in SERVED_PATTERNS
