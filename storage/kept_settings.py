"""Settings that this installation made for itself once."""

from sqlalchemy import Connection, select
from sqlalchemy.dialects.postgresql import insert as insert_or  # SQLite understands its ON CONFLICT too

from storage.tables import KeptSettingRow


def keep(connection: Connection, key: str, value: str) -> str:
    """Keep the value unless another was kept before; gives the one that holds, the same in every process."""
    connection.execute(insert_or(KeptSettingRow).values(key=key, value=value).on_conflict_do_nothing())
    return connection.execute(select(KeptSettingRow.value).where(KeptSettingRow.key == key)).scalar_one()


def change(connection: Connection, key: str, value: str) -> bool:
    """Keep this value in place of another. False when it is kept already, by whatever process."""
    statement = insert_or(KeptSettingRow).values(key=key, value=value)
    statement = statement.on_conflict_do_update(
        index_elements=[KeptSettingRow.key], set_={"value": value}, where=KeptSettingRow.value != value
    )
    return connection.execute(statement.returning(KeptSettingRow.key)).one_or_none() is not None
