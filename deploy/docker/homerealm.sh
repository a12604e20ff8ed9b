#!/bin/sh
# `homerealm` in the images: the bundled command, with the settings of the service it stands beside.
exec node --enable-source-maps "$(dirname "$0")/../homerealm.js" "$@"
