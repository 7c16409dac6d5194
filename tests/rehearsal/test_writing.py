"""A script becomes a file that reads back as it was meant."""

from ruamel.yaml import YAML

from bot.rehearsal.writing import Script, write_case


def test_what_is_written_reads_back_the_same() -> None:
    steps = (
        {"user": "/start"},
        {"bot": "Hello!\nHow: are you?"},
        {"menu": ["yes", "No, that's all", "پیگیری سفارش", "12", "null", " # "]},
        {"tap": "1"},
        {"ended": "completed"},
    )
    stubs = {"action_look_up": {"events": [{"event": "slot", "name": "found", "value": None}]}}
    who = {"name": "سارا", "language": "none"}
    script = Script(steps=steps, channel="voice", desk={"orders": "no_agent"}, customer=who, stubs=stubs)
    case = {
        "channel": "voice",
        "desk": {"orders": "no_agent"},
        "customer": who,
        "stub_custom_actions": stubs,
        "steps": list(steps),
    }
    read = YAML(typ="safe").load(write_case("no: agent", script))
    assert read == {"test_cases": [{"test_case": "no: agent", **case}]}
