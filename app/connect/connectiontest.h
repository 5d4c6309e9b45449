// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/widgets/format.h"
#include "shared/adminclient.h"

#include <QElapsedTimer>
#include <QHostAddress>
#include <QPointer>
#include <QTimer>
#include <array>
#include <memory>

class QSslSocket;
class QTcpSocket;

// Tries a service in eight steps, from its name to its clock, stops at the first that fails, and knows what cures
// it. Connect starts it and draws it. Texts are made when they are asked for, so that they follow the language.
namespace quota::console
{

class ConnectionTest : public QObject
{
    Q_OBJECT

public:
    enum class Stage
    {
        Name,
        Port,
        Certificate,
        Health,
        Version,
        Token,
        Role,
        Clock
    };
    static constexpr int stageCount = 8;
    enum class Outcome
    {
        Waiting,
        Running,
        Good,
        Doubtful, // works, yet should be looked at; does not stop the test
        Bad,
        NotNeeded // plain HTTP has no certificate
    };
    Q_ENUM(Outcome)
    struct Cure
    {
        QString title; // «Stopped at the token»
        QString text;
        QString command; // to copy; empty: none
    };

    explicit ConnectionTest(QObject *parent = nullptr);
    ~ConnectionTest() override;

    void setTimeout(std::chrono::milliseconds timeout); // of each step; default 10 s
    void start(const QUrl &url, const QString &token);
    void stop(); // back to waiting

    bool isRunning() const { return m_running; }
    std::optional<Stage> failedAt() const;
    Outcome outcome(Stage stage) const { return m_outcomes[size_t(stage)]; }
    QString words(Stage stage) const;                        // «Port 443 answers»
    QString detail(Stage stage, const Format &format) const; // «11 ms»
    std::optional<Cure> cure() const;
    const Error &error() const { return m_error; } // of the stage that failed
    std::chrono::milliseconds elapsed() const { return m_elapsed; }

Q_SIGNALS:
    void changed();
    void finished(bool good);

private:
    void run(Stage stage);
    void good(Stage stage, Outcome outcome = Outcome::Good);
    void bad(Stage stage, const Error &error);
    void lookUp();
    void connectPort();
    void checkCertificate();
    void askHealthz();
    void askHealth();
    void measure(Stage stage) { m_took[size_t(stage)] = std::chrono::milliseconds(m_step.elapsed()); }
    quint16 port() const;
    QString goodWords(Stage stage) const;
    QString badWords(Stage stage) const;

    QUrl m_url;
    QString m_token;
    bool m_running = false;
    int m_serial = 0;
    std::array<Outcome, stageCount> m_outcomes{};
    std::array<std::chrono::milliseconds, stageCount> m_took{};
    Error m_error;
    QElapsedTimer m_total;
    QElapsedTimer m_step;
    std::chrono::milliseconds m_elapsed{0};
    std::chrono::milliseconds m_timeout{10'000};
    QHostAddress m_address;
    int m_lookup = -1;
    QPointer<QTcpSocket> m_socket;
    QTimer m_deadline;
    QString m_protocol;
    QDateTime m_certificateUntil;
    std::unique_ptr<AdminClient> m_client;
    std::optional<ServiceAnswer> m_answer;
    std::optional<quota::Health> m_health;
    std::chrono::milliseconds m_skew{0};
};

}
