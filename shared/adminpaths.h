// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLatin1StringView>

// Every path of the admin API, once: the routes and AdminClient both use these.
namespace quota::paths
{

inline constexpr QLatin1StringView healthz{"/healthz"};
inline constexpr QLatin1StringView metrics{"/metrics"};
inline constexpr QLatin1StringView health{"/admin/health"};
inline constexpr QLatin1StringView keys{"/admin/keys"};
inline constexpr QLatin1StringView templates{"/admin/templates"};
inline constexpr QLatin1StringView usage{"/admin/usage"};
inline constexpr QLatin1StringView usageReset{"/admin/usage/reset"};
inline constexpr QLatin1StringView providers{"/admin/providers"};
inline constexpr QLatin1StringView backups{"/admin/backups"};
inline constexpr QLatin1StringView pruneBackups{"/admin/backups/prune"};
inline constexpr QLatin1StringView cancelBackup{"/admin/backups/cancel"};
inline constexpr QLatin1StringView uploadBackup{"/admin/backups/upload"};
inline constexpr QLatin1StringView requests{"/admin/requests"};
inline constexpr QLatin1StringView ownUsage{"/v1/usage"};
inline constexpr QLatin1StringView explain{"/v1/usage/explain"};

}
