// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/proxy/multipartform.h"

#include "service/http/fieldparser.h"
#include "service/proxy/partfields.h"
#include "service/proxy/utf8.h"

#include <QCoreApplication>

#include <algorithm>

namespace quota::service
{

static constexpr QByteArrayView lineEnd("\r\n");
static constexpr QByteArrayView dashes("--");

static constexpr const char *badStart =
    QT_TRANSLATE_NOOP("service", "the form does not start with its boundary");
static constexpr const char *badDelimiter =
    QT_TRANSLATE_NOOP("service", "the form's boundary does not stand alone on a line that is ended by CR LF");
static constexpr const char *longHead =
    QT_TRANSLATE_NOOP("service", "the fields above a part of the form are longer than 8 kB");
static constexpr const char *badSize =
    QT_TRANSLATE_NOOP("service", "a part of the form is not as long as its Content-Length says");
static constexpr const char *badModel = QT_TRANSLATE_NOOP(
    "service",
    "the form's field “model” is not a name of 1 to 256 bytes of UTF-8 without control characters");
static constexpr const char *otherModel = QT_TRANSLATE_NOOP("service", "the form names two models");
static constexpr const char *afterEnd = QT_TRANSLATE_NOOP("service", "something follows the end of the form");
static constexpr const char *noEnd = QT_TRANSLATE_NOOP("service", "the form ends too early");

// RFC 2046 §5.1.1, without blanks, and without the comma, at which some readers end a boundary.
static bool isBoundary(QByteArrayView text)
{
    return !text.isEmpty() && text.size() <= MultipartForm::maximumBoundary &&
           std::all_of(text.begin(), text.end(), [](char c) {
               return fields::isDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                      (c != '\0' && QByteArrayView("'()+_-./:=?").contains(c));
           });
}

std::optional<QByteArray> MultipartForm::boundaryOf(QByteArrayView contentType)
{
    QByteArray type;
    const auto parameters = parametersOf(contentType, &type);
    if (!parameters || type != "multipart/form-data")
        return std::nullopt;
    // With no others beside it, readers that search for the word find it where it is.
    std::optional<QByteArray> boundary;
    for (const FieldParameter &parameter : *parameters) {
        if (parameter.name == "boundary" && isBoundary(parameter.value) &&
            !parameter.value.toLower().contains("boundary="))
            boundary = parameter.value;
        else if (parameter.name != "charset" || parameter.value.toLower() != "utf-8")
            return std::nullopt;
    }
    return boundary;
}

MultipartForm::MultipartForm(const QByteArray &boundary)
    : m_delimiter(dashes.toByteArray() + boundary)
{
    Q_ASSERT(isBoundary(boundary));
}

void MultipartForm::refuse(const char *fault)
{
    m_state = State::Malformed;
    m_fault = fault;
    m_pending.clear();
    m_value.clear();
}

MultipartForm::State MultipartForm::feed(QByteArrayView bytes)
{
    // In slices, so that what is kept beside a large piece stays small.
    constexpr qsizetype slice = qsizetype(16) * 1024;
    while (m_state != State::Malformed && !bytes.isEmpty()) {
        const QByteArrayView next = bytes.first(qMin(slice, bytes.size()));
        bytes = bytes.sliced(next.size());
        m_pending += next;
        read();
        // The rest is short; it does not need the memory of what was read.
        m_pending.squeeze();
    }
    return m_state;
}

MultipartForm::State MultipartForm::finish()
{
    // The line end behind the form may be missing, half of one may not.
    if (m_state == State::Reading)
        refuse(noEnd);
    else if (m_state == State::Whole && m_pending == lineEnd.first(1))
        refuse(afterEnd);
    return m_state;
}

void MultipartForm::read()
{
    const auto step = [this] {
        switch (m_place) {
        case Place::Opening:
            return readOpening();
        case Place::AfterDelimiter:
            return readAfterDelimiter();
        case Place::Head:
            return readHead();
        case Place::Content:
            return readContent();
        case Place::Epilogue:
            return readEpilogue();
        }
        Q_UNREACHABLE();
        return false;
    };
    while (m_state != State::Malformed && step()) {
    }
}

bool MultipartForm::readOpening()
{
    const QByteArrayView begin = QByteArrayView(m_pending).first(qMin(m_pending.size(), m_delimiter.size()));
    if (!m_delimiter.startsWith(begin)) {
        // A preamble, which some readers skip and some read.
        refuse(badStart);
        return false;
    }
    if (begin.size() < m_delimiter.size())
        return false;
    m_pending.remove(0, m_delimiter.size());
    m_place = Place::AfterDelimiter;
    return true;
}

bool MultipartForm::readAfterDelimiter()
{
    if (m_pending.size() < 2)
        return false;
    const QByteArrayView next = QByteArrayView(m_pending).first(2);
    if (next == lineEnd) {
        m_place = Place::Head;
    } else if (next == dashes) {
        m_place = Place::Epilogue;
        m_state = State::Whole;
    } else {
        refuse(badDelimiter);
        return false;
    }
    m_pending.remove(0, 2);
    return true;
}

bool MultipartForm::readHead()
{
    // Without any field the second line end is already there.
    const qsizetype end = m_pending.startsWith(lineEnd) ? 0 : m_pending.indexOf("\r\n\r\n");
    // Without its end it may be all but the last byte of one that is just short enough.
    if ((end < 0 ? m_pending.size() - 3 : end) > maximumPartHead) {
        refuse(longHead);
        return false;
    }
    if (end < 0)
        return false;
    takeHead(QByteArrayView(m_pending).first(end + lineEnd.size()));
    m_pending.remove(0, end + 2 * lineEnd.size());
    m_place = Place::Content;
    return true;
}

void MultipartForm::takeHead(QByteArrayView head)
{
    // Where another reader would see the end of a part, no field may go on.
    if (head.indexOf(m_delimiter) >= 0) {
        refuse(badDelimiter);
        return;
    }
    const char *fault = nullptr;
    const PartFields part = readPartFields(head, &fault);
    if (fault) {
        refuse(fault);
        return;
    }
    m_isModel = part.isModel;
    m_statedSize = part.size;
    m_size = 0;
    m_value.clear();
}

bool MultipartForm::readContent()
{
    const qsizetype place = m_pending.indexOf(m_delimiter);
    if (place < 0) {
        // A delimiter, with the line end before it, may have begun.
        takeContent(m_pending.size() - (lineEnd.size() + m_delimiter.size() - 1));
        return false;
    }
    takeContent(place - lineEnd.size());
    if (m_state == State::Malformed)
        return false;
    // Some readers see a delimiter behind half a line end, or where it is but the beginning of a line.
    if (place < lineEnd.size() || !m_pending.startsWith(lineEnd)) {
        refuse(badDelimiter);
        return false;
    }
    m_pending.remove(0, lineEnd.size() + m_delimiter.size());
    endPart();
    m_place = Place::AfterDelimiter;
    return true;
}

void MultipartForm::takeContent(qsizetype size)
{
    if (size <= 0)
        return;
    m_size += size;
    if (m_isModel) {
        if (m_size > maximumModel) {
            refuse(badModel);
            return;
        }
        m_value += QByteArrayView(m_pending).first(size);
    }
    m_pending.remove(0, size);
}

// Nothing that one reader strips, another cuts at, and a third keeps.
static bool isModel(QByteArrayView value)
{
    if (value.isEmpty() || value.front() == ' ' || value.back() == ' ')
        return false;
    while (!value.isEmpty()) {
        const uchar first = uchar(value.front());
        const int length = utf8SequenceLength(value);
        if (length == 0 || first < 0x20 || first == 0x7f)
            return false;
        value = value.sliced(length);
    }
    return true;
}

void MultipartForm::endPart()
{
    if (m_statedSize && *m_statedSize != m_size) {
        refuse(badSize);
    } else if (m_isModel) {
        if (!isModel(m_value))
            refuse(badModel);
        else if (m_model && *m_model != m_value)
            refuse(otherModel);
        else
            m_model = std::exchange(m_value, {});
    }
}

bool MultipartForm::readEpilogue()
{
    if (!lineEnd.startsWith(m_pending))
        refuse(afterEnd);
    return false;
}

}
