// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QByteArrayView>

#include <optional>

// Finds the model that an upload names: the field «model» of a multipart/form-data body (RFC 7578, RFC 2046 §5.1), fed
// as it comes, cut anywhere. Readers of forms differ, so whatever two of them could read in two ways is refused, and
// no upstream finds another model in a form than this did. uploadform feeds it. Pure; bounded memory.
namespace quota::service
{

class MultipartForm
{
public:
    enum class State
    {
        Reading,
        Whole, // the form has ended; finish() makes sure that nothing follows it
        Malformed
    };

    // The boundary that a Content-Type of multipart/form-data names; nothing when it is another type, or when the
    // boundary could be read in two ways. Of a request with several such fields nobody knows which counts.
    static std::optional<QByteArray> boundaryOf(QByteArrayView contentType);

    explicit MultipartForm(const QByteArray &boundary);

    State feed(QByteArrayView bytes);
    // The body has ended: what is not Whole is Malformed. Only Whole makes sure that no other model came, so that the
    // upstream must not have the last bytes of a form before.
    State finish();

    State state() const { return m_state; }
    // The field's value as soon as its part has ended; nothing before, and when there is none.
    const std::optional<QByteArray> &model() const { return m_model; }
    // What is malformed, an English text of the message catalogue.
    const char *fault() const { return m_fault; }

    static constexpr qsizetype maximumBoundary = 70;
    static constexpr qsizetype maximumModel = 256;     // bytes
    static constexpr qsizetype maximumPartHead = 8192; // bytes of all its fields

private:
    enum class Place
    {
        Opening,        // the first delimiter
        AfterDelimiter, // a line end, or the dashes that close the form
        Head,
        Content,
        Epilogue
    };

    void read(); // m_pending as far as it goes
    bool readOpening();
    bool readAfterDelimiter();
    bool readHead();
    bool readContent();
    bool readEpilogue();
    void takeHead(QByteArrayView head);
    void takeContent(qsizetype size);
    void endPart();
    void refuse(const char *fault);

    const QByteArray m_delimiter; // with its dashes
    State m_state = State::Reading;
    Place m_place = Place::Opening;
    QByteArray m_pending;
    const char *m_fault = nullptr;
    std::optional<QByteArray> m_model;

    // Of the part being read.
    bool m_isModel = false;
    QByteArray m_value;
    qint64 m_size = 0;
    std::optional<qint64> m_statedSize;
};

}
