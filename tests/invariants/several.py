"""Several processes of one house behind a balancer."""

import asyncio
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass

from tests.invariants.balancer import Balancer
from tests.invariants.house import NOTHING, House, Mode
from tests.invariants.process import Process
from tests.ports import free_port


@dataclass(slots=True)
class Several:
    """They serve together until the stack ends; each has a port of its own."""

    house: House
    mode: Mode
    stack: AsyncExitStack
    settings: Mapping[str, str]
    ports: list[int]
    processes: list[Process]
    url: str

    @classmethod
    async def begin(
        cls,
        house: House,
        count: int,
        stack: AsyncExitStack,
        settings: Mapping[str, str] = NOTHING,
        *,
        mode: Mode = "webhook",
    ) -> "Several":
        """So many processes, started side by side; `opened` waits until all serve."""
        ports = [free_port() for _ in range(count)]
        balancer = await stack.enter_async_context(Balancer(ports))
        several = cls(house, mode, stack, settings, ports, [], balancer.url)
        for place in range(count):
            several.processes.append(await several._begin(place))
        return several

    async def opened(self) -> None:
        await asyncio.gather(*(process.opened() for process in self.processes))

    def check_sound(self) -> None:
        """Raises AssertionError if one of them met a bug of its own."""
        for process in self.processes:
            process.check_sound()

    async def again(self, place: int) -> Process:
        """Another one in the place of one that is dead."""
        self.processes[place] = await self._begin(place)
        return self.processes[place]

    async def _begin(self, place: int) -> Process:
        process = self.house.process(self.settings, mode=self.mode, port=self.ports[place], public_url=self.url)
        self.stack.push_async_exit(process)
        await process.spawn()
        return process
