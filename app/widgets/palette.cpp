// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/widgets/theme.h"

#include <array>

// The tables of colours: the only hex values of the console.
namespace quota::console
{

namespace
{

struct RoleColors
{
    Role role;
    QRgb light;
    QRgb dark;
    QRgb contrastLight;
    QRgb contrastDark;
};

constexpr QRgb opaque(QRgb color)
{
    return 0xFF000000 | color;
}

// High contrast: pure grounds, edges as strong as text, states as words and shapes with strong inks; soft
// grounds are the plain ground, and what stands on them gets an outline.
constexpr std::array<RoleColors, size_t(Role::RoleCount)> table{{
    {Role::Canvas, 0xF5F6F9, 0x0E1116, 0xFFFFFF, 0x000000},
    {Role::Sidebar, 0xECEEF3, 0x0A0C11, 0xFFFFFF, 0x000000},
    {Role::Surface, 0xFFFFFF, 0x161A21, 0xFFFFFF, 0x000000},
    {Role::Raised, 0xFFFFFF, 0x1C212A, 0xFFFFFF, 0x000000},
    {Role::Sunken, 0xF0F2F6, 0x11151B, 0xFFFFFF, 0x000000},
    {Role::Input, 0xFFFFFF, 0x11151B, 0xFFFFFF, 0x000000},
    {Role::Hover, 0xEEF0F4, 0x1F242D, 0xE6E6E6, 0x2A2A2A},
    {Role::Selected, 0xE6ECFC, 0x1E2947, 0xDCE4FF, 0x14224F},
    {Role::Border, 0xDEE2E9, 0x2A303B, 0x000000, 0xFFFFFF},
    {Role::Control, 0x828B9A, 0x6F7888, 0x000000, 0xFFFFFF},
    {Role::ButtonEdge, 0xC9CFD9, 0x3A4250, 0x000000, 0xFFFFFF},
    {Role::Segment, 0xE6E9EF, 0x11151B, 0xFFFFFF, 0x000000},
    {Role::SegmentChosen, 0xFFFFFF, 0x2C3442, 0xDCE4FF, 0x14224F},
    {Role::SegmentEdge, 0xCDD3DD, 0x465062, 0x000000, 0xFFFFFF},
    {Role::Navigation, 0xFFFFFF, 0x1D2430, 0xDCE4FF, 0x14224F},
    {Role::NavigationEdge, 0xDADFE8, 0x2C3543, 0x000000, 0xFFFFFF},
    {Role::ScrollHandle, 0xBCC3CE, 0x444C5A, 0x000000, 0xFFFFFF},
    {Role::Track, 0xE3E7ED, 0x2B313C, 0xFFFFFF, 0x000000},
    {Role::Grid, 0xE8EBF0, 0x232933, 0x767676, 0x8A8A8A},
    {Role::Text, 0x161A22, 0xDEE2E9, 0x000000, 0xFFFFFF},
    {Role::Muted, 0x505968, 0xA5AEBD, 0x1C2128, 0xDCE1EA},
    {Role::Faint, 0x5F6877, 0x8F98A8, 0x1C2128, 0xDCE1EA},
    {Role::Disabled, 0x9AA2AF, 0x5C6573, 0x6B6B6B, 0x9A9A9A},
    {Role::Accent, 0x2A4DC9, 0x93ACFF, 0x0B2FA8, 0xB9C9FF},
    {Role::AccentFill, 0x2F55D4, 0x4463E6, 0x0B2FA8, 0xB9C9FF},
    {Role::AccentHover, 0x2646B4, 0x5572EE, 0x06206F, 0xFFFFFF},
    {Role::OnAccent, 0xFFFFFF, 0xFFFFFF, 0xFFFFFF, 0x000000},
    {Role::AccentSoft, 0xE9EEFD, 0x1D2848, 0xFFFFFF, 0x000000},
    {Role::Ok, 0x0A6E3D, 0x4FC68D, 0x00502A, 0x6BE8A8},
    {Role::OkSoft, 0xE2F3E9, 0x12291F, 0xFFFFFF, 0x000000},
    {Role::Warn, 0x865000, 0xF0B450, 0x5A3500, 0xFFCF7A},
    {Role::WarnSoft, 0xFBEFD6, 0x33270F, 0xFFFFFF, 0x000000},
    {Role::Bad, 0xB81C2C, 0xFF8A90, 0x8C0A1B, 0xFFB0B4},
    {Role::BadSoft, 0xFCE7E8, 0x3B181B, 0xFFFFFF, 0x000000},
    {Role::BadFill, 0xC02434, 0xC8323F, 0x8C0A1B, 0xFFB0B4},
    {Role::Info, 0x0A6291, 0x6CBBE8, 0x06405F, 0x9ADAFF},
    {Role::InfoSoft, 0xE2F0F8, 0x10293A, 0xFFFFFF, 0x000000},
    {Role::NeutralSoft, 0xE9ECF1, 0x252B35, 0xFFFFFF, 0x000000},
    {Role::BarNormal, 0x2F55D4, 0x6C8BFF, 0x0B2FA8, 0xB9C9FF},
    {Role::BarNear, 0xB46F05, 0xF0B450, 0x5A3500, 0xFFCF7A},
    {Role::BarFull, 0xB81C2C, 0xFF8A90, 0x8C0A1B, 0xFFB0B4},
    {Role::Production, 0x9C2C77, 0xF08CC8, 0x7A1459, 0xFFB3DE},
    {Role::ProductionSoft, 0xF8E6F2, 0x3A1A30, 0xFFFFFF, 0x000000},
    {Role::ProductionStrip, 0x9C2C77, 0xB8468F, 0x7A1459, 0xFFB3DE},
    {Role::Test, 0x7A5A00, 0xE3C260, 0x523B00, 0xFFE08A},
    {Role::TestSoft, 0xF7EFD2, 0x322A10, 0xFFFFFF, 0x000000},
    {Role::Dev, 0x0B6B62, 0x55CDBE, 0x044B44, 0x7FF0E2},
    {Role::DevSoft, 0xDDF2EF, 0x0F2D2A, 0xFFFFFF, 0x000000},
    {Role::UndoGround, 0x1B212B, 0x2B323E, 0x000000, 0x000000},
    {Role::UndoText, 0xFFFFFF, 0xFFFFFF, 0xFFFFFF, 0xFFFFFF},
    {Role::UndoAction, 0xB9C8FF, 0xB9C8FF, 0xB9C8FF, 0xB9C8FF},
    {Role::Scrim, 0x12161E, 0x000000, 0x12161E, 0x000000},
}};

constexpr bool inOrder()
{
    for (size_t at = 0; at < table.size(); ++at) {
        if (table[at].role != Role(at))
            return false;
    }
    return true;
}
static_assert(inOrder());

constexpr std::array<QRgb, seriesCount> lightSeries{0x3159D8, 0xC4631A, 0x14695F,
                                                    0xD347AC, 0x4A2475, 0x79828F};
constexpr std::array<QRgb, seriesCount> darkSeries{0x9DB3FC, 0xE4954F, 0x8FE0D6,
                                                   0xDB62C4, 0x9B6BF0, 0x8D97A7};

}

QColor Theme::colorIn(ThemeChoice theme, Role role)
{
    Q_ASSERT(role < Role::RoleCount);
    const RoleColors &colors = table[size_t(role)];
    QRgb value = colors.light;
    if (theme == ThemeChoice::Dark)
        value = colors.dark;
    else if (theme == ThemeChoice::HighContrastLight)
        value = colors.contrastLight;
    else if (theme == ThemeChoice::HighContrastDark)
        value = colors.contrastDark;
    QColor color(opaque(value));
    if (role == Role::Scrim)
        color.setAlphaF(theme == ThemeChoice::Light || theme == ThemeChoice::HighContrastLight ? 0.43F
                                                                                               : 0.59F);
    return color;
}

QColor Theme::seriesIn(ThemeChoice theme, int index)
{
    const bool dark = theme == ThemeChoice::Dark || theme == ThemeChoice::HighContrastDark;
    const size_t at = size_t(qBound(0, index, seriesCount - 1));
    return QColor(opaque(dark ? darkSeries[at] : lightSeries[at]));
}

Role ink(Tone tone)
{
    switch (tone) {
    case Tone::Ok:
        return Role::Ok;
    case Tone::Warn:
        return Role::Warn;
    case Tone::Bad:
        return Role::Bad;
    case Tone::Info:
        return Role::Info;
    case Tone::Neutral:
        break;
    }
    return Role::Muted;
}

Role ground(Tone tone)
{
    switch (tone) {
    case Tone::Ok:
        return Role::OkSoft;
    case Tone::Warn:
        return Role::WarnSoft;
    case Tone::Bad:
        return Role::BadSoft;
    case Tone::Info:
        return Role::InfoSoft;
    case Tone::Neutral:
        break;
    }
    return Role::NeutralSoft;
}

Role ink(Environment environment)
{
    if (environment == Environment::Production)
        return Role::Production;
    return environment == Environment::Test ? Role::Test : Role::Dev;
}

Role ground(Environment environment)
{
    if (environment == Environment::Production)
        return Role::ProductionSoft;
    return environment == Environment::Test ? Role::TestSoft : Role::DevSoft;
}

Role strip(Environment environment)
{
    return environment == Environment::Production ? Role::ProductionStrip : ink(environment);
}

}
