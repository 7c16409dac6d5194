"""python -m bench.bare: the same journey by aiogram alone, with no storage, set up as well as it can be.

Without the machine that keeps states, with the collector out of the way (aiogram builds a model of pydantic's for each
answer of Telegram's, which each collection would throw away), with a faster JSON reader, without an access log, and
acknowledging an update before it is dealt with.
"""

import asyncio
import gc
import os
import signal

import msgspec
from aiogram import Bot, Dispatcher, F, Router
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.filters import CommandStart
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message
from aiogram.webhook.aiohttp_server import SimpleRequestHandler
from aiohttp import web

from bench import journey

PATH = "/telegram/webhook"
SECRET = "bare"
CONNECTIONS = 100

router = Router()
questions: dict[int, int] = {}  # the message with buttons in each chat


def keyboard(*labels: str) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(
        inline_keyboard=[[InlineKeyboardButton(text=label, callback_data=label)] for label in labels]
    )


FIRST = keyboard(*journey.FIRST_LABELS)
FRONT = keyboard(*journey.FRONT_LABELS)
ASK = keyboard(*journey.ASK_LABELS)
BRANCHES = keyboard(*journey.BRANCH_LABELS)
CENTRE = keyboard(*journey.CENTRE_LABELS)


@router.message(CommandStart())
async def greet(message: Message) -> None:
    await ask(message, journey.FRONT, FIRST)


@router.callback_query(F.data == "Track an order")
async def ask_order(query: CallbackQuery) -> None:
    assert isinstance(query.message, Message)
    await query.answer()
    await query.message.edit_text(journey.chosen(journey.FRONT, "Track an order"))
    await ask(query.message, journey.ASK_ORDER, ASK)


@router.message(F.text.regexp(r"\d{4,10}"))
async def track(message: Message) -> None:
    answered = questions[message.chat.id]
    await message.answer(f"Order {message.text} is on its way.")
    await ask(message, journey.FRONT, FRONT)
    await hide(message, answered)


@router.callback_query(F.data == "Opening hours")
async def show_branches(query: CallbackQuery) -> None:
    await turn_to(query, journey.BRANCHES, BRANCHES)


@router.callback_query(F.data == "Centre")
async def show_centre(query: CallbackQuery) -> None:
    await turn_to(query, journey.CENTRE, CENTRE)


@router.callback_query(F.data == "Back to the start")
async def show_front(query: CallbackQuery) -> None:
    await turn_to(query, journey.FRONT, FRONT)


@router.message(F.text == "Goodbye")
async def say_goodbye(message: Message) -> None:
    await message.answer(journey.FAREWELL)
    await hide(message, questions[message.chat.id])


async def ask(message: Message, text: str, buttons: InlineKeyboardMarkup) -> None:
    sent = await message.answer(text, reply_markup=buttons)
    questions[message.chat.id] = sent.message_id


async def hide(message: Message, question: int) -> None:
    assert message.bot
    await message.bot.edit_message_reply_markup(chat_id=message.chat.id, message_id=question)


async def turn_to(query: CallbackQuery, text: str, buttons: InlineKeyboardMarkup) -> None:
    assert isinstance(query.message, Message)
    await query.answer()
    await query.message.edit_text(text, reply_markup=buttons)


async def serve(api_url: str, token: str, port: int) -> None:
    """Serve until told to end."""
    ended = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    session = AiohttpSession(api=TelegramAPIServer.from_base(api_url), json_loads=msgspec.json.decode)
    bot = Bot(token, session=session)
    dispatcher = Dispatcher(disable_fsm=True)
    dispatcher.include_router(router)
    app = web.Application()
    SimpleRequestHandler(dispatcher, bot, secret_token=SECRET, handle_in_background=True).register(app, path=PATH)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    await bot.set_webhook(f"http://127.0.0.1:{port}{PATH}", secret_token=SECRET, max_connections=CONNECTIONS)
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    await ended.wait()
    await runner.cleanup()


if __name__ == "__main__":
    asyncio.run(serve(os.environ["API_URL"], os.environ["TOKEN"], int(os.environ["PORT"])))
