// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/commands/databaserepair.h"

#include "service/backup/repair/repairer.h"
#include "service/commands/databaseplace.h"
#include "service/commands/keyoutput.h"
#include "service/commands/texttable.h"

#include <QDir>
#include <QFileInfo>
#include <QJsonArray>
#include <QScopeGuard>

using namespace Qt::StringLiterals;

namespace quota::service
{

static QString textOf(const Console &console, const RepairRemark &remark)
{
    return remark.table + u": "_s + console.text(remark.text, remark.arguments);
}

static QJsonArray toJson(const QList<DatabaseFinding> &findings)
{
    QJsonArray array;
    for (const DatabaseFinding &finding : findings)
        array.append(QJsonObject{{u"subject"_s, toString(finding.subject)}, {u"text"_s, finding.text}});
    return array;
}

static void printJson(const Console &console, const PreparedRepair &repair, const QString &kept)
{
    QJsonObject tables;
    for (auto it = repair.tables.begin(); it != repair.tables.end(); ++it)
        tables.insert(it.key(),
                      QJsonObject{{u"before"_s, it->before ? QJsonValue(*it->before) : QJsonValue()},
                                  {u"after"_s, it->after}});
    QJsonArray remarks;
    for (const RepairRemark &remark : repair.remarks)
        remarks.append(QJsonObject{{u"table"_s, remark.table},
                                   {u"text"_s, console.text(remark.text, remark.arguments)}});
    console.write(toJsonText({{u"path"_s, repair.path},
                              {u"needed"_s, repair.isNeeded},
                              {u"repaired"_s, !kept.isEmpty()},
                              {u"schema"_s, repair.isNeeded ? repair.schema : repair.found.schema},
                              {u"findings"_s, toJson(repair.found.findings)},
                              {u"tables"_s, tables},
                              {u"lost"_s, remarks},
                              {u"left"_s, toJson(repair.left)},
                              {u"kept_aside"_s, kept}}));
}

static void print(const Console &console, const PreparedRepair &repair)
{
    constexpr qsizetype mostFindings = 10;
    for (const DatabaseFinding &finding :
         repair.found.findings.first(std::min(mostFindings, repair.found.findings.size())))
        console.say(toString(finding.subject) + u": "_s + finding.text);
    if (repair.found.findings.size() > mostFindings)
        console.say(
            console.text(QT_TRANSLATE_NOOP("service", "%1 more; quota-proxy database check names them."),
                         {QString::number(repair.found.findings.size() - mostFindings)}));
    TextTable table{{console.text(QT_TRANSLATE_NOOP("service", "TABLE")),
                     console.text(QT_TRANSLATE_NOOP("service", "BEFORE")),
                     console.text(QT_TRANSLATE_NOOP("service", "AFTER"))},
                    {},
                    {false, true, true}};
    for (auto it = repair.tables.begin(); it != repair.tables.end(); ++it)
        table.rows.append(
            {it.key(), it->before ? QString::number(*it->before) : u"?"_s, QString::number(it->after)});
    console.write(table.aligned());
    if (repair.remarks.isEmpty())
        console.say(console.text(QT_TRANSLATE_NOOP("service", "No row is lost.")));
    else
        console.say(console.text(QT_TRANSLATE_NOOP("service", "What is lost, or not as it was:")));
    for (const RepairRemark &remark : repair.remarks)
        console.say(u"  "_s + textOf(console, remark));
    if (!repair.left.isEmpty())
        console.say(
            console.text(QT_TRANSLATE_NOOP("service", "%1 figures of the books differ from what is left of "
                                                      "the rows; quota-proxy database check names them."),
                         {QString::number(repair.left.size())}));
}

static void printNothing(const Console &console, const PreparedRepair &repair)
{
    console.say(console.text(
        QT_TRANSLATE_NOOP("service", "Nothing to repair: the file is sound. Nothing was changed.")));
    const bool booksDiffer = std::any_of(
        repair.found.findings.begin(), repair.found.findings.end(),
        [](const DatabaseFinding &finding) { return finding.subject == DatabaseFinding::Subject::Books; });
    if (booksDiffer)
        console.tell(
            console.text(QT_TRANSLATE_NOOP("service", "The books do not add up, though: quota-proxy database "
                                                      "check names the figures. A repair changes none.")));
}

static int carryOut(const CommandParser &parser, const RestorePlaces &places, PreparedRepair &repair)
{
    const Console &console = parser.console();
    const bool isJson = parser.isSet(u"json"_s);
    if (!isJson)
        print(console, repair);
    if (parser.isSet(u"dry-run"_s)) {
        if (isJson)
            printJson(console, repair, {});
        else
            console.tell(console.text(QT_TRANSLATE_NOOP("service", "A dry run: nothing was changed.")));
        return ExitGood;
    }
    const auto agreed =
        isAgreed(parser, console.text(QT_TRANSLATE_NOOP(
                             "service", "Put this in the place of the damaged database? That one is "
                                        "kept aside. Type yes: ")));
    if (!agreed)
        return agreed.error();
    if (!*agreed)
        return refuse(parser, console.text(QT_TRANSLATE_NOOP("service", "Nothing was changed.")));
    const auto kept = carryOutRepair(places, repair, SystemClock().now());
    if (!kept)
        return refuse(parser, kept.error().message);
    if (isJson)
        printJson(console, repair, *kept);
    else
        console.tell(console.text(QT_TRANSLATE_NOOP("service", "Repaired. The damaged database stays as %1."),
                                  {*kept}));
    return ExitGood;
}

int repairDatabase(const Console &console, const QStringList &arguments)
{
    CommandParser parser(
        console, u"database repair"_s,
        QT_TRANSLATE_NOOP("service",
                          "Salvages what can be read of a damaged database into a new one, proves that, "
                          "and puts it in its place; the damaged one stays beside it. The last "
                          "good backup is the better cure where it holds enough."));
    parser.flag(
        u"dry-run"_s,
        QT_TRANSLATE_NOOP("service", "Shows what would be saved and what is lost, and changes nothing."));
    parser.flag(u"yes"_s, QT_TRANSLATE_NOOP("service", "Does not ask."));
    DatabasePlace::addOptions(parser);
    parser.flag(u"json"_s, QT_TRANSLATE_NOOP("service", "Prints JSON."));
    if (const auto code = parser.parse(arguments))
        return *code;
    const auto place = DatabasePlace::toChange(parser, false);
    if (!place)
        return place.error();
    if (!QFileInfo::exists(place->path()))
        return refuse(
            parser, console.text(QT_TRANSLATE_NOOP("service", "There is no database at %1. Put the last good "
                                                              "backup back: quota-proxy backup list, then "
                                                              "quota-proxy backup restore NAME."),
                                 {place->path()}));
    const RestorePlaces places(place->config());
    const bool hadScratch = QFileInfo::exists(places.scratch);
    const auto tidy = qScopeGuard([&] {
        if (!hadScratch)
            QDir().rmdir(places.scratch);
    });
    auto repair = prepareRepair(places, u"command line"_s, SystemClock().now());
    if (!repair)
        return refuse(parser, repair.error().message);
    const auto clear = qScopeGuard([&repair] { repair->scratch.reset(); });
    if (repair->isNeeded)
        return carryOut(parser, places, *repair);
    if (parser.isSet(u"json"_s))
        printJson(console, *repair, {});
    else
        printNothing(console, *repair);
    return ExitGood;
}

}
