// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>

// Cuts bytes that come in pieces into lines that end in CR LF, for the parsers of heads and chunks. Each byte is
// looked at once, however the lines are cut, and a line is copied only when it was. A line feed alone ends no line.
// Pure.
namespace quota::service
{

class LineReader
{
public:
    enum class Outcome
    {
        Whole,
        Unfinished,
        TooLong,
        BareLineFeed
    };

    // Takes one line, or what there is of it, from the front of input; with its CR LF it may have that many bytes.
    Outcome take(QByteArrayView &input, qsizetype maximum);
    // The line that was whole, without its CR LF; until the next take(), as long as the bytes of input stay.
    QByteArrayView line() const { return m_line; }

private:
    Outcome end(QByteArrayView line);

    QByteArray m_begun; // of a line that was cut
    QByteArrayView m_line;
    bool m_whole = true; // m_begun is done with
};

}
