<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>quota::console::Assembly</name>
    <message numerus="yes">
        <source>%n warning(s)</source>
        <translation>
            <numerusform>%n warning</numerusform>
            <numerusform>%n warnings</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>quota::console::BackupCards</name>
    <message numerus="yes">
        <source>%n backup(s)</source>
        <translation>
            <numerusform>%n backup</numerusform>
            <numerusform>%n backups</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>quota::console::BackupTable</name>
    <message numerus="yes">
        <source>%n backup(s)</source>
        <translation>
            <numerusform>%n backup</numerusform>
            <numerusform>%n backups</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n backup(s) chosen</source>
        <translation>
            <numerusform>%n backup chosen</numerusform>
            <numerusform>%n backups chosen</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>quota::console::BackupsPage</name>
    <message numerus="yes">
        <source>Delete %n backup(s)?</source>
        <translation>
            <numerusform>Delete %n backup?</numerusform>
            <numerusform>Delete %n backups?</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n backup(s) deleted.</source>
        <translation>
            <numerusform>%n backup deleted.</numerusform>
            <numerusform>%n backups deleted.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>quota::console::BannerStack</name>
    <message numerus="yes">
        <source>%n more</source>
        <translation>
            <numerusform>%n more</numerusform>
            <numerusform>%n more</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>quota::console::DifferencesView</name>
    <message numerus="yes">
        <source>%n key(s) disappear; their holders get 401.</source>
        <translation>
            <numerusform>%n key disappears; its holder gets 401.</numerusform>
            <numerusform>%n keys disappear; their holders get 401.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n key(s) come back.</source>
        <translation>
            <numerusform>%n key comes back.</numerusform>
            <numerusform>%n keys come back.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n key(s) change back to what they were.</source>
        <translation>
            <numerusform>%n key changes back to what it was.</numerusform>
            <numerusform>%n keys change back to what they were.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n request(s) leave the books.</source>
        <translation>
            <numerusform>%n request leaves the books.</numerusform>
            <numerusform>%n requests leave the books.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n request(s) come back into the books.</source>
        <translation>
            <numerusform>%n request comes back into the books.</numerusform>
            <numerusform>%n requests come back into the books.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n setting(s) change, with the next start of the service.</source>
        <translation>
            <numerusform>%n setting changes, with the next start of the service.</numerusform>
            <numerusform>%n settings change, with the next start of the service.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>quota::console::KeyCells</name>
    <message numerus="yes">
        <source>%n request(s) today</source>
        <translation>
            <numerusform>%n request today</numerusform>
            <numerusform>%n requests today</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n token(s) today</source>
        <translation>
            <numerusform>%n token today</numerusform>
            <numerusform>%n tokens today</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>quota::console::KeySummary</name>
    <message numerus="yes">
        <source>%n key(s), each with a secret of its own</source>
        <translation>
            <numerusform>%n key</numerusform>
            <numerusform>%n keys, each with a secret of its own</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>At most %n request(s) at once</source>
        <translation>
            <numerusform>At most %n request at once</numerusform>
            <numerusform>At most %n requests at once</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>quota::console::KeysPage</name>
    <message numerus="yes">
        <source>Disable %n key(s)?</source>
        <translation>
            <numerusform>Disable %n key?</numerusform>
            <numerusform>Disable %n keys?</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Delete %n key(s)?</source>
        <translation>
            <numerusform>Delete %n key?</numerusform>
            <numerusform>Delete %n keys?</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n key(s) disabled</source>
        <translation>
            <numerusform>%n key disabled</numerusform>
            <numerusform>%n keys disabled</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n key(s) enabled</source>
        <translation>
            <numerusform>%n key enabled</numerusform>
            <numerusform>%n keys enabled</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n key(s) deleted</source>
        <translation>
            <numerusform>%n key deleted</numerusform>
            <numerusform>%n keys deleted</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n key(s) brought back</source>
        <translation>
            <numerusform>%n key brought back</numerusform>
            <numerusform>%n keys brought back</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n key(s) could not be changed.</source>
        <translation>
            <numerusform>%n key could not be changed.</numerusform>
            <numerusform>%n keys could not be changed.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n key(s)</source>
        <translation>
            <numerusform>%n key</numerusform>
            <numerusform>%n keys</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>quota::console::NewKeyDialog</name>
    <message numerus="yes">
        <source>Create %n key(s)</source>
        <translation>
            <numerusform>Create %n key</numerusform>
            <numerusform>Create %n keys</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>quota::console::SecretDialog</name>
    <message numerus="yes">
        <source>%n secret(s)</source>
        <translation>
            <numerusform>%n secret</numerusform>
            <numerusform>%n secrets</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The clipboard is cleared in %n s, unless you copy something else.</source>
        <translation>
            <numerusform>The clipboard is cleared in %n s, unless you copy something else.</numerusform>
            <numerusform>The clipboard is cleared in %n s, unless you copy something else.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n key(s) created</source>
        <translation>
            <numerusform>%n key created</numerusform>
            <numerusform>%n keys created</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>quota::console::SelectionBar</name>
    <message numerus="yes">
        <source>%n key(s) selected</source>
        <translation>
            <numerusform>%n key selected</numerusform>
            <numerusform>%n keys selected</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>quota::console::UndoBar</name>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>and %n more</numerusform>
            <numerusform>and %n more</numerusform>
        </translation>
    </message>
</context>
</TS>
