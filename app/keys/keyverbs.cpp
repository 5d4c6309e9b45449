// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/keys/keymodel.h"
#include "app/whendone.h"
#include "shared/csv.h"

#include <QPromise>

using namespace Qt::StringLiterals;

// What KeyModel does to keys; how it loads and shows them is in keymodel.cpp.
namespace quota::console
{

namespace
{

struct Batch
{
    KeyModel::Verb verb;
    qsizetype open = 0;
    QList<KeyId> done;
    QList<KeyFailure> failures;
};

template <class T>
QFuture<Result<T>> refusal(const QString &reason)
{
    QPromise<Result<T>> promise;
    promise.start();
    promise.addResult(failure(ErrorCode::Unavailable, reason));
    promise.finish();
    return promise.future();
}

}

static QFuture<Result<KeyOverview>> call(AdminClient &client, KeyModel::Verb verb, const KeyId &id)
{
    switch (verb) {
    case KeyModel::Verb::Disable:
        return client.disableKey(id);
    case KeyModel::Verb::Enable:
        return client.enableKey(id);
    case KeyModel::Verb::Delete:
        return client.deleteKey(id);
    case KeyModel::Verb::Restore:
        return client.restoreKey(id);
    }
    Q_UNREACHABLE();
}

void KeyModel::apply(Verb verb, const QList<KeyId> &ids)
{
    if (ids.isEmpty() || !m_session.canWrite())
        return;
    auto batch = std::make_shared<Batch>(Batch{verb, ids.size(), {}, {}});
    for (const KeyId &id : ids) {
        setPending(id, true);
        whenDone(call(*m_session.client(), verb, id), this,
                 [this, batch, id](const Result<KeyOverview> &answer) {
                     setPending(id, false);
                     if (answer) {
                         batch->done.append(id);
                         if (batch->verb != Verb::Delete)
                             replace(*answer);
                     } else {
                         batch->failures.append({id, answer.error()});
                     }
                     if (--batch->open > 0)
                         return;
                     m_countsOld = true;
                     ask(true);
                     Q_EMIT batchDone(batch->verb, batch->done, batch->failures);
                 });
    }
}

QFuture<Result<QList<CreatedKey>>> KeyModel::create(const NewKey &key)
{
    if (!m_session.canWrite())
        return refusal<QList<CreatedKey>>(m_session.writeRefusal());
    const auto future = m_session.client()->createKeys(key);
    whenDone(future, this, [this](const Result<QList<CreatedKey>> &answer) {
        m_countsOld = true;
        if (answer)
            ask(true);
    });
    return future;
}

QFuture<Result<CreatedKey>> KeyModel::rotate(const KeyId &id)
{
    if (!m_session.canWrite())
        return refusal<CreatedKey>(m_session.writeRefusal());
    setPending(id, true);
    const auto future = m_session.client()->rotateKey(id);
    whenDone(future, this, [this, id](const Result<CreatedKey> &answer) {
        setPending(id, false);
        if (answer)
            replace(answer->overview);
    });
    return future;
}

QFuture<Result<KeyOverview>> KeyModel::update(const KeyId &id, const KeyChange &change)
{
    if (!m_session.canWrite())
        return refusal<KeyOverview>(m_session.writeRefusal());
    setPending(id, true);
    const auto future = m_session.client()->updateKey(id, change);
    whenDone(future, this, [this, id](const Result<KeyOverview> &answer) {
        setPending(id, false);
        if (answer)
            replace(*answer);
    });
    return future;
}

QFuture<Result<KeyOverview>> KeyModel::raise(const KeyId &id, const std::optional<NewRaise> &raise)
{
    if (!m_session.canWrite())
        return refusal<KeyOverview>(m_session.writeRefusal());
    setPending(id, true);
    AdminClient &client = *m_session.client();
    const auto future = raise ? client.raiseLimit(id, *raise) : client.endRaises(id);
    whenDone(future, this, [this, id](const Result<KeyOverview> &answer) {
        setPending(id, false);
        if (answer)
            replace(*answer);
    });
    return future;
}

QFuture<Result<QList<KeyTemplate>>> KeyModel::templates()
{
    return m_session.client() ? m_session.client()->templates()
                              : refusal<QList<KeyTemplate>>(m_session.writeRefusal());
}

QFuture<Result<KeyOverview>> KeyModel::fetch(const KeyId &id)
{
    const auto future =
        m_session.client() ? m_session.client()->key(id) : refusal<KeyOverview>(m_session.writeRefusal());
    whenDone(future, this, [this](const Result<KeyOverview> &answer) {
        if (answer)
            replace(*answer);
    });
    return future;
}

QFuture<Result<QStringList>> KeyModel::modelNames()
{
    if (!m_session.client())
        return refusal<QStringList>(m_session.writeRefusal());
    auto promise = std::make_shared<QPromise<Result<QStringList>>>();
    promise->start();
    whenDone(m_session.client()->providers(), this, [promise](const Result<QList<Provider>> &providers) {
        QStringList names;
        for (const Provider &provider : providers.value_or(QList<Provider>()))
            names.append(provider.models);
        names.removeDuplicates();
        names.sort(Qt::CaseInsensitive);
        promise->addResult(providers ? Result<QStringList>(names) : tl::unexpected(providers.error()));
        promise->finish();
    });
    return promise->future();
}

struct KeyModel::Export
{
    KeyQuery query;
    KeyView view = KeyView::All;
    QList<KeyOverview> keys;
    QPromise<Result<QByteArray>> promise;
};

QFuture<Result<QByteArray>> KeyModel::exportCsv()
{
    if (!m_session.client())
        return refusal<QByteArray>(m_session.writeRefusal());
    auto run = std::make_shared<Export>();
    run->query = m_query;
    run->query.limit = 1000;
    run->view = m_view;
    run->promise.start();
    exportMore(run, {});
    return run->promise.future();
}

void KeyModel::exportMore(const std::shared_ptr<Export> &run, const QString &after)
{
    run->query.after = after;
    whenDone(m_session.client()->keys(run->query), this, [this, run](const Result<KeyPage> &page) {
        if (page && !page->next.isEmpty() && m_session.client()) {
            run->keys.append(page->keys);
            exportMore(run, page->next);
            return;
        }
        if (!page) {
            run->promise.addResult(tl::unexpected(page.error()));
            run->promise.finish();
            return;
        }
        run->keys.append(page->keys);
        const Timestamp now = SystemClock().now();
        run->keys.removeIf([&](const KeyOverview &key) { return !matches(run->view, key, now); });
        sortFor(run->view, run->keys);
        QList<QStringList> rows{keyCsvHeading()};
        for (const KeyOverview &key : run->keys)
            rows.append(keyCsvRow(key));
        run->promise.addResult(toCsv(rows, true));
        run->promise.finish();
    });
}

}
