#!/bin/sh
# Makes the self-contained bundle of one service in dist/<app>, with the command `homerealm` beside it (bin/homerealm).
# The image build runs this, and so does the check that needs no container engine: what is tried here is what the image
# gets.
set -eu
app="${1:?usage: build.sh <app>}"
cd "$(dirname "$0")/../.."
node deploy/local/bin/prepare.mjs
NX_DAEMON=false node node_modules/nx/dist/bin/nx.js run "@homerealm/$app:bundle" --output-style=stream
NX_DAEMON=false node node_modules/nx/dist/bin/nx.js run "@homerealm/cli:bundle" --output-style=stream
cp -R dist/cli/. "dist/$app/"
