"""Names that CALM's files may use without defining them: patterns, slots and responses of its own."""

from bot.engine.flow import Slot

SERVED_PATTERNS = frozenset({
    "pattern_session_start",
    "pattern_completed",
    "pattern_human_handoff",
    "pattern_internal_error",
    "pattern_cannot_handle",
    "pattern_continue_interrupted",
    "pattern_correction",
    "pattern_cancel_flow",
    "pattern_restart",
    "pattern_repeat_bot_messages",
    "pattern_skip_question",
    "pattern_user_silence",
    "pattern_customer_satisfaction",
    "pattern_ticket_state",
})  # fmt: skip

_FLAGS = (
    "confirm_correction", "confirm_slot_correction", "confirm_interruption", "continue_conversation",
    "continue_interrupted_flow_confirmation",
)  # fmt: skip
BUILT_IN_SLOTS: dict[str, Slot] = {
    **{name: Slot(name=name) for name in ("return_value", "session_started_metadata", "requested_slot")},
    **{name: Slot(name=name, type="text") for name in ("language", "interrupted_flow_to_continue")},
    **{name: Slot(name=name, type="bool") for name in _FLAGS},
    "silence_timeout": Slot(name="silence_timeout", type="float", initial=7.0),
    "consecutive_silence_timeouts": Slot(name="consecutive_silence_timeouts", type="float", initial=0.0),
    "max_clarification_options": Slot(name="max_clarification_options", type="float", initial=3.0),
    "route_session_to_calm": Slot(name="route_session_to_calm", type="bool"),  # filled by CALM's router alone
    "csat_score": Slot(name="csat_score", type="categorical", values=("satisfied", "unsatisfied")),
}
# What the engine says in their place; nothing where a language model would have to know what.
BUILT_IN_RESPONSES: dict[str, str | None] = {
    "utter_flow_cancelled_rasa": "utter_switchboard_cancelled",
    "utter_internal_error_rasa": "utter_switchboard_internal_error",
    "utter_skip_question_answer": "utter_switchboard_cannot_skip",
    "utter_ask_rephrase": "utter_switchboard_no_match",
    "utter_default": "utter_switchboard_no_match",
    "utter_restart": "utter_switchboard_restarted",
    "utter_cannot_handle": "utter_switchboard_no_match",
    "utter_no_relevant_answer_found": "utter_switchboard_no_match",
    "utter_user_input_empty_error_rasa": "utter_switchboard_no_match",
    "utter_user_input_too_long_error_rasa": "utter_switchboard_no_match",
    "utter_ask_still_there": "utter_switchboard_no_input",
    "utter_inform_hangup": "utter_switchboard_conversation_ended",
    "utter_float_slot_rejection": "utter_switchboard_not_a_number",
    "utter_boolean_slot_rejection": "utter_switchboard_not_allowed",
    "utter_categorical_slot_rejection": "utter_switchboard_not_allowed",
    "utter_can_do_something_else": "utter_switchboard_help",
    "utter_ask_continue_conversation": "utter_switchboard_anything_else",
    "utter_closing_words": "utter_switchboard_closing_words",
    "utter_ask_csat_score": "utter_switchboard_survey_ask",
    "utter_csat_thank_you_satisfied": "utter_switchboard_survey_thanks",
    "utter_csat_thank_you_unsatisfied": "utter_switchboard_survey_thanks",
    "utter_ask_continue_interrupted_flow_confirmation": "utter_switchboard_continue_with",
    "utter_ask_interrupted_flow_to_continue": "utter_switchboard_continue_with",
    "utter_human_handoff_not_available": "utter_switchboard_handoff_no_agent",
    "utter_corrected_previous_input": "utter_switchboard_corrected",
    "utter_not_corrected_previous_input": "utter_switchboard_not_corrected",
    "utter_ask_confirm_slot_correction": "utter_switchboard_correct_it",
    "utter_flow_continue_interrupted": "utter_switchboard_going_on",
    "utter_clarification_options_rasa": None,
    "utter_clarification_no_options_rasa": None,
    "utter_free_chitchat_response": None,
    "utter_no_knowledge_base": None,
    "utter_inform_code_change": None,
}
