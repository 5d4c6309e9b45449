// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/backup/backupdirectory.h"
#include "service/backup/gzipfile.h"
#include "service/backup/manifest.h"
#include "service/backup/retention.h"
#include "service/backup/schedule.h"
#include "service/backup/sealedfile.h"
#include "service/backup/settingsfile.h"
#include "service/backup/tararchive.h"

#include <QBuffer>
#include <QJsonDocument>
#include <QProcess>
#include <QTemporaryDir>
#include <QtTest>

using namespace Qt::StringLiterals;
using namespace quota;
using namespace quota::service;

// The parts that a backup is made of, each by itself.
class BackupPartsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void manifestComesBack();
    void manifestRefuses_data();
    void manifestRefuses();
    void gzipIsWhatGzipReads();
    void gzipNoticesEveryBit();
    void gzipTakesMembersInARow();
    void sealedComesBack_data();
    void sealedComesBack();
    void sealedNoticesEveryBit();
    void sealedRefusesPassphrases();
    void memberNames_data();
    void memberNames();
    void schedules_data();
    void schedules();
    void schedulesRefuse_data();
    void schedulesRefuse();
    void retentionKeepsTheNewestOfEach();
    void retentionKeepsWhatMatters();
    void settingsComeBack();
    void directoryNamesNothingElsewhere_data();
    void directoryNamesNothingElsewhere();
    void directoryForgetsNotesOfOtherBytes();
    void directoryNeverReplaces();
};

static Timestamp at(const QString &iso)
{
    return *timestampFromIso(iso);
}

static BackupManifest sample()
{
    BackupManifest manifest;
    manifest.version = u"1.0.0"_s;
    manifest.schema = 3;
    manifest.instance = u"abc"_s;
    manifest.created = at(u"2026-11-27T14:11:07Z"_s);
    manifest.rows = {{u"keys"_s, 3}, {u"requests"_s, 12}};
    manifest.members = {{u"quota.db"_s, 4096, QByteArray(64, 'a')},
                        {u"config.env"_s, 10, QByteArray(64, '0')}};
    return manifest;
}

void BackupPartsTest::manifestComesBack()
{
    const auto read = manifestFromText(toText(sample()));
    QVERIFY2(read, read ? "" : qPrintable(read.error().message));
    QCOMPARE(*read == sample(), true);
    QCOMPARE(read->totalSize(), 4106);
}

void BackupPartsTest::manifestRefuses_data()
{
    QTest::addColumn<QByteArray>("from");
    QTest::addColumn<QByteArray>("to");
    QTest::addColumn<QString>("words");
    const auto row = [](const char *name, const char *from, const char *to, const char *words) {
        QTest::newRow(name) << QByteArray(from) << QByteArray(to) << QString::fromLatin1(words);
    };
    row("newer format", "\"format\": 1", "\"format\": 2", "a newer version made it");
    row("no format", "\"format\"", "\"other\"", "format");
    row("member that leads out", "\"config.env\"", "\"../config.env\"", "no member of a backup");
    row("member twice", "\"config.env\"", "\"quota.db\"", "stands twice");
    row("no database", "\"quota.db\"", "\"seal-key\"", "the database is missing");
    row("digest", "0000000000000000000000000000000000000000000000000000000000000000", "00", "64 hexadecimal");
    row("negative size", "4096", "-1", "size");
    row("schema", "\"schema\": 3", "\"schema\": \"three\"", "schema");
    row("no instant", "2026-11-27", "yesterday", "created");
    row("not JSON", "{", "", "");
}

void BackupPartsTest::manifestRefuses()
{
    QFETCH(QByteArray, from);
    QFETCH(QByteArray, to);
    QFETCH(QString, words);
    QByteArray text = toText(sample());
    QVERIFY(text.contains(from));
    text.replace(from, to);
    const auto read = manifestFromText(text);
    QVERIFY(!read);
    QVERIFY2(read.error().message.contains(words), qPrintable(read.error().message));
}

static QByteArray someBytes(qsizetype size)
{
    QByteArray bytes;
    for (quint32 state = 7; bytes.size() < size; state = state * 1664525 + 1013904223)
        bytes.append(char(state >> 28)).append("row of the books ");
    bytes.truncate(size);
    return bytes;
}

static QByteArray gzipped(const QByteArray &plain)
{
    QBuffer buffer;
    buffer.open(QIODevice::WriteOnly);
    GzipWriter writer(buffer);
    if (!writer.write(plain) || !writer.finish())
        return {};
    return buffer.data();
}

static Result<QByteArray> gunzipped(const QByteArray &packed, bool *hasDigest = nullptr)
{
    QBuffer buffer;
    buffer.setData(packed);
    buffer.open(QIODevice::ReadOnly);
    GzipReader reader(buffer);
    if (hasDigest)
        *hasDigest = reader.hasDigest();
    QByteArray plain;
    for (;;) {
        const auto piece = reader.read();
        if (!piece)
            return tl::unexpected(piece.error());
        if (piece->isEmpty())
            return plain;
        plain.append(*piece);
    }
}

void BackupPartsTest::gzipIsWhatGzipReads()
{
    const QByteArray plain = someBytes(1'500'000);
    const QByteArray packed = gzipped(plain);
    bool hasDigest = false;
    const auto back = gunzipped(packed, &hasDigest);
    QVERIFY(back);
    QVERIFY(hasDigest);
    QCOMPARE(*back == plain, true);
    QProcess gzip;
    gzip.start(u"gzip"_s, {u"-dc"_s});
    gzip.write(packed);
    gzip.closeWriteChannel();
    QVERIFY(gzip.waitForFinished());
    QCOMPARE(gzip.readAllStandardError(), QByteArray());
    QCOMPARE(gzip.readAllStandardOutput() == plain, true);
}

void BackupPartsTest::gzipNoticesEveryBit()
{
    const QByteArray packed = gzipped(someBytes(3'000));
    for (qsizetype place = 0; place < packed.size(); ++place) {
        for (int bit = 0; bit < 8; ++bit) {
            QByteArray changed = packed;
            changed[place] = char(changed[place] ^ (1 << bit));
            bool hasDigest = false;
            const auto read = gunzipped(changed, &hasDigest);
            QVERIFY2(!read || !hasDigest, qPrintable(QString::number(place)));
        }
    }
    for (qsizetype size = 0; size < packed.size(); ++size) {
        bool hasDigest = false;
        const auto read = gunzipped(packed.left(size), &hasDigest);
        QVERIFY2(!read || !hasDigest, qPrintable(QString::number(size)));
    }
}

void BackupPartsTest::gzipTakesMembersInARow()
{
    QProcess gzip;
    gzip.start(u"sh"_s, {u"-c"_s, u"printf one | gzip; printf two | gzip"_s});
    QVERIFY(gzip.waitForFinished());
    bool hasDigest = true;
    const auto back = gunzipped(gzip.readAllStandardOutput(), &hasDigest);
    QVERIFY(back);
    QVERIFY(!hasDigest);
    QCOMPARE(*back, QByteArray("onetwo"));
}

static QByteArray sealedBytes(const QByteArray &plain, const QByteArray &passphrase)
{
    QBuffer source;
    source.setData(plain);
    source.open(QIODevice::ReadOnly);
    QBuffer target;
    target.open(QIODevice::WriteOnly);
    return sealFile(source, target, passphrase) ? target.data() : QByteArray();
}

static Result<QByteArray> unsealedBytes(const QByteArray &sealed, const QByteArray &passphrase)
{
    QBuffer source;
    source.setData(sealed);
    source.open(QIODevice::ReadOnly);
    QBuffer target;
    target.open(QIODevice::WriteOnly);
    if (const Done done = unsealFile(source, target, passphrase); !done)
        return tl::unexpected(done.error());
    return target.data();
}

void BackupPartsTest::sealedComesBack_data()
{
    QTest::addColumn<qsizetype>("size");
    for (const qsizetype size : {0, 1, 65'535, 65'536, 65'537, 300'000})
        QTest::addRow("%lld", static_cast<long long>(size)) << size;
}

void BackupPartsTest::sealedComesBack()
{
    QFETCH(qsizetype, size);
    const QByteArray plain = someBytes(size);
    const QByteArray sealed = sealedBytes(plain, "correct horse battery");
    QVERIFY(!sealed.contains("row of the books"));
    const auto back = unsealedBytes(sealed, "correct horse battery");
    QVERIFY2(back, back ? "" : qPrintable(back.error().message));
    QCOMPARE(*back == plain, true);
    const auto other = unsealedBytes(sealed, "correct horse batterY");
    QVERIFY(!other);
    QCOMPARE(other.error().field, u"passphrase"_s);
    QVERIFY(!other.error().message.contains("batterY"_L1));
}

void BackupPartsTest::sealedNoticesEveryBit()
{
    const QByteArray sealed = sealedBytes(someBytes(200), "correct horse battery");
    QVERIFY(!unsealedBytes(sealed + 'x', "correct horse battery"));
    QVERIFY(!unsealedBytes(sealed.chopped(1), "correct horse battery"));
    QVERIFY(!unsealedBytes(QByteArray(), "correct horse battery"));
    // Not every byte: each try derives a key.
    for (qsizetype place = 0; place < sealed.size(); place += 11) {
        QByteArray changed = sealed;
        changed[place] = char(changed[place] ^ 4);
        QVERIFY2(!unsealedBytes(changed, "correct horse battery"), qPrintable(QString::number(place)));
    }
}

void BackupPartsTest::sealedRefusesPassphrases()
{
    for (const QByteArray &passphrase :
         {QByteArray("short"), QByteArray(2000, 'x'), QByteArray("two\nlines of it")}) {
        const Done checked = checkPassphrase(passphrase);
        QVERIFY(!checked);
        QCOMPARE(checked.error().field, u"passphrase"_s);
    }
    QVERIFY(checkPassphrase("八个字的口令"));
}

void BackupPartsTest::memberNames_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<bool>("good");
    const auto row = [](const QByteArray &name, bool good) {
        QTest::addRow("%s", name.left(40).toPercentEncoding().constData()) << name << good;
    };
    row("quota.db", true);
    row("opt/roc/quota-proxy/data/quota.db", true);
    row("opt/roc/..data/x", true);
    row("./data/", true);
    row("", false);
    row("/etc/passwd", false);
    row("../quota.db", false);
    row("a/../../b", false);
    row("a/..", false);
    row("a\nb", false);
    row(QByteArray(5000, 'x'), false);
}

void BackupPartsTest::memberNames()
{
    QFETCH(QByteArray, name);
    QFETCH(bool, good);
    QCOMPARE(!faultOfMemberName(name).has_value(), good);
}

void BackupPartsTest::schedules_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QByteArray>("zone");
    QTest::addColumn<QString>("after");
    QTest::addColumn<QString>("next");
    const auto row = [](const char *name, const QString &text, const char *zone, const QString &after,
                        const QString &next) {
        QTest::newRow(name) << text << QByteArray(zone) << after << next;
    };
    row("today", u"daily 03:30"_s, "UTC", u"2026-11-27T03:29:59Z"_s, u"2026-11-27T03:30:00.000Z"_s);
    row("that very instant", u"daily 03:30"_s, "UTC", u"2026-11-27T03:30:00Z"_s,
        u"2026-11-28T03:30:00.000Z"_s);
    row("by the zone", u"daily 03:30"_s, "Asia/Shanghai", u"2026-11-27T10:00:00Z"_s,
        u"2026-11-27T19:30:00.000Z"_s);
    row("hourly", u"Hourly"_s, "Asia/Kolkata", u"2026-11-27T10:59:59Z"_s, u"2026-11-27T11:00:00.000Z"_s);
    row("weekly", u"weekly  sun 00:05"_s, "UTC", u"2026-11-27T10:00:00Z"_s, u"2026-11-29T00:05:00.000Z"_s);
    row("weekly, a week on", u"weekly sun 00:05"_s, "UTC", u"2026-11-29T00:05:00Z"_s,
        u"2026-12-06T00:05:00.000Z"_s);
    row("left out in spring", u"daily 02:30"_s, "Europe/Berlin", u"2026-03-29T00:00:00Z"_s,
        u"2026-03-29T01:30:00.000Z"_s);
    row("off", u"off"_s, "UTC", u"2026-11-27T10:00:00Z"_s, {});
}

void BackupPartsTest::schedules()
{
    QFETCH(QString, text);
    QFETCH(QByteArray, zone);
    QFETCH(QString, after);
    QFETCH(QString, next);
    const auto schedule = readSchedule(text);
    QVERIFY(schedule);
    const auto instant = schedule->next(at(after), QTimeZone(zone));
    QCOMPARE(instant ? toIso(*instant) : QString(), next);
    QCOMPARE(*readSchedule(schedule->text()) == *schedule, true);
}

void BackupPartsTest::schedulesRefuse_data()
{
    QTest::addColumn<QString>("text");
    for (const char *text : {"", "daily", "daily 24:00", "daily 3:30:00", "daily 03:30 x", "weekly 03:30",
                             "weekly someday 03:30", "monthly 03:30", "hourly 03:30"})
        QTest::addRow("“%s”", text) << QString::fromLatin1(text);
}

void BackupPartsTest::schedulesRefuse()
{
    QFETCH(QString, text);
    const auto schedule = readSchedule(text);
    QVERIFY(!schedule);
    QVERIFY(schedule.error().in(Language::English).contains(u"daily 03:30"_s));
}

static BackupInfo made(const QString &iso, BackupState state = BackupState::Good,
                       BackupKind kind = BackupKind::Scheduled)
{
    BackupInfo backup;
    backup.id = iso;
    backup.createdAt = at(iso);
    backup.state = state;
    backup.kind = kind;
    return backup;
}

void BackupPartsTest::retentionKeepsTheNewestOfEach()
{
    // Two a day for a hundred days, up to 2026-11-27.
    QList<BackupInfo> backups;
    for (int day = 0; day < 100; ++day) {
        const QString date = QDate(2026, 11, 27).addDays(-day).toString(Qt::ISODate);
        backups.append(made(date + u"T03:30:00Z"_s));
        backups.append(made(date + u"T15:30:00Z"_s));
    }
    const QStringList expired = expiredBackups(backups, {3, 2, 3}, QTimeZone::utc());
    QStringList kept;
    for (const BackupInfo &backup : std::as_const(backups)) {
        if (!expired.contains(backup.id))
            kept.append(backup.id.left(10));
    }
    kept.sort();
    // Three days; this week's newest is among them, and last week's Sunday; this month's too, and two months' ends.
    QCOMPARE(kept, QStringList({u"2026-09-30"_s, u"2026-10-31"_s, u"2026-11-22"_s, u"2026-11-25"_s,
                                u"2026-11-26"_s, u"2026-11-27"_s}));
    // By another zone the afternoon of one day is the next day.
    QVERIFY(expiredBackups(backups, {1, 0, 0}, QTimeZone("Pacific/Auckland"))
                .contains(u"2026-11-27T03:30:00Z"_s));
}

void BackupPartsTest::retentionKeepsWhatMatters()
{
    const QList<BackupInfo> backups{
        made(u"2026-11-27T03:30:00Z"_s, BackupState::Damaged), made(u"2026-11-26T03:30:00Z"_s),
        made(u"2026-11-25T03:30:00Z"_s, BackupState::Damaged), made(u"2026-11-24T03:30:00Z"_s),
        made(u"2020-01-01T00:00:00Z"_s, BackupState::Good, BackupKind::Foreign)};
    // Nothing is to be kept, but the newest good one is, and damage that nothing newer makes up for.
    QCOMPARE(expiredBackups(backups, {0, 0, 0}, QTimeZone::utc()),
             QStringList({u"2026-11-25T03:30:00Z"_s, u"2026-11-24T03:30:00Z"_s}));
    QCOMPARE(expiredBackups(backups, {2, 0, 0}, QTimeZone::utc()), QStringList({u"2026-11-25T03:30:00Z"_s}));
    QCOMPARE(expiredBackups({}, {}, QTimeZone::utc()), QStringList());
}

void BackupPartsTest::settingsComeBack()
{
    const SealKey key = SealKey::ephemeral();
    const QList<GivenSetting> given{{u"PORT"_s, u"9000"_s},
                                    {u"SERVICE_NAME"_s, u"a # b"_s},
                                    {u"ADMIN_TOKEN"_s, u"correct-horse-battery"_s, true},
                                    {u"LOG_FILE"_s, u"it's \"so\""_s}};
    const QByteArray text = settingsText(given, key);
    QVERIFY(!text.contains("correct-horse-battery"));
    const ArchivedSettings back = settingsFromText(text, key);
    QCOMPARE(back.unreadable, QStringList());
    QCOMPARE(back.settings.contains(given[0]), true);
    QCOMPARE(back.settings.contains(given[1]), true);
    QCOMPARE(back.settings.contains(given[2]), true);

    const ArchivedSettings elsewhere = settingsFromText(text, SealKey::ephemeral());
    QCOMPARE(elsewhere.unreadable, QStringList({u"ADMIN_TOKEN"_s}));
    QCOMPARE(elsewhere.settings.contains(given[0]), true);
    QVERIFY(!settingsText(given, std::nullopt).contains("correct-horse-battery"));
}

void BackupPartsTest::directoryNamesNothingElsewhere_data()
{
    QTest::addColumn<QString>("id");
    for (const char *id : {"../x.tar.gz", "a/b.tar.gz", "/etc/x.tar.gz", ".hidden.tar.gz", "x.db", "",
                           "-x.tar.gz", "x.tar.gz\n", "x\u00e4.tar.gz"})
        QTest::addRow("“%s”", id) << QString::fromUtf8(id);
}

void BackupPartsTest::directoryNamesNothingElsewhere()
{
    QFETCH(QString, id);
    QTemporaryDir place;
    const BackupDirectory directory(place.path());
    QVERIFY(!BackupDirectory::isId(id));
    const auto found = directory.find(id);
    QVERIFY(!found);
    QCOMPARE(found.error().code == ErrorCode::NotFound, true);
    QVERIFY(!directory.remove(id));
}

static void put(const QString &path, const QByteArray &text)
{
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(text);
}

void BackupPartsTest::directoryForgetsNotesOfOtherBytes()
{
    QTemporaryDir place;
    const BackupDirectory directory(place.filePath(u"deep/backups"_s));
    QCOMPARE(directory.list()->size(), 0);
    QVERIFY(directory.prepare());
    const QString id = directory.freeName(at(u"2026-11-27T14:11:07Z"_s), BackupKind::Scheduled, false);
    QCOMPARE(id, u"quota-proxy-20261127T141107Z-scheduled.tar.gz"_s);
    put(directory.pathOf(id), "one");
    BackupInfo backup = *directory.find(id);
    QCOMPARE(backup.state == BackupState::Unverified, true);
    QCOMPARE(backup.kind == BackupKind::Scheduled, true);
    QCOMPARE(toIso(backup.createdAt), u"2026-11-27T14:11:07.000Z"_s);
    backup.state = BackupState::Good;
    backup.verifiedAt = backup.createdAt;
    backup.rows = {{u"keys"_s, 7}};
    QVERIFY(directory.remember(backup));
    QCOMPARE(*directory.find(id) == backup, true);
    QCOMPARE(directory.list()->size(), 1);
    put(directory.pathOf(id), "longer");
    QCOMPARE(directory.find(id)->state == BackupState::Unverified, true);
    QVERIFY(directory.remove(id));
    QCOMPARE(QDir(directory.path()).entryList(QDir::Files | QDir::Hidden).size(), 0);
}

void BackupPartsTest::directoryNeverReplaces()
{
    QTemporaryDir place;
    const BackupDirectory directory(place.path());
    put(place.filePath(u"a.tar.gz"_s), "first");
    put(directory.partPath(u"a.tar.gz"_s), "second");
    QVERIFY(!directory.publish(directory.partPath(u"a.tar.gz"_s), u"a.tar.gz"_s));
    QFile file(place.filePath(u"a.tar.gz"_s));
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(file.readAll(), QByteArray("first"));
    // A part of a process that is gone is cleared; this one's own is not.
    put(place.filePath(u".b.tar.gz.999999999.part"_s), "half");
    QVERIFY(directory.prepare());
    QVERIFY(!QFile::exists(place.filePath(u".b.tar.gz.999999999.part"_s)));
    QVERIFY(QFile::exists(directory.partPath(u"a.tar.gz"_s)));
}

QTEST_GUILESS_MAIN(BackupPartsTest)
#include "tst_backupparts.moc"
