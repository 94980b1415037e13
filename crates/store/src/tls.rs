//! TLS for PostgreSQL.
