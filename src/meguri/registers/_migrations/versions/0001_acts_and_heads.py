"""Acts of registers and the heads of their histories; rows can be added and read, not changed."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_FIXED = "acts are never changed: correct or withdraw them"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "entries",
        sa.Column("register", sa.String(80), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("kind", sa.String(80), nullable=False),
        sa.Column("key", sa.String(80), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("act", sa.String(80), nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("role", sa.String(80), nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("concerns", sa.Integer, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("written", sa.String(40), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.UniqueConstraint("register", "kind", "key", "version", name="one_version"),
    )
    op.create_table(
        "heads",
        sa.Column("register", sa.String(80), primary_key=True),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
    )
    if op.get_bind().dialect.name == "sqlite":
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER entries_no_{act.lower()} BEFORE {act} ON entries "
                f"BEGIN SELECT RAISE(ABORT, '{_FIXED}'); END"
            )
    else:
        op.execute(
            "CREATE FUNCTION entries_fixed() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{_FIXED}'; END $$"
        )
        op.execute(
            "CREATE TRIGGER entries_fixed BEFORE UPDATE OR DELETE ON entries "
            "FOR EACH ROW EXECUTE FUNCTION entries_fixed()"
        )
