"""What programs that tests start find in their environment: what the machine has, but for settings of the bot."""

import os


def without_settings() -> dict[str, str]:
    """Those who run the tests may have settings of their own, and `SWITCHBOARD_KILLS` and the like are for tests."""
    return {name: value for name, value in os.environ.items() if not name.startswith("SWITCHBOARD_")}
