#!/bin/sh
# Runs once, in the Postgres container, when its volume is empty: a database for each service, owned by a role of its
# own. No service can read another's.
set -eu

create() {
  psql --set ON_ERROR_STOP=1 --set role="$1" --set password="$2" --username postgres --dbname postgres <<'SQL'
CREATE ROLE :"role" LOGIN PASSWORD :'password';
CREATE DATABASE :"role" OWNER :"role";
REVOKE ALL ON DATABASE :"role" FROM PUBLIC;
SQL
}

create auth_gateway "$AUTH_GATEWAY_DB_PASSWORD"
create connection_registry "$CONNECTION_REGISTRY_DB_PASSWORD"
create identity_directory "$IDENTITY_DIRECTORY_DB_PASSWORD"
create profile_sync "$PROFILE_SYNC_DB_PASSWORD"
