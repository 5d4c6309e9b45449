// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/commands/commandline.h"

#include "service/settings/values.h"
#include "shared/version.h"

using namespace Qt::StringLiterals;

namespace quota::service
{

static QString programName(const QString &parent)
{
    return parent.isEmpty() ? u"quota-proxy"_s : u"quota-proxy "_s + parent;
}

static QString helpText(const QList<Verb> &verbs, const QString &parent, const Console &console)
{
    QString text;
    if (parent.isEmpty())
        text += console.text(QT_TRANSLATE_NOOP("service",
                                               "Quota Proxy: keys, limits and books in front of LLM APIs.")) +
                u"\n\n"_s;
    text += console.text(QT_TRANSLATE_NOOP("service", "Usage: %1 VERB [options]"), {programName(parent)}) +
            u"\n\n"_s + console.text(QT_TRANSLATE_NOOP("service", "Verbs:")) + u'\n';
    qsizetype width = 0;
    for (const Verb &verb : verbs)
        width = qMax(width, verb.name.size());
    for (const Verb &verb : verbs)
        text += u"  "_s + verb.name.leftJustified(width + 2) + console.text(verb.summary) + u'\n';
    return text + u'\n' +
           console.text(QT_TRANSLATE_NOOP("service", "%1 VERB --help tells more about a verb."),
                        {programName(parent)}) +
           u'\n';
}

static const Verb *findVerb(const QList<Verb> &verbs, const QString &name)
{
    for (const Verb &verb : verbs) {
        if (verb.name == name)
            return &verb;
    }
    return nullptr;
}

int runVerb(const QList<Verb> &verbs, const QString &parent, const Console &console,
            const QStringList &arguments)
{
    const QString first = arguments.value(0);
    const QString program = programName(parent);
    if (first == "--help"_L1 || first == "-h"_L1 || (first == "help"_L1 && arguments.size() == 1)) {
        console.write(helpText(verbs, parent, console));
        return ExitGood;
    }
    if (parent.isEmpty() && (first == "--version"_L1 || first == "-V"_L1)) {
        console.say(u"quota-proxy %1 (%2)"_s.arg(productVersion, productCommit));
        return ExitGood;
    }
    if (first == "help"_L1)
        return runVerb(verbs, parent, console, arguments.sliced(1) + QStringList{u"--help"_s});
    if (const Verb *verb = findVerb(verbs, first))
        return verb->run(console, arguments.sliced(1));

    if (first.isEmpty()) {
        console.writeError(helpText(verbs, parent, console));
        return ExitWrongUse;
    }
    QStringList names;
    for (const Verb &verb : verbs)
        names.append(verb.name);
    const QString nearest = nearestWord(first, names);
    console.tell(program + u": "_s +
                 (first.startsWith(u'-')
                      ? console.text(QT_TRANSLATE_NOOP("service",
                                                       "a verb comes first, then its options; “%1” is none."),
                                     {first.left(60)})
                  : nearest.isEmpty()
                      ? console.text(QT_TRANSLATE_NOOP("service", "“%1” is not a verb; there are %2."),
                                     {first.left(60), names.join(u", "_s)})
                      : console.text(QT_TRANSLATE_NOOP("service", "“%1” is not a verb; did you mean %2?"),
                                     {first.left(60), nearest})));
    console.tell(console.text(QT_TRANSLATE_NOOP("service", "See %1 --help."), {program}));
    return ExitWrongUse;
}

}
