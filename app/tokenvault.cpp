// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/tokenvault.h"

#include <QPromise>

#include <qt6keychain/keychain.h>

using namespace Qt::StringLiterals;

namespace quota::console
{

namespace
{

const QString keychainService = u"quota-console"_s;

tl::unexpected<Error> errorOf(const QKeychain::Job &job)
{
    const ErrorCode code =
        job.error() == QKeychain::EntryNotFound ? ErrorCode::NotFound : ErrorCode::Unavailable;
    return failure(code, TokenVault::tr("The keychain did not answer: %1").arg(job.errorString()));
}

// Starts a keychain job and gives what read makes of it once it has finished.
template <class T, class JobType, class Read>
QFuture<T> run(JobType *job, const QString &key, Read read)
{
    auto promise = std::make_shared<QPromise<T>>();
    promise->start();
    job->setAutoDelete(true);
    job->setInsecureFallback(false);
    job->setKey(key);
    QObject::connect(job, &QKeychain::Job::finished, job, [promise, job, read] {
        promise->addResult(read(*job));
        promise->finish();
    });
    job->start();
    return promise->future();
}

}

QFuture<bool> KeychainVault::isAvailable()
{
    if (!m_available.isValid())
        m_available = run<bool>(
            new QKeychain::ReadPasswordJob(keychainService, this), u"probe"_s, [](const QKeychain::Job &job) {
                return job.error() == QKeychain::NoError || job.error() == QKeychain::EntryNotFound;
            });
    return m_available;
}

QFuture<Result<QString>> KeychainVault::read(const QString &profileId)
{
    return run<Result<QString>>(new QKeychain::ReadPasswordJob(keychainService, this), profileId,
                                [](const QKeychain::ReadPasswordJob &job) -> Result<QString> {
                                    if (job.error() != QKeychain::NoError)
                                        return errorOf(job);
                                    return job.textData();
                                });
}

QFuture<Done> KeychainVault::write(const QString &profileId, const QString &token)
{
    auto *job = new QKeychain::WritePasswordJob(keychainService, this);
    job->setTextData(token);
    return run<Done>(job, profileId, [](const QKeychain::Job &done) -> Done {
        if (done.error() != QKeychain::NoError)
            return errorOf(done);
        return {};
    });
}

QFuture<Done> KeychainVault::remove(const QString &profileId)
{
    return run<Done>(new QKeychain::DeletePasswordJob(keychainService, this), profileId,
                     [](const QKeychain::Job &job) -> Done {
                         if (job.error() != QKeychain::NoError && job.error() != QKeychain::EntryNotFound)
                             return errorOf(job);
                         return {};
                     });
}

}
