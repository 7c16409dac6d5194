"""A shop whose agents work in a forum group, and what its people do again and again."""

from tests.botapi.people import Person

SARA = 100
ALI = 201
REZA = 202
DESK = -1001234

FLOWS = """
flows:
  main:
    description: the start
    start: true
    steps:
      - say: Welcome to the shop.
      - id: top
        menu: What can we do?
        options:
          - label: Talk to a person
            then: person
          - label: Nothing
            then: END
      - id: person
        handoff: support
        note: Wants a person.
        on_no_agent:
          - say: Nobody is here.
            next: END
      - survey: csat
      - say: Back with the bot.
        next: END
surveys:
  csat: {kind: csat, ask: How was it?, thanks: Thank you!}
"""


async def ask(customer: Person) -> None:
    """The customer asks for a person."""
    await customer.start()
    await customer.wait_for("What can we do?", button="Talk to a person")
    await customer.tap("Talk to a person")


async def talk(customer: Person, agent: Person) -> Person:
    """The customer asks for a person, and this agent takes them. Gives the agent in the topic."""
    await ask(customer)
    agent = await agent.wait_for_topic(customer.user.first_name)
    await agent.wait_for(button="Take", ever=True)
    await agent.tap("Take")
    await customer.wait_for(agent.user.first_name)
    await agent.wait_for("has it.", ever=True)
    return agent


def bot_says(person: Person) -> list[str]:
    return [seen.text for seen in person.screen() if seen.from_bot]
