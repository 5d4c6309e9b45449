// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/usage/seriescolours.h"

#include <QSet>

using namespace Qt::StringLiterals;

namespace quota::console
{

QList<int> SeriesColours::coloursOf(const QString &profileId, const QStringList &groups)
{
    Q_ASSERT(groups.size() <= otherColour);
    // Pairs, because a group's name may hold what a settings key may not.
    const QStringList known = m_store.memory(profileId, u"seriesColours"_s).toStringList();
    QHash<QString, int> kept;
    for (qsizetype i = 0; i + 1 < known.size(); i += 2)
        kept.insert(known.at(i), qBound(0, known.at(i + 1).toInt(), otherColour - 1));

    QList<int> colours(groups.size(), -1);
    QSet<int> taken;
    for (qsizetype i = 0; i < groups.size(); ++i) {
        const int colour = kept.value(groups.at(i), -1);
        if (colour >= 0 && !taken.contains(colour)) {
            colours[i] = colour;
            taken.insert(colour);
        }
    }
    QStringList learnt = known;
    for (qsizetype i = 0; i < groups.size(); ++i) {
        if (colours.at(i) >= 0)
            continue;
        int colour = 0;
        while (taken.contains(colour))
            ++colour;
        colours[i] = colour;
        taken.insert(colour);
        if (!kept.contains(groups.at(i)))
            learnt << groups.at(i) << QString::number(colour);
    }
    if (learnt.size() != known.size() && !profileId.isEmpty())
        m_store.setMemory(profileId, u"seriesColours"_s, learnt);
    return colours;
}

}
