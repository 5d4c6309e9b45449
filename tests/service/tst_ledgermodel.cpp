// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/access/ledger.h"

#include <QTest>

#include <random>
#include <vector>

using namespace quota;
using namespace quota::service;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace
{

// What was let in, one by one, and the rule in its plainest form: add up what lies in the window.
struct Spending
{
    Timestamp at{};
    qint64 requests = 0;
    qint64 tokens = 0;
    bool open = false; // reserved; else used
};

class Model
{
public:
    explicit Model(QTimeZone zone)
        : m_zone(std::move(zone))
    {}

    // A clock that goes back stays in the newest minute ever entered.
    Timestamp counted(Timestamp now)
    {
        const Timestamp instant = std::max(now, m_newestMinute);
        m_newestMinute = std::max(m_newestMinute, windowAt(LimitWindow::Minute, instant, m_zone).start);
        return instant;
    }
    LimitStatus statusOf(const Limit &limit, Timestamp instant) const
    {
        const WindowSpan span = windowAt(limit.window, instant, m_zone);
        LimitStatus status{limit, 0, 0, span.end};
        for (const Spending &one : spendings) {
            if (span.contains(one.at))
                (one.open ? status.reserved : status.used) +=
                    limit.unit == LimitUnit::Requests ? one.requests : one.tokens;
        }
        return status;
    }
    std::optional<Refusal> judge(const QList<Limit> &limits, std::optional<qint64> concurrency, qint64 tokens,
                                 Timestamp now)
    {
        const Timestamp instant = counted(now);
        std::optional<Refusal> last;
        for (const Limit &limit : limits) {
            const qint64 requested = limit.unit == LimitUnit::Requests ? 1 : tokens;
            const LimitStatus status = statusOf(limit, instant);
            if (limit.amount < 0 || limit.mode != LimitMode::Enforce ||
                status.used + status.reserved + std::max<qint64>(1, requested) <= limit.amount)
                continue;
            const bool later = !last || (last->status.resetsAt &&
                                         (!status.resetsAt || *status.resetsAt > *last->status.resetsAt));
            if (!later)
                continue;
            auto wait = retryAfterTotal;
            if (status.resetsAt)
                wait = std::max(1s, std::chrono::ceil<std::chrono::seconds>(*status.resetsAt - now));
            last = Refusal{RefusalCause::Limit, status, requested, wait};
        }
        if (last || !concurrency || *concurrency < 0)
            return last;
        const auto active =
            std::count_if(spendings.begin(), spendings.end(), [](const Spending &one) { return one.open; });
        if (active < *concurrency)
            return std::nullopt;
        return Refusal{RefusalCause::Concurrency,
                       {{LimitUnit::Requests, LimitWindow::Day, *concurrency}, active, 0, {}},
                       1,
                       1s};
    }

    std::vector<Spending> spendings;

private:
    QTimeZone m_zone;
    Timestamp m_newestMinute = Timestamp::min();
};

// A store that commits when the run says so, fails now and then, and remembers through a crash.
class SimulatedStore : public LeaseSource
{
public:
    void ask(const std::shared_ptr<Account> &account, const LeaseAmounts &amounts) override
    {
        m_asks.push_back({account, amounts});
    }
    bool isAsked() const { return !m_asks.empty(); }
    void answer(bool grants, Timestamp now)
    {
        const auto [account, amounts] = m_asks.front();
        m_asks.erase(m_asks.begin());
        if (!grants)
            return account->denied();
        outstanding += amounts;
        grantedAt = std::max(grantedAt, now);
        account->granted(amounts);
    }
    void crash() { m_asks.clear(); }

    LeaseAmounts outstanding;
    Timestamp grantedAt{};

private:
    std::vector<std::pair<std::shared_ptr<Account>, LeaseAmounts>> m_asks;
};

struct Call
{
    Ticket ticket;
    size_t spending; // of the model
    size_t spent;    // of what really went out; none while it waits
    qint64 tokens;   // reserved
};
constexpr size_t none = size_t(-1);

class Run
{
public:
    explicit Run(uint seed)
        : m_random(seed)
        , m_zone(zones().at(pick(0, zones().size() - 1)))
        , m_model(m_zone)
        , m_now(fromMilliseconds(1'790'000'000'000 + pick(0, 20'000'000) * 1'000))
    {
        m_newest = m_now;
        const auto units = {LimitUnit::Requests, LimitUnit::Tokens};
        for (qint64 limit = pick(0, 4); limit > 0; --limit) {
            const LimitUnit unit = units.begin()[pick(0, 1)];
            const qint64 amount =
                pick(0, 9) == 0 ? pick(-1, 0) : pick(1, 30) * (unit == LimitUnit::Tokens ? 40 : 1);
            const LimitMode mode = pick(0, 4) == 0 ? static_cast<LimitMode>(pick(1, 2)) : LimitMode::Enforce;
            m_limits.append({unit, static_cast<LimitWindow>(pick(0, windowCount - 1)), amount, mode});
        }
        if (pick(0, 3) == 0)
            m_concurrency = pick(0, 5);
        open();
    }

    // Empty: all was as it must be.
    QString go(int steps)
    {
        for (int step = 0; step < steps && m_fault.isEmpty(); ++step)
            this->step();
        return m_fault;
    }

private:
    static QList<QTimeZone> zones()
    {
        static const QList<QTimeZone> all{QTimeZone::utc(),           QTimeZone("Asia/Shanghai"),
                                          QTimeZone("Asia/Kolkata"),  QTimeZone("Asia/Kathmandu"),
                                          QTimeZone("Europe/Berlin"), QTimeZone("America/Los_Angeles")};
        return all;
    }
    qint64 pick(qint64 from, qint64 to) { return std::uniform_int_distribution<qint64>(from, to)(m_random); }

    void open() { m_account = std::make_shared<Account>(m_zone, KeyId{u"key_a"_s}, &m_store); }

    void step()
    {
        switch (pick(0, 19)) {
        case 0:
            return moveClock();
        case 1:
            return pick(0, 4) == 0 ? crash() : commitRows();
        case 2:
        case 3:
            return commitRows();
        case 4:
            if (const LeaseAmounts idle = m_account->takeIdleLease(m_now); !idle.isZero())
                m_store.outstanding -= idle;
            return;
        case 5:
        case 6:
        case 7:
            if (m_store.isAsked())
                m_store.answer(pick(0, 9) != 0, m_now);
            return forwardCovered();
        case 8:
        case 9:
        case 10:
        case 11:
            return endOne();
        default:
            return reserve();
        }
    }
    void moveClock()
    {
        static constexpr std::chrono::milliseconds steps[] = {1ms, 900ms, 61s,     20min,
                                                              3h,  26h,   24h * 9, 24h * 40};
        const auto step = steps[pick(0, 7)] * pick(1, 3);
        m_now = pick(0, 3) == 0 ? m_now - step : m_now + step;
        m_newest = std::max(m_newest, m_now);
    }
    void reserve()
    {
        const qint64 tokens = pick(0, 5) == 0 ? 0 : pick(1, 120);
        const auto expected = m_model.judge(m_limits, m_concurrency, tokens, m_now);
        Judgement judgement;
        auto ticket = m_account->reserve(m_limits, m_concurrency, tokens, m_now, &judgement);
        if (ticket.has_value() == expected.has_value())
            return fail(u"it decided otherwise"_s);
        compare(judgement, tokens, ticket.has_value());
        if (!ticket)
            return compare(ticket.error(), *expected);
        m_model.spendings.push_back({m_model.counted(m_now), 1, tokens, true});
        m_calls.push_back({std::move(*ticket), m_model.spendings.size() - 1, none, tokens});
        if (m_calls.back().ticket.reservedAt() != m_model.spendings.back().at)
            fail(u"it counts at another instant"_s);
        forwardCovered();
    }
    void compare(const Refusal &refusal, const Refusal &expected)
    {
        const bool same = refusal.cause == expected.cause && refusal.requested == expected.requested &&
                          refusal.retryAfter == expected.retryAfter &&
                          refusal.status.limit.amount == expected.status.limit.amount &&
                          refusal.status.used == expected.status.used &&
                          (refusal.cause == RefusalCause::Concurrency || refusal.status == expected.status);
        if (!same)
            fail(u"it explains otherwise"_s);
    }
    // Every limit as the model sees it, and what would have done is put to the test.
    void compare(const Judgement &judgement, qint64 tokens, bool passed)
    {
        const Timestamp instant = m_model.counted(m_now);
        if (judgement.at != instant || judgement.tokens != tokens ||
            judgement.limits.size() != size_t(m_limits.size()))
            return fail(u"it judged something else"_s);
        QList<Limit> raised = m_limits;
        bool refused = false;
        for (qsizetype index = 0; index < m_limits.size(); ++index) {
            const LimitStatus &status = judgement.limits[size_t(index)];
            if (status != m_model.statusOf(m_limits[index], instant))
                return fail(u"it saw a limit otherwise"_s);
            const bool refuses = m_model.judge({m_limits[index]}, {}, tokens, m_now).has_value();
            if (judgement.refuses(status) != refuses)
                return fail(u"it names another limit"_s);
            refused = refused || refuses;
            if (!refuses)
                continue;
            raised[index].amount = judgement.enoughFor(status) - 1;
            if (raised[index].amount >= 0 && !m_model.judge({raised[index]}, {}, tokens, m_now))
                return fail(u"less would have done"_s);
            raised[index].amount = judgement.enoughFor(status);
        }
        if (m_model.judge(raised, {}, tokens, m_now))
            return fail(u"what it calls enough is not"_s);
        if (passed == refused && judgement.passesConcurrency())
            return fail(u"it explains another decision"_s);
        checkWait(judgement, tokens, refused);
    }
    // Without other requests it would pass then, and not a moment before.
    void checkWait(const Judgement &judgement, qint64 tokens, bool refused)
    {
        const auto until = judgement.waitUntil();
        if (until && !refused)
            return fail(u"it waits for nothing"_s);
        const auto refusedAt = [&](Timestamp time) {
            Model then = m_model;
            return then.judge(m_limits, {}, tokens, time).has_value();
        };
        if (until) {
            if (refusedAt(*until) || !refusedAt(*until - 1ms))
                fail(u"it waits for another instant"_s);
        } else if (refused && !refusedAt(m_now + 24h * 400)) {
            fail(u"it does not say that waiting helps"_s);
        }
    }
    // As soon as a lease covers it a call goes out, and then it may cost what it reserved.
    void forwardCovered()
    {
        for (Call &call : m_calls) {
            if (call.spent != none || !call.ticket.isCovered())
                continue;
            call.spent = m_spent.size();
            m_spent.push_back({m_model.spendings[call.spending].at, 1, call.tokens, true});
        }
        checkSpent();
    }
    // The rule itself, on what really went out, whatever crashed meanwhile.
    void checkSpent()
    {
        for (const Limit &limit : m_limits) {
            if (!limit.isEnforced())
                continue;
            const WindowSpan span =
                windowAt(limit.window, m_spent.empty() ? m_now : m_spent.back().at, m_zone);
            qint64 sum = 0;
            for (const Spending &one : m_spent)
                sum += span.contains(one.at) ? (limit.unit == LimitUnit::Requests ? one.requests : one.tokens)
                                             : 0;
            if (sum > limit.amount)
                fail(u"%1 spent of %2"_s.arg(sum).arg(toText(limit)));
        }
    }
    void endOne()
    {
        if (m_calls.empty())
            return;
        const auto place = m_calls.begin() + pick(0, qint64(m_calls.size()) - 1);
        Call call = std::move(*place);
        m_calls.erase(place);
        Spending &spending = m_model.spendings[call.spending];
        if (call.spent == none) { // never went out
            call.ticket = {};
            spending = {};
            return;
        }
        const qint64 requests = pick(0, 5) == 0 ? 0 : 1; // as COUNT_POLICY says
        const qint64 tokens = pick(0, call.tokens);
        spending.open = false;
        spending.requests = requests;
        spending.tokens = tokens;
        m_spent[call.spent] = spending;
        m_rows.push_back({spending, call.ticket.settle(requests, tokens)});
    }
    void commitRows()
    {
        for (const auto &[spending, leased] : m_rows) {
            m_booked.push_back(spending);
            m_store.outstanding -= leased;
        }
        m_rows.clear();
    }
    // What the store had is loaded, what it had only promised counts as spent, and the rest is forgotten.
    void crash()
    {
        for (Call &call : m_calls) {
            if (call.spent != none)
                m_spent[call.spent].open = false; // it may have cost that much
        }
        m_store.crash();
        m_calls.clear();
        m_rows.clear();
        m_now = m_newest;
        if (!m_store.outstanding.isZero()) {
            Timestamp instant = std::max(m_now, m_store.grantedAt);
            m_booked.push_back({instant, m_store.outstanding.requests, m_store.outstanding.tokens, false});
            m_store.outstanding = {};
        }
        m_model = Model(m_zone);
        open();
        QList<WindowCounter> counters;
        for (int index = 0; index < windowCount && !m_booked.empty(); ++index) {
            const auto window = static_cast<LimitWindow>(index);
            WindowSpan newest = windowAt(window, m_booked.front().at, m_zone);
            for (const Spending &one : m_booked) {
                if (newest.end && one.at >= *newest.end)
                    newest = windowAt(window, one.at, m_zone);
            }
            WindowCounter counter{window, newest.start, 0, 0};
            for (const Spending &one : m_booked) {
                counter.requests += newest.contains(one.at) ? one.requests : 0;
                counter.tokens += newest.contains(one.at) ? one.tokens : 0;
            }
            counters.append(counter);
        }
        m_account->load(counters, m_now);
        m_model.spendings = m_booked;
        for (const Spending &one : m_booked)
            m_model.counted(one.at);
    }
    void fail(const QString &what)
    {
        if (m_fault.isEmpty())
            m_fault = what;
    }

    std::mt19937 m_random;
    QTimeZone m_zone;
    QList<Limit> m_limits;
    std::optional<qint64> m_concurrency;
    SimulatedStore m_store;
    std::shared_ptr<Account> m_account;
    Model m_model;
    Timestamp m_now;
    Timestamp m_newest;
    std::vector<Call> m_calls;
    std::vector<std::pair<Spending, LeaseAmounts>> m_rows; // settled, not committed
    std::vector<Spending> m_booked;                        // what the store has
    std::vector<Spending> m_spent;                         // what really went out
    QString m_fault;
};

}

// Random policies, traffic, clocks, commits and crashes: the ledger decides and explains as the plain model does, and
// what goes out never crosses a limit. QUOTA_POLICIES tries as many; QUOTA_SEED tries that one.
class LedgerModelTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void decidesAsTheModel()
    {
        const int policies = qMax(1, qEnvironmentVariable("QUOTA_POLICIES", u"1000"_s).toInt());
        const bool one = qEnvironmentVariableIsSet("QUOTA_SEED");
        const uint first =
            one ? uint(qEnvironmentVariableIntValue("QUOTA_SEED")) : std::random_device()() & 0x7fff'ffff;
        for (int policy = 0; policy < (one ? 1 : policies); ++policy) {
            const QString fault = Run(first + uint(policy)).go(400);
            QVERIFY2(fault.isEmpty(),
                     qPrintable(u"QUOTA_SEED=%1: %2"_s.arg(first + uint(policy)).arg(fault)));
        }
    }
};

QTEST_GUILESS_MAIN(LedgerModelTest)
#include "tst_ledgermodel.moc"
