"""CALM's patterns: the flows around the flows. Each is built in, and a flow of the same name takes its place."""

from bot.engine.flow import (
    END,
    Action,
    AskSurvey,
    Branch,
    Collect,
    Flow,
    Handoff,
    Link,
    Noop,
    Say,
    Step,
    Survey,
    SurveyComment,
    Text,
    TicketState,
)

SESSION_START = "pattern_session_start"
COMPLETED = "pattern_completed"
HUMAN_HANDOFF = "pattern_human_handoff"
INTERNAL_ERROR = "pattern_internal_error"
CANNOT_HANDLE = "pattern_cannot_handle"
CONTINUE_INTERRUPTED = "pattern_continue_interrupted"
CORRECTION = "pattern_correction"
CANCEL_FLOW = "pattern_cancel_flow"
RESTART = "pattern_restart"
REPEAT = "pattern_repeat_bot_messages"
SKIP_QUESTION = "pattern_skip_question"
USER_SILENCE = "pattern_user_silence"
CUSTOMER_SATISFACTION = "pattern_customer_satisfaction"
TICKET_STATE = "pattern_ticket_state"  # ours: CALM has no tickets
START_MENU = "start_menu"  # of flows that don't say where conversations begin
NEED_A_MODEL = (
    "pattern_search",
    "pattern_chitchat",
    "pattern_clarification",
    "pattern_external_agent_processing",
)
WHY_NOT = {  # what CALM gives as the `context.reason` of `pattern_cannot_handle` where these lead there
    **dict.fromkeys(("pattern_search", "action_trigger_search"), "cannot_handle_no_relevant_answer"),
    **dict.fromkeys(("pattern_chitchat", "action_trigger_chitchat"), "cannot_handle_chitchat"),
}
DONE_BY_ENGINE = ("pattern_collect_information", "pattern_validate_slot", "pattern_code_change")

SOMETHING_ELSE = "utter_can_do_something_else"
DOCUMENTED_AS = {  # what CALM's documentation calls our words; a response of that name is said in their place
    "utter_switchboard_cancelled": ("utter_flow_cancelled_rasa",),
    "utter_switchboard_corrected": ("utter_corrected_previous_input",),
    "utter_switchboard_cannot_skip": ("utter_skip_question_answer",),
    "utter_switchboard_internal_error": ("utter_internal_error_rasa",),
    "utter_switchboard_no_match": ("utter_ask_rephrase", "utter_default"),
    "utter_switchboard_no_match_options": ("utter_ask_rephrase", "utter_default"),
    "utter_switchboard_no_input": ("utter_ask_still_there",),
    "utter_switchboard_conversation_ended": ("utter_inform_hangup",),
    "utter_switchboard_restarted": ("utter_restart",),
    "utter_switchboard_resume_interrupted": ("utter_ask_continue_interrupted_flow_confirmation",),
    "utter_switchboard_handoff_no_agent": ("utter_human_handoff_not_available",),
    "utter_switchboard_survey_ask": ("utter_ask_csat_score",),
}
SLOT_REJECTIONS = {  # the same for what is no value of a slot, by the slot's type; `value` is what was typed
    "float": "utter_float_slot_rejection",
    "bool": "utter_boolean_slot_rejection",
    "categorical": "utter_categorical_slot_rejection",
}

SATISFACTION = Survey(  # what the pattern of that name asks; a survey of the same name takes its place
    name="satisfaction",
    ask=Text(response="utter_switchboard_survey_ask"),
    labels="stars",
    comment=SurveyComment(ask=Text(response="utter_switchboard_survey_comment"), condition="score <= 2"),
)


def is_pattern(flow: str) -> bool:
    """Whether the flow is one of CALM's patterns, by its name."""
    return flow.startswith("pattern_")


def built_in_patterns() -> dict[str, Flow]:
    """The patterns that play where the flows have none of that name."""
    says = {
        CANNOT_HANDLE: "no_match",
        CANCEL_FLOW: "cancelled",
        SKIP_QUESTION: "cannot_skip",
        USER_SILENCE: "no_input",
    }
    silent = (SESSION_START, CONTINUE_INTERRUPTED, REPEAT, *DONE_BY_ENGINE)
    flows = [_pattern(name, _say(wording)) for name, wording in says.items()]
    flows += [_pattern(name, Noop(id="noop")) for name in silent]
    flows += [_pattern(name, Link(id="link", flow=CANNOT_HANDLE)) for name in NEED_A_MODEL]
    flows.append(_pattern(COMPLETED, Say(id="say", texts=(Text(response=SOMETHING_ELSE),))))
    flows.append(_pattern(RESTART, _say("restarted", then="restart"), Action(id="restart", name="action_restart")))
    flows.append(_pattern(HUMAN_HANDOFF, Handoff(id="handoff")))
    flows.append(_pattern(CUSTOMER_SATISFACTION, AskSurvey(id="survey", survey=SATISFACTION.name)))
    flows.append(_pattern(TICKET_STATE, *_asking_for_ticket()))
    flows.append(_pattern(CORRECTION, *_correcting()))
    flows.append(_pattern(INTERNAL_ERROR, _say("internal_error", then="handoff"), Handoff(id="handoff")))
    return {flow.id: flow for flow in flows}


def _say(wording: str, then: str = END) -> Say:
    return Say(id="say", texts=(Text(response=f"utter_switchboard_{wording}"),), next=(Branch(to=then),))


def _asking_for_ticket() -> tuple[Step, ...]:
    slot, ask = "ticket_number", Text(response="utter_switchboard_ticket_ask_number")
    question = Collect(id="ask", slot=slot, ask=ask, kind="number", ask_before_filling=True, next=(Branch(to="tell"),))
    return question, TicketState(id="tell", slot=slot)


def _correcting() -> tuple[Step, ...]:
    """As CALM documents it; an answer that is taken back is asked for again, of which nothing needs to be said."""
    told = Branch(to="say", condition="not (context.is_reset_only or context.new_slot_values contains null)")
    return Action(id="correct", name="action_correct_flow_slot", next=(told, Branch(to=END))), _say("corrected")


def _pattern(name: str, *steps: Step) -> Flow:
    return Flow(
        id=name,
        description=f"built in: {name.removeprefix('pattern_').replace('_', ' ')}",
        steps={step.id: step for step in steps},
        first=steps[0].id,
        guard="false",
        resume="never",
        run_pattern_completed=False,
    )
