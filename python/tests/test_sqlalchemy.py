from __future__ import annotations

import datetime
import decimal
from collections.abc import Iterator

import pandas
import pytest
import sqlalchemy as sa

import duckherder

OLD = sa.__version__.startswith("1.")


def url(cluster: duckherder.LocalCluster) -> str:
    return cluster.url.replace("grpc://", "duckherder://") + "/local"


@pytest.fixture
def engine(cluster: duckherder.LocalCluster) -> Iterator[sa.Engine]:
    engine = sa.create_engine(url(cluster), future=True)
    with engine.begin() as connection:
        connection.execute(sa.text("DROP SCHEMA IF EXISTS shop CASCADE"))
        connection.execute(sa.text("CREATE SCHEMA shop"))
    yield engine
    engine.dispose()


@pytest.fixture
def metadata(engine: sa.Engine) -> sa.MetaData:
    metadata = sa.MetaData(schema="shop")
    sa.Table(
        "customers",
        metadata,
        sa.Column("id", sa.Integer, sa.Sequence("customer_ids", schema="shop"), primary_key=True),
        sa.Column("name", sa.String(40), nullable=False, unique=True),
        sa.Column("since", sa.DateTime),
    )
    sa.Table(
        "orders",
        metadata,
        sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("customer", sa.ForeignKey("shop.customers.id")),
        sa.Column("amount", sa.Numeric(12, 2), sa.CheckConstraint("amount >= 0")),
        sa.Column("note", sa.Text, server_default="none"),
        sa.Index("orders_by_customer", "customer"),
        comment="what they bought",
    )
    metadata.create_all(engine)
    return metadata


def test_reflects_what_was_made(engine, metadata):
    inspector = sa.inspect(engine)
    assert "shop" in inspector.get_schema_names()
    assert "tpch.main" in inspector.get_schema_names()
    assert inspector.get_table_names("shop") == ["customers", "orders"]
    columns = {column["name"]: column for column in inspector.get_columns("orders", "shop")}
    assert isinstance(columns["id"]["type"], sa.BIGINT)
    assert columns["amount"]["type"].scale == 2
    assert not columns["id"]["nullable"]
    assert inspector.get_pk_constraint("orders", "shop")["constrained_columns"] == ["id"]
    (key,) = inspector.get_foreign_keys("orders", "shop")
    assert (key["constrained_columns"], key["referred_table"]) == (["customer"], "customers")
    assert inspector.get_unique_constraints("customers", "shop")[0]["column_names"] == ["name"]
    assert inspector.get_indexes("orders", "shop") == [
        {"name": "orders_by_customer", "unique": False, "column_names": ["customer"]}
    ]
    assert inspector.get_table_comment("orders", "shop") == {"text": "what they bought"}
    assert inspector.has_table("nation", "tpch.main")
    assert not inspector.has_table("nation", "shop")
    with pytest.raises(sa.exc.NoSuchTableError):
        inspector.get_columns("nothing", "shop")
    reflected = sa.Table("orders", sa.MetaData(), schema="shop", autoload_with=engine)
    assert [column.name for column in reflected.primary_key] == ["id"]


def test_writes_and_reads_through_tables(engine, metadata):
    customers, orders = metadata.tables["shop.customers"], metadata.tables["shop.orders"]
    since = datetime.datetime(2026, 1, 31, 12, 30)
    with engine.begin() as connection:
        made = connection.execute(customers.insert().values(name="Ada", since=since))
        assert made.inserted_primary_key == (1,)
        rows = [
            {"id": i, "customer": 1, "amount": decimal.Decimal("1.50") * i} for i in range(1, 101)
        ]
        assert connection.execute(orders.insert(), rows).rowcount in (100, -1)
        changed = connection.execute(orders.update().where(orders.c.id > 90).values(note="late"))
        assert changed.rowcount == 10
    with engine.connect() as connection:
        query = (
            sa.select(customers.c.name, sa.func.sum(orders.c.amount).label("total"))
            .join(orders, orders.c.customer == customers.c.id)
            .group_by(customers.c.name)
        )
        assert connection.execute(query).all() == [("Ada", decimal.Decimal("7575.00"))]
        page = sa.select(orders.c.id).order_by(orders.c.id.desc()).limit(2).offset(1)
        assert connection.scalars(page).all() == [99, 98]


def test_rolls_back(engine, metadata):
    customers = metadata.tables["shop.customers"]
    with engine.connect() as connection:
        connection.execute(customers.insert().values(id=7, name="Bob"))
        assert connection.scalar(sa.select(sa.func.count()).select_from(customers)) == 1
        connection.rollback()
        assert connection.scalar(sa.select(sa.func.count()).select_from(customers)) == 0
    with pytest.raises(sa.exc.IntegrityError), engine.begin() as connection:
        connection.execute(customers.insert().values(id=1, name="x"))
        connection.execute(customers.insert().values(id=1, name="y"))
    with engine.connect() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(customers)) == 0


def test_reads_before_a_write_are_in_no_transaction(engine, cluster):
    with engine.connect() as connection:
        connection.execute(sa.text("SELECT 1")).all()
        assert not connection.connection.dbapi_connection.in_transaction
        connection.execute(sa.text("CREATE TABLE shop.t (i INTEGER)"))
        assert connection.connection.dbapi_connection.in_transaction
    snapshot = engine.execution_options(isolation_level="SNAPSHOT")
    with snapshot.connect() as connection:
        connection.execute(sa.text("SELECT 1")).all()
        assert connection.connection.dbapi_connection.in_transaction
    automatic = engine.execution_options(isolation_level="AUTOCOMMIT")
    with automatic.connect() as connection:
        connection.execute(sa.text("CREATE TABLE shop.t (i INTEGER)"))
    with cluster.connect(progress=False) as other:
        assert other.sql("SELECT count(*) FROM local.shop.t").fetchone() == (0,)


def test_a_level_for_all_connections_is_gone_back_to(cluster):
    engine = sa.create_engine(url(cluster), isolation_level="AUTOCOMMIT", future=True, pool_size=1)
    for level in ("SNAPSHOT", "AUTOCOMMIT", "READ COMMITTED"):
        with engine.connect() as connection:
            assert connection.get_isolation_level() == "AUTOCOMMIT"
            other = connection.execution_options(isolation_level=level)
            assert other.get_isolation_level() == level
    with pytest.raises(sa.exc.ArgumentError), engine.connect() as connection:
        connection.execution_options(isolation_level="SERIALIZABLE")
    engine.dispose()


@pytest.mark.skipif(not OLD, reason="SQLAlchemy 2 commits nothing by itself")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_what_is_in_no_transaction_is_committed(engine, cluster):
    automatic = sa.create_engine(url(cluster))
    with automatic.connect() as connection:
        connection.execute(sa.text("CREATE TABLE shop.t AS SELECT 1 AS i"))
        more = "MERGE INTO shop.t USING (SELECT 2 AS i) USING (i) WHEN NOT MATCHED THEN INSERT"
        connection.execute(sa.text(more))
    with engine.connect() as connection:
        assert connection.scalar(sa.text("SELECT sum(i) FROM shop.t")) == 3
    automatic.dispose()


def test_sequences_and_intervals(engine, metadata):
    with engine.begin() as connection:
        numbers = sa.Sequence("customer_ids", schema="shop")
        assert (connection.execute if OLD else connection.scalar)(numbers) == 1
        assert connection.scalar(sa.select(numbers.next_value())) == 2
        connection.execute(sa.text("CREATE TABLE shop.waits (wait INTERVAL)"))
        waits = sa.Table("waits", sa.MetaData(), schema="shop", autoload_with=connection)
        hour = datetime.timedelta(hours=1)
        connection.execute(waits.insert().values(wait=hour))
        assert connection.scalar(sa.select(waits.c.wait).where(waits.c.wait >= hour)) == hour


@pytest.mark.skipif(OLD, reason="pandas 2.2 and newer want SQLAlchemy 2")
def test_pandas_reads_and_writes(engine):
    frame = pandas.DataFrame(
        {
            "id": [1, 2, 3],
            "text": ["a", None, "c"],
            "at": pandas.to_datetime(["2026-01-01", "2026-01-02", None]),
            "value": [1.5, 2.5, None],
        }
    )
    assert frame.to_sql("frame", engine, schema="shop", index=False, if_exists="replace") in (3, -1)
    back = pandas.read_sql("SELECT * FROM shop.frame ORDER BY id", engine)
    pandas.testing.assert_series_equal(back["value"], frame["value"])
    assert back["at"].isna().tolist() == [False, False, True]
    assert pandas.read_sql_table("frame", engine, schema="shop")["text"].tolist()[0] == "a"
    parameters = {"least": 2}
    some = pandas.read_sql(sa.text("FROM shop.frame WHERE id >= :least"), engine, params=parameters)
    assert len(some) == 2


def test_a_connection_that_is_gone_is_made_anew():
    with duckherder.LocalCluster(workers=0, token="a-secret-of-this-test") as cluster:
        host = cluster.url.removeprefix("grpc://")
        address = f"duckherder://:a-secret-of-this-test@{host}"
        engine = sa.create_engine(address, pool_pre_ping=True, future=True)
        with engine.connect() as connection:
            assert connection.scalar(sa.text("SELECT 42")) == 42
    port = host.partition(":")[2]
    with duckherder.LocalCluster(workers=0, token="a-secret-of-this-test", port=port):
        with engine.connect() as connection:
            assert connection.scalar(sa.text("SELECT 42")) == 42
        engine.dispose()


@pytest.mark.skipif(sa.__version__.startswith("1."), reason="1.4 knows one division")
def test_divides_as_python_does(engine):
    seven, two = sa.literal(7), sa.literal(2)
    with engine.connect() as connection:
        row = connection.execute(sa.select(seven // two, seven / two)).one()
    assert (row[0], float(row[1])) == (3, 3.5)
