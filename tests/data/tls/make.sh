#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Makes the certificates of the TLS tests anew. They protect nothing; the keys are here for everyone to see.
# - authority.pem vouches for server.pem (EC), a server of 127.0.0.1 and localhost.
# - root.pem vouches for an intermediate authority, which vouches for the same server: chain.pem holds the server's
#   certificate (RSA) and the intermediate's. chain.key is its key, encrypted.key the same under a password.
# - short.pem and short.key: RSA with 1024 bits, which TLS refuses.
# - modern.key: Ed25519.
set -eu
cd "$(dirname "$0")"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
curve="-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes"
days="-days 36500"
printf 'subjectAltName=DNS:localhost,IP:127.0.0.1\n' > "$scratch/server.ext"
printf 'basicConstraints=critical,CA:true\nkeyUsage=critical,keyCertSign\n' > "$scratch/authority.ext"

# shellcheck disable=SC2086 # the options are words
{
    openssl req -x509 $curve $days -subj "/CN=Quota Proxy test authority" \
        -keyout "$scratch/authority.key" -out authority.pem
    openssl req $curve -subj "/CN=localhost" -keyout server.key -out "$scratch/server.csr"
    openssl x509 -req -in "$scratch/server.csr" -CA authority.pem -CAkey "$scratch/authority.key" \
        -CAcreateserial -CAserial "$scratch/serial" $days -extfile "$scratch/server.ext" -out server.pem

    openssl req -x509 $curve $days -subj "/CN=Quota Proxy test root" -keyout "$scratch/root.key" -out root.pem
    openssl req $curve -subj "/CN=Quota Proxy test intermediate" \
        -keyout "$scratch/intermediate.key" -out "$scratch/intermediate.csr"
    openssl x509 -req -in "$scratch/intermediate.csr" -CA root.pem -CAkey "$scratch/root.key" \
        -CAcreateserial -CAserial "$scratch/serial" $days -extfile "$scratch/authority.ext" \
        -out "$scratch/intermediate.pem"
    openssl req -newkey rsa:2048 -nodes -subj "/CN=localhost" -keyout chain.key -out "$scratch/chain.csr"
    openssl x509 -req -in "$scratch/chain.csr" -CA "$scratch/intermediate.pem" -CAkey "$scratch/intermediate.key" \
        -CAcreateserial -CAserial "$scratch/serial" $days -extfile "$scratch/server.ext" -out "$scratch/chain.pem"
    cat "$scratch/chain.pem" "$scratch/intermediate.pem" > chain.pem
    openssl pkey -in chain.key -aes256 -passout pass:secret -out encrypted.key

    openssl req -x509 -newkey rsa:1024 -nodes $days -subj "/CN=localhost" -keyout short.key -out short.pem
    openssl genpkey -algorithm ed25519 -out modern.key
}
