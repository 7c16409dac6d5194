# mypy: ignore-errors
settings = {}
token = settings["token"]
