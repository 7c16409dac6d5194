"""Circles in a graph."""

from collections.abc import Mapping

Place = tuple[str, str]  # flow, step


def loops_in(graph: Mapping[Place, list[Place]]) -> list[list[Place]]:
    """The strongly connected parts that hold a circle (Tarjan's algorithm, without recursion)."""
    number: dict[Place, int] = {}
    low: dict[Place, int] = {}
    on_stack: set[Place] = set()
    stack: list[Place] = []
    loops = []
    for root in graph:
        if root in number:
            continue
        work = [(root, iter(graph[root]))]
        number[root] = low[root] = len(number)
        stack.append(root)
        on_stack.add(root)
        while work:
            place, followers = work[-1]
            follower = next((each for each in followers if each in graph), None)
            if follower is None:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[place])
                if low[place] == number[place]:
                    part = _popped(stack, place)
                    on_stack.difference_update(part)
                    if len(part) > 1 or place in graph[place]:
                        loops.append(part)
            elif follower not in number:
                number[follower] = low[follower] = len(number)
                stack.append(follower)
                on_stack.add(follower)
                work.append((follower, iter(graph[follower])))
            elif follower in on_stack:
                low[place] = min(low[place], number[follower])
    return loops


def _popped(stack: list[Place], last: Place) -> list[Place]:
    """What is taken off the stack, up to this place."""
    part: list[Place] = []
    while not part or part[-1] != last:
        part.append(stack.pop())
    return part[::-1]
