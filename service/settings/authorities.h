// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "service/config.h"
#include "service/settings/values.h"

#include <optional>

// The file of certificates that vouch for private upstreams (UPSTREAM_CA_FILE): PEM, one after another. The loader
// of settings has it read at start, when it knows the data directory.
namespace quota::service
{

struct AuthorityFault
{
    QString setting; // its name
    Text text;
};

// Fills in upstreamAuthorities, or says what is wrong with the file or the lack of one. Without checksFile the file
// is not opened.
std::optional<AuthorityFault> readAuthorities(Config &config, bool checksFile);

}
