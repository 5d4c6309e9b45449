// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/settings/tokentable.h"

#include "service/settings/readers.h"

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace quota::service
{

static constexpr qint64 mostTokens = 10'000'000;

static std::optional<Text> readModelCeilings(Config &config, const QString &text)
{
    QList<ModelCeiling> ceilings;
    const QStringList rows = text.split(u',', Qt::SkipEmptyParts);
    for (const QString &row : rows) {
        // A model's name may hold the sign itself.
        const qsizetype equals = row.lastIndexOf(u'=');
        const QByteArray model = equals < 0 ? QByteArray() : row.first(equals).trimmed().toUtf8();
        const auto tokens = readInteger(row.sliced(equals + 1).trimmed(), 1, mostTokens);
        if (model.isEmpty() || model.chopped(1).contains('*') || !tokens) {
            return Text{
                QT_TRANSLATE_NOOP("service",
                                  "“%1” does not do; write MODEL=TOKENS, a “*” only at the end of the name, "
                                  "and commas between several."),
                {row.trimmed().left(80)}};
        }
        ceilings.append({model, *tokens});
    }
    config.modelCeilings = std::move(ceilings);
    return std::nullopt;
}

QList<Setting> tokenSettings()
{
    return {
        {"DEFAULT_MAX_TOKENS"_L1,
         {},
         u"4096"_s,
         QT_TRANSLATE_NOOP("service", "Tokens reserved for an answer whose request names no ceiling."),
         integer(&Config::defaultOutputTokens, 1, mostTokens)},
        {"MODEL_MAX_TOKENS"_L1,
         {},
         {},
         QT_TRANSLATE_NOOP("service", "The same for single models: MODEL=TOKENS, several with commas; “*” at "
                                      "the end of a name stands for anything."),
         readModelCeilings},
        {"MISSING_MAX_TOKENS"_L1,
         {},
         u"leave"_s,
         QT_TRANSLATE_NOOP(
             "service", "The ceiling that a request without one is forwarded with, where its key has a "
                        "limit of tokens: leave (none), max_tokens or max_completion_tokens, the name that "
                        "chats get."),
         oneOf<MissingCeiling>(&Config::missingCeiling,
                               {{u"leave"_s, MissingCeiling::Leave},
                                {u"max_tokens"_s, MissingCeiling::MaxTokens},
                                {u"max_completion_tokens"_s, MissingCeiling::MaxCompletionTokens}})},
        {"PROMPT_RESERVATION"_L1,
         {},
         u"estimate"_s,
         QT_TRANSLATE_NOOP(
             "service", "What is reserved for a prompt: estimate, or bytes: one token for each byte of the "
                        "body, which no text exceeds."),
         oneOf<PromptReservation>(&Config::promptReservation, {{u"estimate"_s, PromptReservation::Estimate},
                                                               {u"bytes"_s, PromptReservation::Bytes}})},
        {"LEFT_ANSWERS"_L1,
         {},
         u"cancel"_s,
         QT_TRANSLATE_NOOP("service",
                           "What becomes of an answer whose holder leaves: cancel (what was streamed is "
                           "charged, as an estimate) or drain (it is read on for the true figure)."),
         oneOf<LeftAnswers>(&Config::leftAnswers,
                            {{u"cancel"_s, LeftAnswers::Cancel}, {u"drain"_s, LeftAnswers::Drain}})},
        {"LEFT_ANSWER_TIME"_L1,
         {},
         u"60"_s,
         QT_TRANSLATE_NOOP("service", "How long an answer is read on after its holder left, in seconds."),
         duration(&Config::leftAnswerTime, 10ms)},
        {"LEFT_ANSWER_SIZE"_L1,
         {},
         u"4mb"_s,
         QT_TRANSLATE_NOOP("service", "How much of an answer is read on after its holder left."),
         size(&Config::leftAnswerBytes, 1024, 1LL << 40)},
        {"EXPLAIN_REQUESTS"_L1,
         {},
         u"10000"_s,
         QT_TRANSLATE_NOOP("service",
                           "How many of the last requests are kept in memory, half a kilobyte each, with how "
                           "their limits were judged; 0 keeps none."),
         integer(&Config::explainedRequests, 0, 1'000'000)},
    };
}

}
