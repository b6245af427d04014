"""dbt's adapter for Duckherder."""

from dbt.adapters.base import AdapterPlugin

from dbt.adapters.duckherder.connections import DuckherderConnectionManager, DuckherderCredentials
from dbt.adapters.duckherder.impl import DuckherderAdapter
from dbt.include import duckherder

Plugin = AdapterPlugin(
    adapter=DuckherderAdapter,  # type: ignore[arg-type]
    credentials=DuckherderCredentials,
    include_path=duckherder.PACKAGE_PATH,
)

__all__ = ["DuckherderAdapter", "DuckherderConnectionManager", "DuckherderCredentials", "Plugin"]
