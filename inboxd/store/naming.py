"""How constraints and indexes are named, and the indexes of a part of the rows: the same for every way tables are said."""

from sqlalchemy import Index, MetaData, text

# One convention for both databases, so that migrations can name what they change.
CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
WHERE = "where"


def partial_index(name: str, *columns: str, where: str) -> Index:
    """Return an index of the rows for which ``where`` is true."""
    return Index(name, *columns, info={WHERE: where})


def complete_indexes(metadata: MetaData) -> None:
    """Tell each database's dialect of which rows the partial indexes are, for whoever makes or compares tables.

    Said where the index stands, it would load both dialects (3 MB) into every process that has a table.
    """
    for index in (index for table in metadata.tables.values() for index in table.indexes):
        if WHERE in index.info:
            for dialect in ("sqlite", "postgresql"):
                index.dialect_options[dialect]["where"] = text(index.info[WHERE])
