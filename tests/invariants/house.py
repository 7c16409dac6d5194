"""A house for tests: its folder, its database, and the settings that its processes run with."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from storage.schema import migrate
from tests.botapi.server import BotApiServer
from tests.invariants.flows import DESK, FLOWS
from tests.invariants.process import MANY, Process

Mode = Literal["polling", "webhook"]

NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class House:
    """Where everything of it is. `database_url` has all tables."""

    folder: Path
    server: BotApiServer
    database_url: str

    @classmethod
    def build(cls, folder: Path, server: BotApiServer, database_url: str, flows: str = FLOWS) -> "House":
        """Lay out the files and make the tables."""
        house = cls(folder, server, database_url)
        house.flows.mkdir(parents=True)
        house.write_flows(flows)
        (folder / "desk.yaml").write_text(DESK, encoding="utf-8")
        migrate(database_url)
        return house

    @property
    def flows(self) -> Path:
        return self.folder / "flows"

    def write_flows(self, source: str) -> None:
        """What the bot says from now on."""
        (self.flows / "flows.yaml").write_text(source, encoding="utf-8")

    def process(
        self, settings: Mapping[str, str] = NOTHING, *, mode: Mode = "polling", port: int = 0, public_url: str = ""
    ) -> Process:
        """One of its processes, not started yet. `settings` are those that differ, as TELEGRAM__TOKEN."""
        usual = {
            "DATABASE__URL": self.database_url,
            "FLOWS__PATH": str(self.flows),
            "DESK__PATH": str(self.folder / "desk.yaml"),
            "HTTP__PORT": str(port),
            "TELEGRAM__TOKEN": self.server.token,
            "TELEGRAM__API_URL": self.server.url,
            "TELEGRAM__MODE": mode,
            "TELEGRAM__MESSAGES_PER_SECOND": MANY,
            "TELEGRAM__MESSAGES_PER_CHAT_PER_SECOND": MANY,
            "TELEGRAM__MESSAGES_PER_GROUP_PER_MINUTE": MANY,
            "ACTIONS__PACKAGE": "tests.invariants.shop_actions",
        }
        if mode == "webhook":
            usual["HTTP__PUBLIC_URL"] = public_url or f"http://127.0.0.1:{port}"
        return Process(self.folder / "run", {**usual, **settings})
