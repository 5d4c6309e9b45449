// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/connect/profilelist.h"

#include "app/widgets/button.h"
#include "app/widgets/chip.h"
#include "app/widgets/spacing.h"

#include <QEvent>
#include <QStyledItemDelegate>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace quota::console
{

namespace
{

enum ItemRole
{
    IdRole = Qt::UserRole + 1,
    AddressRole,
    EnvironmentRole
};

// A group's head in small grey, or a service: a square in its environment's hue, name over address, the tag.
class ProfileDelegate : public QStyledItemDelegate
{
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        const QFontMetrics metrics(fontOf(option.widget, TextStep::Body));
        const bool isHead = index.data(IdRole).toString().isEmpty();
        return {120, isHead ? metrics.height() + 14 : space::rowTwoLines(metrics) + 2};
    }

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        const QWidget *widget = option.widget;
        const QString name = index.data(Qt::DisplayRole).toString();
        QRectF rect = QRectF(option.rect).adjusted(2, 1, -2, -1);
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        if (index.data(IdRole).toString().isEmpty()) {
            painter->setFont(fontOf(widget, TextStep::Caption));
            painter->setPen(color(widget, Role::Muted));
            drawText(*painter, rect.adjusted(8, 8, -8, 0), Qt::AlignLeft, name);
            painter->restore();
            return;
        }
        const bool chosen = option.state & QStyle::State_Selected;
        if (chosen || option.state & QStyle::State_MouseOver) {
            painter->setPen(Qt::NoPen);
            painter->setBrush(color(widget, chosen ? Role::Selected : Role::Hover));
            painter->drawRoundedRect(rect, space::radiusSegment, space::radiusSegment);
        }
        if (chosen && option.state & QStyle::State_HasFocus) {
            painter->setPen(QPen(color(widget, Role::Accent), 2));
            painter->setBrush(Qt::NoBrush);
            painter->drawRoundedRect(rect.adjusted(1, 1, -1, -1), space::radiusSegment, space::radiusSegment);
        }
        const auto environment = Environment(index.data(EnvironmentRole).toInt());
        const QRectF tile(rect.left() + 8, rect.center().y() - 14, 28, 28);
        painter->setPen(Qt::NoPen);
        painter->setBrush(color(widget, ground(environment)));
        painter->drawRoundedRect(tile, space::radiusControl, space::radiusControl);
        drawIcon(*painter, widget, tile, u"server"_s, ink(environment), 16);

        const QRectF words = rect.adjusted(46, 5, -10, -5);
        const QRectF upper(words.left(), words.top(), words.width(), words.height() / 2);
        painter->setFont(fontOf(widget, TextStep::Body, Weight::Medium));
        painter->setPen(color(widget, Role::Text));
        drawText(*painter, upper, Qt::AlignLeft, name);
        painter->setFont(fontOf(widget, TextStep::Caption));
        painter->setPen(color(widget, Role::Muted));
        drawText(*painter, upper.translated(0, words.height() / 2), Qt::AlignLeft,
                 index.data(AddressRole).toString());
        painter->restore();
    }
};

}

ProfileList::ProfileList(ProfileStore &store, QWidget *parent)
    : QWidget(parent)
    , m_store(store)
    , m_search(new SearchField(this))
    , m_list(new QListWidget(this))
    , m_new(makeButton(ButtonKind::Quiet, {}, u"plus"_s, this))
{
    setObjectName(u"profileList"_s);
    m_search->setObjectName(u"profileSearch"_s);
    m_list->setObjectName(u"profiles"_s);
    m_new->setObjectName(u"newProfile"_s);
    m_list->setItemDelegate(new ProfileDelegate(m_list));
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setMouseTracking(true);
    m_list->viewport()->setAutoFillBackground(false);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->setSpacing(8);
    layout->addWidget(m_search);
    layout->addWidget(m_list, 1);
    layout->addWidget(m_new, 0, Qt::AlignLeft);

    connect(m_search, &SearchField::sought, this, &ProfileList::fill);
    connect(m_new, &QPushButton::clicked, this, [this] {
        m_list->setCurrentItem(nullptr);
        Q_EMIT newWanted();
    });
    connect(m_list, &QListWidget::currentItemChanged, this, [this](QListWidgetItem *item) {
        if (item && !m_filling)
            Q_EMIT chosen(item->data(IdRole).toString());
    });
    connect(m_list, &QListWidget::itemActivated, this,
            [this](QListWidgetItem *item) { Q_EMIT opened(item->data(IdRole).toString()); });
    connect(&store, &ProfileStore::changed, this, &ProfileList::fill);
    retranslate();
    fill();
}

QString ProfileList::current() const
{
    const QListWidgetItem *item = m_list->currentItem();
    return item ? item->data(IdRole).toString() : QString();
}

void ProfileList::setCurrent(const QString &id)
{
    for (int row = 0; row < m_list->count(); ++row) {
        if (m_list->item(row)->data(IdRole).toString() == id && !id.isEmpty())
            m_list->setCurrentRow(row);
    }
}

void ProfileList::fill()
{
    const QString before = current();
    const QString search = m_search->text().trimmed();
    m_filling = true;
    m_list->clear();
    QString group;
    for (const ServiceProfile &profile : m_store.profiles()) {
        const QString text = profile.name + u'\n' + profile.group + u'\n' + profile.url.toString();
        if (!text.contains(search, Qt::CaseInsensitive))
            continue;
        if (profile.group != group) {
            group = profile.group;
            auto *head = new QListWidgetItem(group, m_list);
            head->setFlags(Qt::NoItemFlags);
        }
        auto *item = new QListWidgetItem(profile.name, m_list);
        item->setData(IdRole, profile.id);
        item->setData(AddressRole, profile.url.toString());
        item->setData(EnvironmentRole, int(profile.environment));
        item->setData(Qt::AccessibleTextRole,
                      u"%1, %2, %3"_s.arg(profile.name, EnvironmentTag::longWord(profile.environment),
                                          profile.url.toString()));
    }
    setCurrent(before);
    m_filling = false;
}

void ProfileList::retranslate()
{
    m_search->setPlaceholderText(tr("Name, group or address"));
    m_search->setAccessibleName(tr("Search services"));
    m_list->setAccessibleName(tr("Known services"));
    m_new->setText(tr("Another service"));
}

void ProfileList::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::LanguageChange) {
        retranslate();
        fill();
    }
}

}
