# mypy: ignore-errors
import uuid

shop = uuid.UUID("no number")
