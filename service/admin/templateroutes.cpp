// SPDX-License-Identifier: GPL-3.0-or-later
#include "service/admin/templateroutes.h"

#include "service/store/keystore.h"
#include "service/store/templatestore.h"
#include "shared/adminpaths.h"

#include <QJsonArray>

using namespace Qt::StringLiterals;

namespace quota::service
{

namespace
{

class TemplateRoutes
{
public:
    TemplateRoutes(AdminContext &context, QObject *owner)
        : m_context(context)
        , m_owner(owner)
    {}

    RouteFuture list(const AdminCall &call) const;
    RouteFuture create(const AdminCall &call) const;
    RouteFuture read(const AdminCall &call) const;
    RouteFuture update(const AdminCall &call) const;
    RouteFuture remove(const AdminCall &call) const;

private:
    using Write = std::function<Done(Database &)>;
    std::optional<KeyTemplate> find(const QString &name) const;
    RouteFuture store(const AdminCall &call, const QString &name, int status, const Write &write) const;
    tl::unexpected<RouteFault> conflict(const AdminCall &call, const QString &name) const;

    AdminContext &m_context;
    QObject *m_owner;
};

}

static tl::unexpected<RouteFault> unknown(Language language)
{
    return refused(ErrorCode::NotFound,
                   message(language, QT_TRANSLATE_NOOP("service", "There is no such template.")));
}

Result<KeyTemplate> findTemplate(const Keyring &keyring, const QString &name, Language language)
{
    if (const auto found = keyring.templateNamed(name))
        return *found;
    QStringList names;
    const auto templates = keyring.templates();
    for (const KeyTemplate &one : templates)
        names.append(one.name);
    return invalidField(
        u"template"_s,
        names.isEmpty()
            ? message(
                  language,
                  QT_TRANSLATE_NOOP("service", "template: there is no template “%1”; there is none at all."),
                  {name.left(40)})
            : message(language,
                      QT_TRANSLATE_NOOP("service", "template: there is no template “%1”; there are %2."),
                      {name.left(40), names.join(u", "_s)}));
}

std::optional<KeyTemplate> TemplateRoutes::find(const QString &name) const
{
    const auto templates = m_context.keyring.templates();
    for (const KeyTemplate &one : templates) {
        if (one.name == name)
            return one;
    }
    return std::nullopt;
}

static HttpAnswer answerOf(const KeyTemplate &keyTemplate, int status = 200)
{
    QJsonObject body = toJson(keyTemplate);
    body[u"success"_s] = true;
    return jsonAnswer(body, status);
}

tl::unexpected<RouteFault> TemplateRoutes::conflict(const AdminCall &call, const QString &name) const
{
    QJsonObject extra;
    if (const auto current = find(name))
        extra[u"current"_s] = toJson(*current);
    const QString text = message(
        call.language, QT_TRANSLATE_NOOP("service", "version: somebody changed this template meanwhile. Look "
                                                    "at “current” and try again with its version."));
    return tl::unexpected<RouteFault>(
        RouteFault(Error{ErrorCode::VersionConflict, text, {}, u"version"_s}, extra));
}

// Writes, reads the templates back, and swaps what the lanes see.
RouteFuture TemplateRoutes::store(const AdminCall &call, const QString &name, int status,
                                  const Write &write) const
{
    return m_context.writer
        .run([write](Database &database) -> Result<QList<KeyTemplate>> {
            if (const Done done = write(database); !done)
                return tl::unexpected<Error>(done.error());
            return templatestore::loadAll(database);
        })
        .then(
            m_owner, [*this, call, name, status](const Result<QList<KeyTemplate>> &templates) -> RouteResult {
                if (!templates)
                    return templates.error().code == ErrorCode::VersionConflict ? conflict(call, name)
                                                                                : refused(templates.error());
                m_context.keyring.putTemplates(*templates);
                if (const auto one = find(name))
                    return answerOf(*one, status);
                return unknown(call.language); // somebody deleted it since
            });
}

RouteFuture TemplateRoutes::list(const AdminCall &) const
{
    QJsonArray rows;
    const auto templates = m_context.keyring.templates();
    for (const KeyTemplate &one : templates)
        rows.append(toJson(one));
    return finished(jsonAnswer({{u"success"_s, true}, {u"count"_s, rows.size()}, {u"templates"_s, rows}}));
}

static void apply(const TemplateChange &change, KeyTemplate &keyTemplate)
{
    keyTemplate.description = change.description.value_or(keyTemplate.description);
    keyTemplate.limits = change.limits.value_or(keyTemplate.limits);
    keyTemplate.concurrency = change.concurrency.value_or(keyTemplate.concurrency);
    keyTemplate.models = change.models.value_or(keyTemplate.models);
    keyTemplate.days = change.days.value_or(keyTemplate.days);
}

static Result<TemplateChange> changeOf(const AdminCall &call)
{
    return bodyOf(call).and_then([](const QJsonObject &body) { return templateChangeFromJson(body); });
}

RouteFuture TemplateRoutes::create(const AdminCall &call) const
{
    const auto change = changeOf(call);
    if (!change)
        return finished(refused(change.error()));
    if (!change->name)
        return finished(refusedField(
            u"name"_s, message(call.language, QT_TRANSLATE_NOOP("service", "a new template needs it."))));
    KeyTemplate made;
    made.name = *change->name;
    made.createdAt = made.updatedAt = m_context.clock.now();
    apply(*change, made);
    return store(call, made.name, 201, [made, actor = call.actor](Database &database) {
        return templatestore::insert(database, made, actor);
    });
}

RouteFuture TemplateRoutes::read(const AdminCall &call) const
{
    const auto found = find(call.parameters.value(0));
    return finished(found ? RouteResult(answerOf(*found)) : unknown(call.language));
}

RouteFuture TemplateRoutes::update(const AdminCall &call) const
{
    auto found = m_context.keyring.templateNamed(call.parameters.value(0));
    if (!found)
        return finished(unknown(call.language));
    const auto change = changeOf(call);
    if (!change)
        return finished(refused(change.error()));
    if (change->name && *change->name != found->name)
        return finished(refusedField(
            u"name"_s,
            message(call.language, QT_TRANSLATE_NOOP("service", "a template keeps its name, by which "
                                                                "keys follow it; make another."))));
    const qint64 expected = found->version;
    if (change->version && *change->version != expected)
        return finished(conflict(call, found->name));
    KeyTemplate &next = *found;
    apply(*change, next);
    next.version = expected + 1;
    next.updatedAt = m_context.clock.now();
    return store(call, next.name, 200, [next, expected, actor = call.actor](Database &database) {
        return templatestore::replace(database, next, expected, actor);
    });
}

RouteFuture TemplateRoutes::remove(const AdminCall &call) const
{
    const QString name = call.parameters.value(0);
    const QString word = parameterOf(call, u"keys"_s);
    if (!word.isEmpty() && word != "copy"_L1)
        return finished(refusedField(
            u"keys"_s,
            message(call.language,
                    QT_TRANSLATE_NOOP("service", "“%1” is not known; copy leaves the limits to the "
                                                 "keys that follow the template."),
                    {word.left(40)})));
    const auto followers = word.isEmpty() ? templatestore::Followers::Refuse : templatestore::Followers::Copy;
    return m_context.writer
        .run([name, followers, actor = call.actor,
              now = m_context.clock.now()](Database &database) -> Result<Keyring::Contents> {
            if (const Done done = templatestore::remove(database, name, followers, actor, now); !done)
                return tl::unexpected<Error>(done.error());
            return keystore::loadContents(database);
        })
        .then(m_owner, [*this, name](const Result<Keyring::Contents> &contents) -> RouteResult {
            if (!contents)
                return refused(contents.error());
            m_context.keyring.replaceAll(*contents);
            return jsonAnswer({{u"success"_s, true}, {u"deleted"_s, true}, {u"name"_s, name}});
        });
}

QList<Route> templateRoutes(AdminContext &context, QObject *owner)
{
    const TemplateRoutes templates(context, owner);
    const auto does = [templates](RouteFuture (TemplateRoutes::*handler)(const AdminCall &) const) {
        return [templates, handler](const AdminCall &call) { return (templates.*handler)(call); };
    };
    const QByteArray all = paths::templates.latin1();
    const QByteArray one = all + "/{template}";
    return {
        {"GET", all, Access::Operator, {}, does(&TemplateRoutes::list)},
        {"POST", all, Access::Operator, {}, does(&TemplateRoutes::create)},
        {"GET", one, Access::Operator, {}, does(&TemplateRoutes::read)},
        {"PATCH", one, Access::Operator, {}, does(&TemplateRoutes::update)},
        {"PUT", one, Access::Operator, {}, does(&TemplateRoutes::update)},
        {"DELETE", one, Access::Operator, {u"keys"_s}, does(&TemplateRoutes::remove)},
    };
}

}
